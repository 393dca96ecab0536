/** Fetches about proxies, servers and the stream itself. */
import { type ExpressionTopic, onRequest, onResponse, PLAIN_REQUEST, PLAIN_RESPONSE } from '../case.ts';

const FARM = [
  'backend farm',
  '  timeout tunnel 77s',
  '  server one 127.0.0.1:9 weight 10 maxconn 100 maxqueue 5',
  '  server two 127.0.0.1:9 weight 20 maxconn 50 minconn 10 maxqueue 6 disabled',
  '  server three 127.0.0.1:9 weight 30 maxconn 10 maxqueue 7 backup',
  'backend spare',
  '  server one 127.0.0.1:9 backup maxconn 7',
  '  server two 127.0.0.1:9 backup maxconn 8',
  'backend spares',
  '  option allbackups',
  '  server one 127.0.0.1:9 backup maxconn 7',
  '  server two 127.0.0.1:9 backup maxconn 8',
  'backend unlimited',
  '  server one 127.0.0.1:9',
  'backend empty',
  'frontend other',
];

const BACKENDS = ['farm', 'spare', 'spares', 'unlimited', 'empty'];
const SERVERS = ['farm/one', 'farm/two', 'farm/three', 'unlimited/one', 'origin'];

const OF_BACKENDS = ['avg_queue', 'be_conn', 'be_conn_free', 'be_sess_rate', 'connslots', 'nbsrv', 'queue'];
const OF_FRONTENDS = ['fe_conn', 'fe_req_rate', 'fe_sess_rate'];
const OF_SERVERS = [
  'srv_conn',
  'srv_conn_free',
  'srv_is_up',
  'srv_iweight',
  'srv_queue',
  'srv_sess_rate',
  'srv_uweight',
  'srv_weight',
];

const OF_THE_STREAM = [
  'be_id',
  'be_name',
  'be_server_timeout',
  'be_tunnel_timeout',
  'cur_server_timeout',
  'cur_tunnel_timeout',
  'dst_conn',
  'fe_client_timeout',
  'fe_defbe',
  'fe_id',
  'fe_name',
  'so_id',
  'so_name',
  'prio_class',
  'prio_offset',
  'stopping',
  'nbsrv',
  'be_conn()',
  'fe_conn',
  'queue',
  'last_rule_line',
  'last_rule_file',
];

export const STATE: ExpressionTopic = {
  name: 'state',
  bindOptions: 'name front id 77',
  lines: ['timeout tunnel 44s'],
  sections: FARM,
  cases: [
    ...onRequest(PLAIN_REQUEST, [
      ...OF_BACKENDS.flatMap((fetch) => BACKENDS.map((name) => `${fetch}(${name})`)),
      ...OF_FRONTENDS.map((fetch) => `${fetch}(other)`),
      ...OF_SERVERS.flatMap((fetch) => SERVERS.map((name) => `${fetch}(${name})`)),
      ...OF_THE_STREAM,
    ]),
    ...onResponse(PLAIN_RESPONSE, [...OF_THE_STREAM, 'srv_id', 'srv_name', 'srv_conn(origin)', 'be_conn']),
    ...['nbsrv(none)', 'srv_conn(none)', 'srv_conn(none/one)', 'srv_conn()', 'fe_conn(farm)', 'be_conn(other)'].map(
      (expression) => ({ expression, refused: true }),
    ),
  ],
};

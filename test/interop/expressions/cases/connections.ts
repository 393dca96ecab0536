/** Fetches about the connections to client and server. */
import {
  type ExpressionCase,
  type ExpressionTopic,
  onRequest,
  onResponse,
  PLAIN_REQUEST,
  PLAIN_RESPONSE,
} from '../case.ts';

const EQUAL = [
  'src',
  'src_is_local',
  'dst',
  'dst_is_local',
  'fc_src',
  'fc_src_is_local',
  'fc_dst',
  'fc_dst_is_local',
  'fc_err',
  'fc_err_str',
  'fc_http_major',
  'fc_pp_authority',
  'fc_pp_unique_id',
  'fc_rcvd_proxy',
  'fc_lost',
  'fc_sacked',
  'fc_fackets',
  'fc_retrans',
  'fc_reordering',
  'fc_unacked',
  'ssl_fc',
  'ssl_fc_has_sni',
  'ssl_fc_is_resumed',
  'ssl_fc_has_crt',
  'ssl_fc_has_early',
  'ssl_c_used',
];

const PORTS = ['src_port', 'dst_port', 'fc_src_port', 'fc_dst_port'];
const OF_THE_SERVER = ['bc_src', 'bc_dst', 'bc_err', 'bc_err_str', 'bc_http_major', 'ssl_bc', 'ssl_bc_is_resumed'];
const NUMBER = /^<\d+>$/;

function shaped(expressions: readonly string[], more: Partial<ExpressionCase> = {}): readonly ExpressionCase[] {
  return expressions.map((expression) => ({ ...more, expression, shape: NUMBER }));
}

export const CONNECTIONS: ExpressionTopic = {
  name: 'connections',
  cases: [
    ...onRequest(PLAIN_REQUEST, EQUAL),
    ...onResponse(PLAIN_RESPONSE, [...EQUAL, ...OF_THE_SERVER]),
    ...shaped([...PORTS, 'fc_rtt', 'fc_rtt(us)', 'fc_rtt(ms)', 'fc_rttvar', 'fc_rttvar(us)']),
    ...shaped(['bc_src_port', 'bc_dst_port', 'src_port'], { direction: 'response' }),
    ...['fc_rtt(s)', 'bc_src', 'src(1)'].map((expression) => ({ expression, refused: true })),
  ],
};

const PROXIED = [...EQUAL, 'src_port', 'dst_port'];

function behind(header: string): readonly ExpressionCase[] {
  return onRequest(`${header}${PLAIN_REQUEST}`, PROXIED);
}

/** Version 2: signature, PROXY over TCP/IPv4, two addresses and ports, then what is told besides. */
function binaryHeader(values: string): string {
  const addresses = '\xcb\x00\x71\x05\xc0\x00\x02\x09\x04\xd2\x01\xbb';
  const length = addresses.length + values.length;
  return `\r\n\r\n\0\r\nQUIT\n\x21\x11${String.fromCharCode(length >> 8, length & 255)}${addresses}${values}`;
}

export const PROXIED_CONNECTIONS: ExpressionTopic = {
  name: 'proxied-connections',
  bindOptions: 'accept-proxy',
  cases: [
    ...behind('PROXY TCP4 203.0.113.5 192.0.2.9 1234 443\r\n'),
    ...behind('PROXY TCP6 2001:db8::5 2001:db8::9 1234 443\r\n'),
    ...behind(binaryHeader('')),
    ...behind(binaryHeader('\x02\x00\x0bexample.com\x05\x00\x04id-7')),
  ],
};

const OF_THE_PROXY = ['fe_id', 'fe_name', 'be_id', 'be_name', 'so_id', 'dst_conn', 'fe_conn', 'be_conn', 'prio_class'];

/** The same where nothing is HTTP. */
export const TCP_CONNECTIONS: ExpressionTopic = {
  name: 'tcp-connections',
  mode: 'tcp',
  cases: [
    ...onRequest('hello', [...EQUAL, ...OF_THE_PROXY, 'method', 'capture.req.uri', 'unique-id']),
    ...[...EQUAL, ...OF_THE_PROXY, ...OF_THE_SERVER, 'srv_name', 'srv_id', 'cur_server_timeout', 'status'].map(
      (expression) => ({ expression, request: 'hello', response: 'answer', direction: 'response' as const }),
    ),
  ],
};

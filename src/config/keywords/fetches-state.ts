/** Fetches about the state of the process, its proxies and servers (manual 7.3.2, some of 7.3.3). */
import { type FetchEntry, type FetchFacts, fetch, type MoreFacts } from './fetch-entry.ts';

function state(name: string, output: FetchFacts['output'], help: string, more: MoreFacts = {}): FetchEntry {
  return fetch({ name, output, source: 'internal', manual: '7.3.2', help, ...more });
}

const BACKEND: MoreFacts = { arguments: ['backend'], least: 1 };
const FRONTEND: MoreFacts = { arguments: ['frontend'], least: 1 };
const SERVER: MoreFacts = { arguments: ['server'], least: 1 };
const OWN_BACKEND: MoreFacts = { source: 'backend', manual: '7.3.3' };
const OWN_FRONTEND: MoreFacts = { source: 'frontend', manual: '7.3.3' };
const OWN_SERVER: MoreFacts = { source: 'server', manual: '7.3.3' };
/** Nobody measures here what a task costs. */
const PROFILING: MoreFacts = { implemented: false, since: '1.9' };

export const STATE_FETCHES: readonly FetchEntry[] = [
  state('avg_queue', 'sint', 'Requests that wait for a backend, per usable server.', BACKEND),
  state('be_conn', 'sint', 'Streams that a backend has now.', BACKEND),
  state('be_conn_free', 'sint', 'Streams that the usable servers of a backend could still take; -1: no limit.', {
    ...BACKEND,
    since: '1.9',
  }),
  state('be_sess_rate', 'sint', 'Streams that a backend got in the last second.', BACKEND),
  state(
    'connslots',
    'sint',
    'Places and queue slots that the servers of a backend have left; -1: some has no limit.',
    BACKEND,
  ),
  state('cpu_calls', 'sint', 'How often the task of the stream has run.', PROFILING),
  state('cpu_ns_avg', 'sint', 'Nanoseconds that a run of the task took on average.', PROFILING),
  state('cpu_ns_tot', 'sint', 'Nanoseconds that all runs of the task took.', PROFILING),
  state('fe_conn', 'sint', 'Connections that a frontend has now.', FRONTEND),
  state('fe_req_rate', 'sint', 'HTTP requests that a frontend got in the last second.', FRONTEND),
  state('fe_sess_rate', 'sint', 'Sessions that a frontend got in the last second.', FRONTEND),
  state('last_rule_file', 'str', 'The file of the rule that ended the evaluation of the last list of rules.', {
    since: '2.6',
  }),
  state('last_rule_line', 'sint', 'The line of the rule that ended the evaluation of the last list of rules.', {
    since: '2.6',
  }),
  state('lat_ns_avg', 'sint', 'Nanoseconds that the task waited before a run on average.', PROFILING),
  state('lat_ns_tot', 'sint', 'Nanoseconds that the task waited before all runs.', PROFILING),
  state('nbsrv', 'sint', 'The usable servers of a backend.', BACKEND),
  state('prio_class', 'sint', 'The class that set-priority-class gave the request.', { since: '1.9' }),
  state('prio_offset', 'sint', 'The offset that set-priority-offset gave the request.', { since: '1.9' }),
  state('queue', 'sint', 'Requests that wait for a backend and its servers.', BACKEND),
  state('srv_conn', 'sint', 'Streams that a server has now.', SERVER),
  state('srv_conn_free', 'sint', 'Streams that a server could still take; -1: no limit.', { ...SERVER, since: '1.9' }),
  state('srv_is_up', 'bool', 'A server is neither down nor in maintenance.', SERVER),
  state('srv_iweight', 'sint', 'The weight of a server as configured.', { ...SERVER, since: '2.3' }),
  state('srv_queue', 'sint', 'Requests that wait for a server.', { ...SERVER, since: '1.8' }),
  state('srv_sess_rate', 'sint', 'Streams that a server got in the last second.', SERVER),
  state('srv_uweight', 'sint', 'The weight of a server as set at run time.', { ...SERVER, since: '2.3' }),
  state('srv_weight', 'sint', 'The weight of a server that counts now.', { ...SERVER, since: '2.3' }),
  state('stopping', 'bool', 'The process is stopping.'),
  state('be_id', 'sint', 'The number of the backend.', OWN_BACKEND),
  state('be_name', 'str', 'The name of the backend.', OWN_BACKEND),
  state('be_server_timeout', 'sint', 'timeout server of the backend in ms.', { ...OWN_BACKEND, since: '2.4' }),
  state('be_tunnel_timeout', 'sint', 'timeout tunnel of the backend in ms.', { ...OWN_BACKEND, since: '2.4' }),
  state('cur_server_timeout', 'sint', 'The server timeout of the stream in ms.', { ...OWN_BACKEND, since: '2.4' }),
  state('cur_tunnel_timeout', 'sint', 'The tunnel timeout of the stream in ms.', { ...OWN_BACKEND, since: '2.4' }),
  state('dst_conn', 'sint', 'Connections that the listener has now.', OWN_FRONTEND),
  state('fe_client_timeout', 'sint', 'timeout client of the frontend in ms.', { ...OWN_FRONTEND, since: '2.4' }),
  state('fe_defbe', 'str', 'The name of the default backend of the frontend.', { ...OWN_FRONTEND, since: '1.8' }),
  state('fe_id', 'sint', 'The number of the frontend.', OWN_FRONTEND),
  state('fe_name', 'str', 'The name of the frontend.', { ...OWN_FRONTEND, since: '1.8' }),
  state('so_id', 'sint', 'The number of the listener within the frontend.', OWN_FRONTEND),
  state('so_name', 'str', 'The name of the bind line.', { ...OWN_FRONTEND, since: '2.2' }),
  state('srv_id', 'sint', 'The number of the server of the stream.', OWN_SERVER),
  state('srv_name', 'str', 'The name of the server of the stream.', { ...OWN_SERVER, since: '2.1' }),
];

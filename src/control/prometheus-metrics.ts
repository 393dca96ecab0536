/**
 * Which figure is which metric: the names, types and descriptions under which HAProxy's exporter publishes what `show info`
 * and `show stat` tell. A figure that is in seconds there is divided by 1000 here.
 */

export type Scope = 'global' | 'frontend' | 'listener' | 'backend' | 'server';

export interface Metric {
  /** The column of `show stat`, or the name in `show info`. */
  readonly figure: string;
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  /** `F`rontends, `L`isteners, `B`ackends, `S`ervers. */
  readonly of: string;
  readonly help: string;
  /** The figure is milliseconds, the metric seconds. */
  readonly seconds: boolean;
  /** Proxies in TCP mode have no such thing. */
  readonly http: boolean;
}

type Row = readonly [figure: string, name: string, type: 'g' | 'c', of: string, help: string];

/** Tells apart what only HTTP proxies have, and what is measured in milliseconds. */
const HTTP_FIGURES = /^(?:hrsp_\d|hrsp_o|req_rate_max|req_tot|intercepted|cache_|comp_)/;
const MILLISECONDS = /^(?:check_duration|[qcrt]time|[qcrt]t_max|[qcrt]time_max)$/;

const STAT_ROWS: readonly Row[] = [
  ['qcur', 'current_queue', 'g', 'BS', 'Requests queued now.'],
  ['qmax', 'max_queue', 'g', 'BS', 'Most requests queued at once.'],
  ['scur', 'current_sessions', 'g', 'FLBS', 'Sessions now.'],
  ['smax', 'max_sessions', 'g', 'FLBS', 'Most sessions at once.'],
  ['slim', 'limit_sessions', 'g', 'FLBS', 'Limit of sessions at once.'],
  ['stot', 'sessions_total', 'c', 'FLBS', 'Sessions since the start.'],
  ['bin', 'bytes_in_total', 'c', 'FLBS', 'Bytes received as requests.'],
  ['bout', 'bytes_out_total', 'c', 'FLBS', 'Bytes sent as responses.'],
  ['dreq', 'requests_denied_total', 'c', 'FLB', 'Requests denied by rules.'],
  ['dresp', 'responses_denied_total', 'c', 'FLBS', 'Responses denied by rules.'],
  ['ereq', 'request_errors_total', 'c', 'FL', 'Invalid requests.'],
  ['econ', 'connection_errors_total', 'c', 'BS', 'Failed connections to servers.'],
  ['eresp', 'response_errors_total', 'c', 'BS', 'Invalid responses.'],
  ['wretr', 'retry_warnings_total', 'c', 'BS', 'Connections tried again.'],
  ['wredis', 'redispatch_warnings_total', 'c', 'BS', 'Requests given to another server.'],
  ['status', 'status', 'g', 'FLBS', 'Current status of the service, per state label value.'],
  ['weight', 'weight', 'g', 'BS', 'Weight in effect.'],
  ['act', 'active_servers', 'g', 'B', 'Active servers that work.'],
  ['bck', 'backup_servers', 'g', 'B', 'Backup servers that work.'],
  ['chkfail', 'check_failures_total', 'c', 'S', 'Failed health checks while up.'],
  ['chkdown', 'check_up_down_total', 'c', 'BS', 'Transitions from up to down.'],
  ['lastchg', 'check_last_change_seconds', 'g', 'BS', 'Seconds since the last transition.'],
  ['downtime', 'downtime_seconds_total', 'c', 'BS', 'Seconds spent down.'],
  ['qlimit', 'queue_limit', 'g', 'S', 'Limit of the queue.'],
  ['throttle', 'current_throttle', 'g', 'S', 'Per cent of its weight that a slow start has reached.'],
  ['lbtot', 'loadbalanced_total', 'c', 'BS', 'Requests given out by load balancing.'],
  ['rate_lim', 'limit_session_rate', 'g', 'F', 'Limit of sessions a second.'],
  ['rate_max', 'max_session_rate', 'g', 'FBS', 'Most sessions a second.'],
  ['check_status', 'check_status', 'g', 'S', 'Status of the last health check, per state label value.'],
  ['check_code', 'check_code', 'g', 'S', 'Code the last health check was answered with.'],
  ['check_duration', 'check_duration_seconds', 'g', 'S', 'Duration of the last health check.'],
  ['hrsp_1xx', 'http_responses_total', 'c', 'FBS', 'HTTP responses, per code label value.'],
  ['hrsp_2xx', 'http_responses_total', 'c', 'FBS', ''],
  ['hrsp_3xx', 'http_responses_total', 'c', 'FBS', ''],
  ['hrsp_4xx', 'http_responses_total', 'c', 'FBS', ''],
  ['hrsp_5xx', 'http_responses_total', 'c', 'FBS', ''],
  ['hrsp_other', 'http_responses_total', 'c', 'FBS', ''],
  ['req_rate_max', 'http_requests_rate_max', 'g', 'F', 'Most HTTP requests a second.'],
  ['req_tot', 'http_requests_total', 'c', 'FB', 'HTTP requests.'],
  ['cli_abrt', 'client_aborts_total', 'c', 'BS', 'Transfers that clients broke off.'],
  ['srv_abrt', 'server_aborts_total', 'c', 'BS', 'Transfers that servers broke off.'],
  ['comp_in', 'http_comp_bytes_in_total', 'c', 'FB', 'Bytes given to compression.'],
  ['comp_out', 'http_comp_bytes_out_total', 'c', 'FB', 'Bytes compression gave back.'],
  ['comp_byp', 'http_comp_bytes_bypassed_total', 'c', 'FB', 'Bytes that compression let pass.'],
  ['comp_rsp', 'http_comp_responses_total', 'c', 'FB', 'Compressed responses.'],
  ['lastsess', 'last_session_seconds', 'g', 'BS', 'Seconds since the last session.'],
  ['qtime', 'queue_time_average_seconds', 'g', 'BS', 'Average time in the queue, last 1024 connections.'],
  ['ctime', 'connect_time_average_seconds', 'g', 'BS', 'Average time to connect, last 1024 connections.'],
  ['rtime', 'response_time_average_seconds', 'g', 'BS', 'Average time to respond, last 1024 connections.'],
  ['ttime', 'total_time_average_seconds', 'g', 'BS', 'Average time in all, last 1024 connections.'],
  ['conn_rate_max', 'connections_rate_max', 'g', 'F', 'Most connections a second.'],
  ['conn_tot', 'connections_total', 'c', 'F', 'Connections.'],
  ['intercepted', 'intercepted_requests_total', 'c', 'F', 'Requests answered by the proxy itself.'],
  ['dcon', 'denied_connections_total', 'c', 'FL', 'Connections denied by rules.'],
  ['dses', 'denied_sessions_total', 'c', 'FL', 'Sessions denied by rules.'],
  ['wrew', 'failed_header_rewriting_total', 'c', 'FLBS', 'Rewritings that failed.'],
  ['connect', 'connection_attempts_total', 'c', 'BS', 'Connections attempted.'],
  ['reuse', 'connection_reuses_total', 'c', 'BS', 'Connections used again.'],
  ['cache_lookups', 'http_cache_lookups_total', 'c', 'FB', 'Objects looked for in the cache.'],
  ['cache_hits', 'http_cache_hits_total', 'c', 'FB', 'Objects found in the cache.'],
  ['srv_icur', 'idle_connections_current', 'g', 'S', 'Idle connections kept for use.'],
  ['src_ilim', 'idle_connections_limit', 'g', 'S', 'Limit of idle connections.'],
  ['qtime_max', 'max_queue_time_seconds', 'g', 'BS', 'Longest time in the queue.'],
  ['ctime_max', 'max_connect_time_seconds', 'g', 'BS', 'Longest time to connect.'],
  ['rtime_max', 'max_response_time_seconds', 'g', 'BS', 'Longest time to respond.'],
  ['ttime_max', 'max_total_time_seconds', 'g', 'BS', 'Longest time in all.'],
  ['eint', 'internal_errors_total', 'c', 'FLBS', 'Errors of the proxy itself.'],
  ['idle_conn_cur', 'unsafe_idle_connections_current', 'g', 'S', 'Idle connections not yet known to be safe.'],
  ['safe_conn_cur', 'safe_idle_connections_current', 'g', 'S', 'Idle connections known to be safe.'],
  ['used_conn_cur', 'used_connections_current', 'g', 'S', 'Connections in use.'],
  ['need_conn_est', 'need_connections_current', 'g', 'S', 'Connections estimated to be needed.'],
  ['uweight', 'uweight', 'g', 'BS', 'Weight asked for.'],
  ['agg_server_status', 'agg_server_status', 'g', 'B', 'Servers, per state label value.'],
  ['agg_server_check_status', 'agg_server_check_status', 'g', 'B', 'The same by its former name.'],
  ['agg_check_status', 'agg_check_status', 'g', 'B', 'Servers per status of their last health check.'],
];

export const STAT_METRICS: readonly Metric[] = STAT_ROWS.map(([figure, name, type, of, help]) => ({
  figure,
  name,
  type: type === 'g' ? 'gauge' : 'counter',
  of,
  help,
  seconds: MILLISECONDS.test(figure),
  http: HTTP_FIGURES.test(figure),
}));

/** Metrics of the process by their names in `show info`, in the order they are published. */
export const PROCESS_METRICS: readonly (readonly [figure: string, name: string, type: 'gauge' | 'counter'])[] = [
  ['Nbthread', 'nbthread', 'gauge'],
  ['Nbproc', 'nbproc', 'gauge'],
  ['Process_num', 'relative_process_id', 'gauge'],
  ['Uptime_sec', 'uptime_seconds', 'gauge'],
  ['PoolFailed', 'pool_failures_total', 'counter'],
  ['Ulimit-n', 'max_fds', 'gauge'],
  ['Maxsock', 'max_sockets', 'gauge'],
  ['Maxconn', 'max_connections', 'gauge'],
  ['Hard_maxconn', 'hard_max_connections', 'gauge'],
  ['CurrConns', 'current_connections', 'gauge'],
  ['CumConns', 'connections_total', 'counter'],
  ['CumReq', 'requests_total', 'counter'],
  ['MaxSslConns', 'max_ssl_connections', 'gauge'],
  ['CurrSslConns', 'current_ssl_connections', 'gauge'],
  ['CumSslConns', 'ssl_connections_total', 'counter'],
  ['Maxpipes', 'max_pipes', 'gauge'],
  ['PipesUsed', 'pipes_used_total', 'counter'],
  ['PipesFree', 'pipes_free_total', 'counter'],
  ['ConnRate', 'current_connection_rate', 'gauge'],
  ['ConnRateLimit', 'limit_connection_rate', 'gauge'],
  ['MaxConnRate', 'max_connection_rate', 'gauge'],
  ['SessRate', 'current_session_rate', 'gauge'],
  ['SessRateLimit', 'limit_session_rate', 'gauge'],
  ['MaxSessRate', 'max_session_rate', 'gauge'],
  ['SslRate', 'current_ssl_rate', 'gauge'],
  ['SslRateLimit', 'limit_ssl_rate', 'gauge'],
  ['MaxSslRate', 'max_ssl_rate', 'gauge'],
  ['SslFrontendKeyRate', 'current_frontend_ssl_key_rate', 'gauge'],
  ['SslFrontendMaxKeyRate', 'max_frontend_ssl_key_rate', 'gauge'],
  ['SslFrontendSessionReuse_pct', 'frontend_ssl_reuse', 'gauge'],
  ['SslBackendKeyRate', 'current_backend_ssl_key_rate', 'gauge'],
  ['SslBackendMaxKeyRate', 'max_backend_ssl_key_rate', 'gauge'],
  ['SslCacheLookups', 'ssl_cache_lookups_total', 'counter'],
  ['SslCacheMisses', 'ssl_cache_misses_total', 'counter'],
  ['CompressBpsIn', 'http_comp_bytes_in_total', 'counter'],
  ['CompressBpsOut', 'http_comp_bytes_out_total', 'counter'],
  ['CompressBpsRateLim', 'limit_http_comp', 'gauge'],
  ['ZlibMemUsage', 'current_zlib_memory', 'gauge'],
  ['MaxZlibMemUsage', 'max_zlib_memory', 'gauge'],
  ['Tasks', 'current_tasks', 'gauge'],
  ['Run_queue', 'current_run_queue', 'gauge'],
  ['Idle_pct', 'idle_time_percent', 'gauge'],
  ['Stopping', 'stopping', 'gauge'],
  ['Jobs', 'jobs', 'gauge'],
  ['Unstoppable Jobs', 'unstoppable_jobs', 'gauge'],
  ['Listeners', 'listeners', 'gauge'],
  ['ActivePeers', 'active_peers', 'gauge'],
  ['ConnectedPeers', 'connected_peers', 'gauge'],
  ['DroppedLogs', 'dropped_logs_total', 'counter'],
  ['BusyPolling', 'busy_polling_enabled', 'gauge'],
  ['FailedResolutions', 'failed_resolutions', 'counter'],
  ['TotalBytesOut', 'bytes_out_total', 'counter'],
  ['TotalSplicdedBytesOut', 'spliced_bytes_out_total', 'counter'],
  ['BytesOutRate', 'bytes_out_rate', 'gauge'],
  ['CumRecvLogs', 'recv_logs_total', 'counter'],
  ['Build info', 'build_info', 'gauge'],
  ['Memmax_bytes', 'max_memory_bytes', 'gauge'],
  ['PoolAlloc_bytes', 'pool_allocated_bytes', 'gauge'],
  ['PoolUsed_bytes', 'pool_used_bytes', 'gauge'],
  ['Start_time_sec', 'start_time_seconds', 'gauge'],
];

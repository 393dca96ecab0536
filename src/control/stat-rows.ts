/**
 * One row of `show stat`: the values of a frontend, a listening socket, a server or a backend by column name. A column
 * that is left out does not apply (an empty place in CSV, nothing in the typed outputs).
 */

import { CHECK_STATUSES } from '../health/check-status.ts';
import * as counter from '../proxy/counters.ts';
import type { FrontendListener } from '../proxy/frontend-listener.ts';
import type { Proxy } from '../proxy/proxy.ts';
import { FORCED_DRAIN, RUNNING, type Server, STARTING, STOPPED, STOPPING } from '../proxy/server.ts';
import { hostAndPort } from './address-text.ts';

export const TYPE_FRONTEND = 0;
export const TYPE_BACKEND = 1;
export const TYPE_SERVER = 2;
export const TYPE_LISTENER = 3;

export type StatValues = Readonly<Record<string, string | number | undefined>>;

/** What is shown depends on who asks, and how. */
export interface RowOptions {
  /** Operators see addresses. */
  readonly legends: boolean;
  /** `up` or `no-maint`: backends say how many of their servers are up. */
  readonly counted: boolean;
  readonly nowMs: number;
}

function value(block: counter.CounterBlock, index: number): number {
  return block[index] as number;
}

/** Seconds since `sinceMs`. */
function age(sinceMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - sinceMs) / 1000));
}

function responses(block: counter.CounterBlock): StatValues {
  return {
    hrsp_1xx: value(block, counter.HRSP_1XX),
    hrsp_2xx: value(block, counter.HRSP_2XX),
    hrsp_3xx: value(block, counter.HRSP_3XX),
    hrsp_4xx: value(block, counter.HRSP_4XX),
    hrsp_5xx: value(block, counter.HRSP_5XX),
    hrsp_other: value(block, counter.HRSP_OTHER),
  };
}

/** Compression, TLS and HTTP/2 do not exist yet: their columns are 0, as in an HAProxy that does not use them. */
const NO_COMPRESSION: StatValues = { comp_in: 0, comp_out: 0, comp_byp: 0, comp_rsp: 0 };
const NO_TLS: StatValues = { ssl_sess: 0, ssl_reused_sess: 0, ssl_failed_handshake: 0 };
const NO_HTTP2: StatValues = {
  h2_headers_rcvd: 0,
  h2_data_rcvd: 0,
  h2_settings_rcvd: 0,
  h2_rst_stream_rcvd: 0,
  h2_goaway_rcvd: 0,
  h2_detected_conn_protocol_errors: 0,
  h2_detected_strm_protocol_errors: 0,
  h2_rst_stream_resp: 0,
  h2_goaway_resp: 0,
  h2_open_connections: 0,
  h2_backend_open_streams: 0,
  h2_total_connections: 0,
  h2_backend_total_streams: 0,
};

function http1(isHttp: boolean, block: counter.CounterBlock, connections: number): StatValues {
  const open = isHttp ? value(block, counter.SCUR) : 0;
  return {
    h1_open_connections: open,
    h1_open_streams: open,
    h1_total_connections: isHttp ? connections : 0,
    h1_total_streams: isHttp ? value(block, counter.REQ_TOT) : 0,
    h1_bytes_in: isHttp ? value(block, counter.BIN) : 0,
    h1_bytes_out: isHttp ? value(block, counter.BOUT) : 0,
    h1_spliced_bytes_in: 0,
    h1_spliced_bytes_out: 0,
  };
}

export function frontendRow(proxy: Proxy, { nowMs }: RowOptions): StatValues {
  const block = proxy.frontendCounters;
  const isHttp = proxy.model.mode === 'http';
  return {
    pxname: proxy.name,
    svname: 'FRONTEND',
    scur: value(block, counter.SCUR),
    smax: value(block, counter.SMAX),
    slim: proxy.maxconn,
    stot: value(block, counter.STOT),
    bin: value(block, counter.BIN),
    bout: value(block, counter.BOUT),
    dreq: value(block, counter.DREQ),
    dresp: value(block, counter.DRESP),
    ereq: value(block, counter.EREQ),
    status: proxy.stopped ? 'STOP' : 'OPEN',
    pid: 1,
    iid: proxy.id,
    sid: 0,
    type: TYPE_FRONTEND,
    rate: proxy.sessionRate.rate(nowMs),
    rate_lim: proxy.sessionRateLimit,
    rate_max: proxy.sessionRate.maximum,
    ...(isHttp ? responses(block) : {}),
    req_rate: isHttp ? proxy.requestRate.rate(nowMs) : 0,
    req_rate_max: isHttp ? proxy.requestRate.maximum : 0,
    req_tot: isHttp ? value(block, counter.REQ_TOT) : 0,
    ...NO_COMPRESSION,
    mode: proxy.model.mode,
    conn_rate: proxy.connectionRate.rate(nowMs),
    conn_rate_max: proxy.connectionRate.maximum,
    conn_tot: value(block, counter.CONN_TOT),
    intercepted: isHttp ? value(block, counter.INTERCEPTED) : undefined,
    dcon: value(block, counter.DCON),
    dses: value(block, counter.DSES),
    wrew: value(block, counter.WREW),
    cache_lookups: isHttp ? 0 : undefined,
    cache_hits: isHttp ? 0 : undefined,
    eint: value(block, counter.EINT),
    ...NO_TLS,
    ...NO_HTTP2,
    ...http1(isHttp, block, value(block, counter.CONN_TOT)),
  };
}

export function listenerRow(listener: FrontendListener, { legends }: RowOptions): StatValues {
  const block = listener.counters;
  const status = listener.frontend.stopped || listener.fd < 0 ? 'WAITING' : listener.full ? 'FULL' : 'OPEN';
  return {
    pxname: listener.frontend.name,
    svname: listener.name,
    scur: value(block, counter.SCUR),
    smax: value(block, counter.SMAX),
    slim: listener.maxconn,
    stot: value(block, counter.STOT),
    bin: value(block, counter.BIN),
    bout: value(block, counter.BOUT),
    dreq: value(block, counter.DREQ),
    dresp: value(block, counter.DRESP),
    ereq: value(block, counter.EREQ),
    status,
    pid: 1,
    iid: listener.frontend.id,
    sid: listener.id,
    type: TYPE_LISTENER,
    addr: legends ? hostAndPort(listener.address) : undefined,
    mode: listener.frontend.model.mode,
    dcon: value(block, counter.DCON),
    dses: value(block, counter.DSES),
    wrew: value(block, counter.WREW),
    eint: value(block, counter.EINT),
    ...NO_TLS,
  };
}

/** Queue, connect, response and total times: averages over about the last 1024, and the greatest. */
function times(block: counter.CounterBlock): StatValues {
  const samples = Math.min(1024, Math.max(1, value(block, counter.STOT)));
  const average = (index: number): number => Math.floor((value(block, index) + samples - 1) / samples);
  return {
    qtime: average(counter.QTIME),
    ctime: average(counter.CTIME),
    rtime: average(counter.RTIME),
    ttime: average(counter.TTIME),
    qtime_max: value(block, counter.QTIME_MAX),
    ctime_max: value(block, counter.CTIME_MAX),
    rtime_max: value(block, counter.RTIME_MAX),
    ttime_max: value(block, counter.TTIME_MAX),
  };
}

/** What backends and servers have in common. */
function serving(block: counter.CounterBlock): StatValues {
  return {
    scur: value(block, counter.SCUR),
    smax: value(block, counter.SMAX),
    stot: value(block, counter.STOT),
    bin: value(block, counter.BIN),
    bout: value(block, counter.BOUT),
    dresp: value(block, counter.DRESP),
    econ: value(block, counter.ECON),
    eresp: value(block, counter.ERESP),
    wretr: value(block, counter.WRETR),
    wredis: value(block, counter.WREDIS),
    lbtot: value(block, counter.LBTOT),
    cli_abrt: value(block, counter.CLI_ABRT),
    srv_abrt: value(block, counter.SRV_ABRT),
    wrew: value(block, counter.WREW),
    connect: value(block, counter.CONNECT),
    reuse: value(block, counter.REUSE),
    eint: value(block, counter.EINT),
    ...times(block),
  };
}

/** The `status` column: administration first, then health, with the checks to go while it changes. */
export function serverStatus(server: Server): string {
  if (server.inMaintenance) {
    return 'MAINT';
  }
  const health = server.check?.enabled === true ? server.check.health : undefined;
  const steady = health === undefined || health.health === health.full;
  const progress = health === undefined ? '' : ` ${progressText(server)}`;
  if (server.operation === RUNNING || server.operation === STARTING) {
    if ((server.administration & FORCED_DRAIN) !== 0) {
      return steady ? 'DRAIN' : `DRAIN${progress}`;
    }
    if (health === undefined) {
      return 'no check';
    }
    return steady ? 'UP' : `UP${progress}`;
  }
  if (server.operation === STOPPING) {
    return steady ? 'NOLB' : `NOLB${progress}`;
  }
  return health === undefined || health.health === 0 ? 'DOWN' : `DOWN${progress}`;
}

function progressText(server: Server): string {
  const check = server.check;
  if (check === null || check === undefined) {
    return '';
  }
  const { health, rise, fall } = check.health;
  return server.operation === STOPPED ? `${health}/${rise}` : `${health - rise + 1}/${fall}`;
}

/** What is known from health checks; nothing while they do not run. */
function checkColumns(server: Server, nowMs: number): StatValues {
  const check = server.check;
  if (check === null || check === undefined || !check.enabled) {
    return {};
  }
  const { health } = check;
  const counted: StatValues = {
    chkfail: health.failedChecks,
    chkdown: value(server.counters, counter.CHKDOWN),
    downtime: downtimeSeconds(server, nowMs),
  };
  if (check.paused) {
    return counted;
  }
  const facts = CHECK_STATUSES[health.status];
  return {
    ...counted,
    check_status: `${health.running ? '* ' : ''}${health.status}`,
    check_code: facts.hasCode ? health.code : undefined,
    check_duration: health.durationMs >= 0 ? health.durationMs : undefined,
    last_chk: health.info,
    check_desc: facts.description,
    check_rise: health.rise,
    check_fall: health.fall,
    check_health: health.health,
  };
}

function downtimeSeconds(server: Server, nowMs: number): number {
  const present = server.operation === STOPPED ? nowMs - server.lastChangeMs : 0;
  return Math.floor((value(server.counters, counter.DOWNTIME) + present) / 1000);
}

/** The weight in effect, in the units of the configuration. */
function effectiveWeight(server: Server): number {
  return server.userWeight === 0 ? 0 : Math.ceil((server.weight * server.userWeight) / fullWeight(server));
}

/** What `weight` is when the server is neither slow-started nor throttled. */
function fullWeight(server: Server): number {
  return Math.max(1, server.operation === STARTING ? server.userWeight * WEIGHT_UNITS : server.weight);
}

/** The balancing counts in sixteenths. */
const WEIGHT_UNITS = 16;

export function serverRow(server: Server, { legends, nowMs }: RowOptions): StatValues {
  const block = server.counters;
  const isHttp = server.proxy.model.mode === 'http';
  const { maxqueue, poolMaxConn } = server.model;
  return {
    ...serving(block),
    pxname: server.proxy.name,
    svname: server.name,
    qcur: server.queue.length,
    qmax: value(block, counter.QMAX),
    slim: server.maxconn > 0 ? server.maxconn : undefined,
    status: serverStatus(server),
    weight: effectiveWeight(server),
    act: server.backup ? 0 : 1,
    bck: server.backup ? 1 : 0,
    lastchg: age(server.lastChangeMs, nowMs),
    qlimit: maxqueue > 0 ? maxqueue : undefined,
    pid: 1,
    iid: server.proxy.id,
    sid: server.id,
    throttle: throttle(server),
    type: TYPE_SERVER,
    rate: server.sessionRate.rate(nowMs),
    rate_max: server.sessionRate.maximum,
    ...(isHttp ? responses(block) : {}),
    req_tot: isHttp ? value(block, counter.REQ_TOT) : undefined,
    lastsess: server.lastSessionMs < 0 ? -1 : age(server.lastSessionMs, nowMs),
    cookie: legends ? server.model.cookie : undefined,
    addr: legends ? hostAndPort(server.address) : undefined,
    mode: server.proxy.model.mode,
    srv_icur: server.pool.length,
    src_ilim: poolMaxConn >= 0 ? poolMaxConn : undefined,
    idle_conn_cur: server.pool.idleCount,
    safe_conn_cur: server.pool.safeCount,
    used_conn_cur: server.pool.used,
    need_conn_est: server.pool.needed,
    uweight: server.userWeight,
    ...NO_TLS,
    ...checkColumns(server, nowMs),
  };
}

/** Per cent of its weight that a server in slow start has. */
function throttle(server: Server): number | undefined {
  if (server.operation !== STARTING || server.draining) {
    return undefined;
  }
  return Math.min(100, Math.floor((100 * server.weight) / Math.max(1, server.userWeight * WEIGHT_UNITS)));
}

export function backendRow(proxy: Proxy, { counted, nowMs }: RowOptions): StatValues {
  const block = proxy.backendCounters;
  const isHttp = proxy.model.mode === 'http';
  const { servers } = proxy;
  const usable = proxy.countServers();
  const up = servers.filter((server) => server.operation !== STOPPED);
  const working = servers.filter((server) => server.usable && server.backup === (usable.active === 0));
  const state = servers.length === 0 || working.length > 0 ? 'UP' : 'DOWN';
  const present = proxy.downSinceMs >= 0 ? nowMs - proxy.downSinceMs : 0;
  return {
    ...serving(block),
    pxname: proxy.name,
    svname: 'BACKEND',
    qcur: proxy.queue.length,
    qmax: value(block, counter.QMAX),
    slim: proxy.fullconn,
    dreq: value(block, counter.DREQ),
    status: counted ? `${state} (${up.length}/${servers.length})` : state,
    weight: working.reduce((sum, server) => sum + effectiveWeight(server), 0),
    act: usable.active,
    bck: usable.backup,
    chkdown: value(block, counter.CHKDOWN),
    lastchg: age(proxy.lastChangeMs, nowMs),
    downtime: servers.length === 0 ? undefined : Math.floor((value(block, counter.DOWNTIME) + present) / 1000),
    pid: 1,
    iid: proxy.id,
    sid: 0,
    type: TYPE_BACKEND,
    rate: proxy.backendSessionRate.rate(nowMs),
    rate_max: proxy.backendSessionRate.maximum,
    ...(isHttp ? responses(block) : {}),
    req_tot: isHttp ? value(block, counter.REQ_TOT) : undefined,
    ...NO_COMPRESSION,
    lastsess: proxy.lastSessionMs < 0 ? -1 : age(proxy.lastSessionMs, nowMs),
    mode: proxy.model.mode,
    algo: proxy.model.balance.algorithm,
    cache_lookups: isHttp ? 0 : undefined,
    cache_hits: isHttp ? 0 : undefined,
    uweight: working.reduce((sum, server) => sum + server.userWeight, 0),
    agg_server_status: 0,
    agg_server_check_status: 0,
    agg_check_status: 0,
    ...NO_TLS,
    ...NO_HTTP2,
    ...http1(isHttp, block, value(block, counter.CONNECT)),
  };
}

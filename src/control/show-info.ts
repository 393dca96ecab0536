/**
 * `show info`: figures of the process, in HAProxy 2.6's order (management manual 9.3). What has no counterpart here
 * (TLS, compression, pools, peers) is 0, as it is in an HAProxy that does not use it.
 */

import { type CommandAnswer, type CommandContext, failure } from './command.ts';
import { type Field, field, jsonValue, typedValue } from './stat-field.ts';

interface InfoField {
  readonly position: number;
  readonly name: string;
  readonly tags: string;
  readonly type: Field['type'];
  readonly description: string;
  /** Undefined: not shown. */
  read(context: CommandContext): string | number | undefined;
}

type Row = readonly [number, string, string, Field['type'], string, InfoField['read']];

const zero = (): number => 0;

function uptimeSeconds({ runtime }: CommandContext): number {
  return Math.floor((runtime.reactor.nowMs - runtime.startedMs) / 1000);
}

function uptimeText(context: CommandContext): string {
  const seconds = uptimeSeconds(context);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${Math.floor(seconds / 86400)}d ${Math.floor((seconds % 86400) / 3600)}h${two((seconds % 3600) / 60)}m${two(seconds % 60)}s`;
}

function countListeners({ runtime, sockets }: CommandContext): number {
  return runtime.listeners.filter((listener) => listener.fd >= 0).length + sockets.length;
}

/** Connections in use: those of the runtime API count as well. */
function countConnections({ runtime, sessions }: CommandContext): number {
  return runtime.connections + [...sessions].length;
}

const ROWS: readonly Row[] = [
  [0, 'Name', 'POS', 'str', 'Product whose behaviour this is', () => 'HAProxy'],
  [1, 'Version', 'POS', 'str', 'Product version', ({ facts }) => facts.version],
  [2, 'Release_date', 'POS', 'str', 'Date of the latest change', ({ facts }) => facts.releaseDate],
  [3, 'Nbthread', 'CGS', 'u32', 'Threads (nbthread)', ({ runtime }) => runtime.model.global.nbthread],
  [4, 'Nbproc', 'CGS', 'u32', 'Worker processes, always 1', () => 1],
  [5, 'Process_num', 'KGP', 'u32', 'Number of this worker, always 1', () => 1],
  [6, 'Pid', 'SGP', 'u32', 'Process identifier', () => process.pid],
  [7, 'Uptime', 'MDP', 'str', 'Time since the start', uptimeText],
  [8, 'Uptime_sec', 'MDP', 'u32', 'Time since the start, seconds', uptimeSeconds],
  [9, 'Memmax_MB', 'CLP', 'u32', 'Memory limit (-m), MB', zero],
  [10, 'PoolAlloc_MB', 'MGP', 'u32', 'Memory in pools, MB', zero],
  [11, 'PoolUsed_MB', 'MGP', 'u32', 'Pool memory in use, MB', zero],
  [12, 'PoolFailed', 'MCP', 'u32', 'Failed pool allocations', zero],
  [13, 'Ulimit-n', 'CLP', 'u32', 'Limit of file descriptors', ({ facts }) => facts.descriptorLimit],
  [14, 'Maxsock', 'CLP', 'u32', 'Sockets at most', ({ facts }) => facts.maxSockets],
  [15, 'Maxconn', 'CLP', 'u32', 'Connections at most', ({ runtime }) => runtime.maxconn],
  [
    16,
    'Hard_maxconn',
    'CLP',
    'u32',
    'Connections at most, as started',
    ({ runtime }) => runtime.model.global.maxconn ?? 0,
  ],
  [17, 'CurrConns', 'MGP', 'u32', 'Connections now', countConnections],
  [
    18,
    'CumConns',
    'MCP',
    'u32',
    'Connections since the start',
    ({ runtime, session }) => runtime.connectionsTotal + session.serial + 1,
  ],
  [
    19,
    'CumReq',
    'MCP',
    'u32',
    'Requests since the start',
    ({ runtime, session }) => runtime.requestsTotal + session.serial + 1,
  ],
  [20, 'MaxSslConns', 'MMP', 'u32', 'TLS connections at most', zero],
  [21, 'CurrSslConns', 'MGP', 'u32', 'TLS connections now', zero],
  [22, 'CumSslConns', 'MCP', 'u32', 'TLS connections since the start', zero],
  [23, 'Maxpipes', 'CLP', 'u32', 'Pipes for splicing at most', zero],
  [24, 'PipesUsed', 'MGP', 'u32', 'Pipes in use', zero],
  [25, 'PipesFree', 'MGP', 'u32', 'Pipes kept for use', zero],
  [
    26,
    'ConnRate',
    'MRP',
    'u32',
    'Connections over the last second',
    ({ runtime }) => runtime.connectionRate.rate(runtime.reactor.nowMs),
  ],
  [27, 'ConnRateLimit', 'CLP', 'u32', 'Limit of ConnRate', ({ runtime }) => runtime.maxConnectionRate],
  [28, 'MaxConnRate', 'MMP', 'u32', 'Highest ConnRate', ({ runtime }) => runtime.connectionRate.maximum],
  [
    29,
    'SessRate',
    'MRP',
    'u32',
    'Sessions over the last second',
    ({ runtime }) => runtime.sessionRate.rate(runtime.reactor.nowMs),
  ],
  [30, 'SessRateLimit', 'CLP', 'u32', 'Limit of SessRate', ({ runtime }) => runtime.maxSessionRate],
  [31, 'MaxSessRate', 'MRP', 'u32', 'Highest SessRate', ({ runtime }) => runtime.sessionRate.maximum],
  [32, 'SslRate', 'MRP', 'u32', 'TLS connections over the last second', zero],
  [33, 'SslRateLimit', 'CLP', 'u32', 'Limit of SslRate', zero],
  [34, 'MaxSslRate', 'MMP', 'u32', 'Highest SslRate', zero],
  [35, 'SslFrontendKeyRate', 'MGP', 'u32', 'TLS keys made by frontends over the last second', zero],
  [36, 'SslFrontendMaxKeyRate', 'MMP', 'u32', 'Highest SslFrontendKeyRate', zero],
  [37, 'SslFrontendSessionReuse_pct', 'MGP', 'u32', 'Client TLS sessions resumed, per cent', zero],
  [38, 'SslBackendKeyRate', 'MRP', 'u32', 'TLS keys made by backends over the last second', zero],
  [39, 'SslBackendMaxKeyRate', 'MMP', 'u32', 'Highest SslBackendKeyRate', zero],
  [40, 'SslCacheLookups', 'MCP', 'u32', 'TLS sessions looked up', zero],
  [41, 'SslCacheMisses', 'MCP', 'u32', 'TLS sessions not found', zero],
  [42, 'CompressBpsIn', 'MRP', 'u32', 'Bytes to compress over the last second', zero],
  [43, 'CompressBpsOut', 'MRP', 'u32', 'Bytes compressed over the last second', zero],
  [44, 'CompressBpsRateLim', 'CLP', 'u32', 'Limit of CompressBpsOut', zero],
  [47, 'Tasks', 'MGP', 'u32', 'Descriptors and sessions looked after', ({ runtime }) => runtime.reactor.watched],
  [48, 'Run_queue', 'MGP', 'u32', 'Tasks that could run now', zero],
  [49, 'Idle_pct', 'MaP', 'u32', 'Time spent waiting, per cent', () => 100],
  [50, 'node', 'COS', 'str', 'Name of the node (node)', ({ runtime }) => runtime.model.global.node ?? ''],
  [51, 'description', 'COS', 'str', 'Description (description)', ({ runtime }) => runtime.model.global.description],
  [52, 'Stopping', 'MGP', 'u32', '1 while the process is stopping', ({ runtime }) => (runtime.stopping ? 1 : 0)],
  [
    53,
    'Jobs',
    'MGP',
    'u32',
    'Connections and listeners',
    (context) => countConnections(context) + countListeners(context),
  ],
  [54, 'Unstoppable Jobs', 'MGP', 'u32', 'Jobs that do not hold up a stop', zero],
  [55, 'Listeners', 'MGP', 'u32', 'Listening sockets', countListeners],
  [56, 'ActivePeers', 'MGP', 'u32', 'Peers connected and verified', zero],
  [57, 'ConnectedPeers', 'MGP', 'u32', 'Peers connected', zero],
  [58, 'DroppedLogs', 'MGP', 'u32', 'Log lines lost', zero],
  [59, 'BusyPolling', 'MGP', 'u32', '1 with busy-polling', zero],
  [60, 'FailedResolutions', 'MGP', 'u32', 'Failed DNS resolutions', zero],
  [61, 'TotalBytesOut', 'MGP', 'u64', 'Bytes sent since the start', ({ runtime }) => runtime.bytesOutTotal],
  [62, 'TotalSplicdedBytesOut', 'MGP', 'u64', 'Bytes sent through a pipe since the start', zero],
  [63, 'BytesOutRate', 'MRP', 'u64', 'Bytes sent over the last second', zero],
  [64, 'DebugCommandsIssued', 'MGP', 'u32', 'Debug commands given', zero],
  [65, 'CumRecvLogs', 'MCP', 'u32', 'Log lines received to forward', zero],
  [66, 'Build info', 'POS', 'str', 'Version', ({ facts }) => facts.version],
  [67, 'Memmax_bytes', 'CLP', 'u32', 'Memory limit (-m), bytes', zero],
  [68, 'PoolAlloc_bytes', 'MGP', 'u64', 'Memory in pools, bytes', zero],
  [69, 'PoolUsed_bytes', 'MGP', 'u64', 'Pool memory in use, bytes', zero],
  [
    70,
    'Start_time_sec',
    'MDP',
    'u32',
    'When it started, seconds since 1970',
    ({ runtime }) => Math.floor(runtime.startedWallMs / 1000),
  ],
  [71, 'Tainted', 'SGP', 'str', 'Use of experimental features', () => '0'],
];

const FIELDS: readonly InfoField[] = ROWS.map(([position, name, tags, type, description, read]) => ({
  position,
  name,
  tags,
  type,
  description,
  read,
}));

/** What is known now, by name. */
export function infoFields(
  context: CommandContext,
): ReadonlyMap<string, { readonly description: string; readonly value: string | number }> {
  return new Map(
    FIELDS.map(({ name, description, read }) => [name, { description, value: read(context) ?? '' }] as const),
  );
}

export function showInfo(context: CommandContext): CommandAnswer {
  const options = new Set(context.words.slice(2));
  const lines: string[] = [];
  context.runtime.countRunningBytes();
  for (const info of FIELDS) {
    const value = info.read(context);
    if (value === undefined) {
      continue;
    }
    const shown = field(info.tags, info.type, value);
    const described = options.has('desc') ? `:"${info.description}"` : '';
    if (options.has('json')) {
      const text = options.has('desc') ? `,"desc":${JSON.stringify(info.description)}` : '';
      lines.push(`{"field":{"pos":${info.position},"name":"${info.name}"},${jsonValue(shown)}${text}}`);
    } else if (options.has('typed')) {
      lines.push(`${info.position}.${info.name}.1:${typedValue(shown)}${described}\n`);
    } else {
      lines.push(`${info.name}: ${value}${described}\n`);
    }
  }
  return options.has('json') ? `[${lines.join(',')}]\n` : lines.join('');
}

/** `show version`. */
export function showVersion({ facts }: CommandContext): CommandAnswer {
  return `${facts.version}\n`;
}

/** `show env [name]`. */
export function showEnvironment({ words }: CommandContext): CommandAnswer {
  const name = words[2] ?? '';
  if (name === '') {
    return Object.entries(process.env)
      .map(([key, value]) => `${key}=${value}\n`)
      .join('');
  }
  const value = process.env[name];
  return value === undefined ? failure('Variable not found\n') : `${name}=${value}\n`;
}

/** The variables of formatted strings (manual 8.2.4): `%ci`, `%TR`, ... */

import type { KeywordEntry } from '../keyword.ts';

/** What must be known before a line with it can be written; bytes and times are `totals`. */
export type LogNeed =
  | 'totals'
  | 'transport'
  | 'request line'
  | 'response'
  | 'request headers'
  | 'response headers'
  | 'cookies'
  | 'server'
  | 'source'
  | 'destination';

export interface LogVariable extends KeywordEntry {
  /** Only where HTTP is spoken. */
  readonly http: boolean;
  readonly needs: readonly LogNeed[];
}

/** The variables that need something, by what. */
const NEEDS: Readonly<Record<LogNeed, string>> = {
  totals: 'B ID Ta Tc Th Ti Tq Tr TR Td Tt Tu Tw U ac bc bq fc rc sc sq ts',
  transport: 'ci cp fi fp sslc sslv',
  'request line': 'HM HP HPO HQ HU HV r rt',
  response: 'ST',
  'request headers': 'CC hr hrl',
  'response headers': 'CS hs hsl',
  cookies: '',
  server: 's',
  source: 'bi bp',
  destination: 'si sp',
};

function needsOf(name: string): readonly LogNeed[] {
  return (Object.keys(NEEDS) as LogNeed[]).filter((need) => NEEDS[need].split(' ').includes(name));
}

const TCP: Readonly<Record<string, string>> = {
  B: 'bytes sent to the client',
  H: 'host name of this machine',
  ID: 'unique id',
  ST: 'status code',
  T: 'date of accept, GMT',
  Tc: 'time to connect to the server, ms',
  Td: 'time to transfer the data, ms',
  Th: 'time of handshakes, ms',
  Tl: 'date of accept, local time',
  Ts: 'date of accept, seconds since 1970',
  Tt: 'total time, ms',
  Tu: 'total time as the user sees it, ms',
  Tw: 'time in queues, ms',
  U: 'bytes sent to the server',
  ac: 'connections of the process',
  b: 'backend name',
  bc: 'connections of the backend',
  bi: 'source address towards the server',
  bp: 'source port towards the server',
  bq: 'requests ahead in the backend queue',
  ci: 'client address',
  cp: 'client port',
  f: 'frontend name',
  fc: 'connections of the frontend',
  fi: 'address the client connected to',
  fp: 'port the client connected to',
  ft: 'frontend name, with "~" over TLS',
  hr: 'captured request headers',
  hrl: 'captured request headers, as a list',
  hs: 'captured response headers',
  hsl: 'captured response headers, as a list',
  lc: 'number of log lines sent by the frontend',
  ms: 'milliseconds of the date of accept',
  pid: 'process id',
  rc: 'connection retries',
  rt: 'number of the request',
  s: 'server name',
  sc: 'connections of the server',
  si: 'server address',
  sp: 'server port',
  sq: 'requests ahead in the server queue',
  sslc: 'TLS cipher of the client',
  sslv: 'TLS version of the client',
  t: 'date of accept with milliseconds',
  ts: 'termination state, two letters',
  tsc: 'termination state, four letters',
};

const HTTP: Readonly<Record<string, string>> = {
  CC: 'captured request cookie',
  CS: 'captured response cookie',
  HM: 'request method',
  HP: 'request path, as received',
  HPO: 'request path without host and query string',
  HQ: 'query string',
  HU: 'request target',
  HV: 'HTTP version',
  TR: 'time to receive the request, ms',
  Ta: 'time the request was active, ms',
  Ti: 'idle time before the request, ms',
  Tq: 'Th + Ti + TR, ms',
  Tr: 'time the server took to answer, ms',
  r: 'request line',
  tr: 'date of the start of the request',
  trg: 'date of the start of the request, GMT',
  trl: 'date of the start of the request, local time',
};

function variables(table: Readonly<Record<string, string>>, http: boolean): readonly LogVariable[] {
  return Object.entries(table).map(([name, help]) => ({
    kind: 'log-variable',
    name,
    sections: [],
    grammar: `%${name}`,
    help,
    initially: '',
    since: '1.5',
    manual: '8.2.4',
    implemented: true,
    http,
    needs: needsOf(name),
  }));
}

export const LOG_VARIABLES: ReadonlyMap<string, LogVariable> = new Map(
  [...variables(TCP, false), ...variables(HTTP, true)].map((variable) => [variable.name, variable]),
);

/**
 * Where expressions are evaluated, and what can be known there (manual 7.3): the sources of fetches, each with the check
 * points at which it has data. A rule that asks too early or too late is worth a warning, a format is refused.
 */

/** HAProxy's check points, in its order: the position is the bit. */
export const CHECK_POINTS = [
  'frontend tcp-request connection rule',
  'frontend tcp-request session rule',
  'frontend tcp-request content rule',
  'frontend http-request header rule',
  'frontend http-request body rule',
  'frontend use-backend rule',
  'backend tcp-request content rule',
  'backend http-request header rule',
  'backend http-request body rule',
  'backend use-server, balance or stick-match rule',
  'server source selection',
  'backend tcp-response content rule',
  'backend http-response header rule',
  'backend http-response body rule',
  'backend stick-store rule',
  'frontend tcp-response content rule',
  'frontend http-response header rule',
  'frontend http-response body rule',
  'logs',
  'backend tcp-check rule',
  'configuration parser',
  'CLI parser',
] as const;

export type CheckPoint = (typeof CHECK_POINTS)[number];

export function pointMask(...points: readonly CheckPoint[]): number {
  return points.reduce((mask, point) => mask | (1 << CHECK_POINTS.indexOf(point)), 0);
}

/** From "Y" and "." in the order of the check points, as `haproxy -dKsmp` prints them. */
function places(marks: string): number {
  return [...marks].reduce((mask, mark, bit) => (mark === 'Y' ? mask | (1 << bit) : mask), 0);
}

export interface SourceFacts {
  /** In HAProxy's words for "which is not available here". */
  readonly words: string;
  readonly places: number;
}

/** What fetches read. */
export const SOURCES = {
  constant: { words: '', places: places('YYYYYYYYYYYYYYYYYYYYYY') },
  internal: { words: 'internal state', places: places('YYYYYYYYYYYYYYYYYYYY.Y') },
  frontend: { words: 'frontend', places: places('YYYYYYYYYYYYYYYYYYY...') },
  client: { words: 'client address', places: places('YYYYYYYYYYYYYYYYYYYY..') },
  clientConnection: { words: 'client-side connection', places: places('.YYYYYYYYYYYYYYYYYY...') },
  requestBytes: { words: 'request buffer', places: places('..YYYYYYYYY...........') },
  requestHeaders: { words: 'HTTP request headers', places: places('..YYYYYYYYY...........') },
  request: { words: 'HTTP request', places: places('..YYYYYYYYYYYYYYYYY...') },
  backend: { words: 'backend', places: places('......YYYYYYYYYYYYYY..') },
  server: { words: 'server', places: places('..........YYYYYYYYYY..') },
  serverAddress: { words: 'server address', places: places('...........YYYYYYYYY..') },
  serverConnection: { words: 'server-side connection', places: places('...........YYYYYYYYY..') },
  responseBytes: { words: 'response buffer', places: places('...........YYYYYYY.Y..') },
  responseHeaders: { words: 'HTTP response headers', places: places('...........YYYYYYY.Y..') },
  response: { words: 'HTTP response', places: places('...........YYYYYYYYY..') },
} as const satisfies Readonly<Record<string, SourceFacts>>;

export type Source = keyof typeof SOURCES;

/**
 * Rows of `show stat` to what happened since the row before: counters become rates, and a counter that is smaller than it
 * was began anew (another process, `clear counters`) and counts from zero.
 */

import type { Metric } from '../answers/figures.ts';
import type { StatisticsRow } from '../proxy/statistics.ts';

/** In this order in every ring and file. */
export const METRICS = [
  /** HTTP requests a second; connections a second where there are no requests (mode tcp). */
  'requests',
  /** Sessions a second. */
  'connections',
  /** Open now. */
  'sessions',
  /** Bytes a second from clients, and to them. */
  'bytesIn',
  'bytesOut',
  /** A second: answers 5xx, servers not reached, answers that were none, requests that were none. */
  'errors',
  /** Mean of the last 1024, milliseconds, in seconds with requests: the answer, in mode tcp the connection. */
  'responseMs',
  /** Waiting for a server now. */
  'queued',
  /** Servers that take requests; of a server or frontend itself 0 or 1. */
  'up',
] as const satisfies readonly Metric[];

export const WIDTH = METRICS.length;

/** `frontend/web`, `backend/servers`, `server/servers/s1`; undefined: a listener, which has no history. */
export function objectOf(row: StatisticsRow): string | undefined {
  const { kind, pxname, svname } = row;
  switch (kind) {
    case 'frontend':
    case 'backend':
      return `${kind}/${pxname}`;
    case 'server':
      return `server/${pxname}/${svname}`;
    default:
      return undefined;
  }
}

const RESPONSES = ['hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx', 'hrsp_other'];

/** What only grows; of each object the last values are kept. */
export interface Counters {
  readonly requests: number;
  readonly connections: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly errors: number;
}

function numberOf(row: StatisticsRow, name: string): number {
  const value = row[name];
  return typeof value === 'number' ? value : 0;
}

function errorsOf(row: StatisticsRow, isHttp: boolean): number {
  const answered = isHttp ? numberOf(row, 'hrsp_5xx') : 0;
  switch (row['kind']) {
    case 'frontend':
      return answered + numberOf(row, 'ereq');
    case 'backend':
      // In HTTP a server that was not reached is a 503 already.
      return isHttp ? answered : numberOf(row, 'econ') + numberOf(row, 'eresp');
    default:
      return answered + numberOf(row, 'econ') + numberOf(row, 'eresp');
  }
}

export function countersOf(row: StatisticsRow): Counters {
  const isHttp = row['mode'] === 'http';
  const connections = numberOf(row, 'stot');
  const answers = row['req_tot'] ?? RESPONSES.reduce((sum, name) => sum + numberOf(row, name), 0);
  return {
    requests: isHttp ? Number(answers) : connections,
    connections,
    bytesIn: numberOf(row, 'bin'),
    bytesOut: numberOf(row, 'bout'),
    errors: errorsOf(row, isHttp),
  };
}

function upOf(row: StatisticsRow): number {
  const status = String(row['status'] ?? '');
  switch (row['kind']) {
    case 'frontend':
      return status === 'OPEN' ? 1 : 0;
    case 'backend':
      return numberOf(row, 'act') + numberOf(row, 'bck');
    default:
      return /^(?:UP|no check)/.test(status) ? 1 : 0;
  }
}

/**
 * Writes the values of METRICS into `into`, a second's worth each.
 * @param before the counters of the row before; undefined: nothing can be said of rates yet
 */
export function figuresOf(
  row: StatisticsRow,
  now: Counters,
  before: Counters | undefined,
  elapsedMs: number,
  into: Float32Array,
): void {
  const rate = (name: keyof Counters): number => {
    if (before === undefined || elapsedMs <= 0) return Number.NaN;
    const grown = now[name] >= before[name] ? now[name] - before[name] : now[name];
    return (grown * 1000) / elapsedMs;
  };
  into[0] = rate('requests');
  into[1] = rate('connections');
  into[2] = numberOf(row, 'scur');
  into[3] = rate('bytesIn');
  into[4] = rate('bytesOut');
  into[5] = rate('errors');
  const time = row[row['mode'] === 'http' ? 'rtime' : 'ctime'];
  into[6] = (into[0] as number) > 0 && typeof time === 'number' ? time : Number.NaN;
  into[7] = numberOf(row, 'qcur');
  into[8] = upOf(row);
}

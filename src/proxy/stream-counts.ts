/**
 * What streams add to the statistics of frontend, listener, backend and server: errors as they happen, status and times at the
 * end, bytes at the end and, with `option contstats`, also when somebody looks at the statistics meanwhile. (HAProxy does the latter
 * every five seconds; done on demand it is never behind, and costs nothing while nobody asks.)
 */
import {
  addSample,
  BIN,
  BOUT,
  type CounterBlock,
  CTIME,
  CTIME_MAX,
  countStatus,
  EREQ,
  ERESP,
  QTIME,
  QTIME_MAX,
  REQ_TOT,
  RTIME,
  RTIME_MAX,
  SCUR,
  SRV_ABRT,
  STOT,
  TTIME,
  TTIME_MAX,
} from './counters.ts';
import type { Stream } from './stream.ts';

/** A stream of a backend begins. */
export function countBackendSession(stream: Stream): void {
  const backend = stream.backend;
  add(backend.backendCounters, STOT, 1);
  backend.backendSessionRate.hit(stream.nowMs);
  backend.lastSessionMs = stream.nowMs;
}

/** Adds one to a counter of frontend, backend and server. */
export function countAbort(stream: Stream, index: number): void {
  add(stream.frontend.frontendCounters, index, 1);
  if (stream.backendCounted) add(stream.backend.backendCounters, index, 1);
  if (stream.target !== null) add(stream.target.counters, index, 1);
}

export function countServerAbort(stream: Stream): void {
  countAbort(stream, SRV_ABRT);
}

/** Adds one to a counter of the frontend and of the listener the client came to. */
export function countOnEntry(stream: Stream, index: number): void {
  add(stream.frontend.frontendCounters, index, 1);
  add(stream.listener.counters, index, 1);
}

export function countRequestError(stream: Stream): void {
  countOnEntry(stream, EREQ);
}

/** A response that was invalid, missing or late. */
export function countServerError(stream: Stream): void {
  add(stream.backend.backendCounters, ERESP, 1);
  if (stream.target !== null) add(stream.target.counters, ERESP, 1);
}

/** Status and times of a request (or TCP session) that ended, for everything that took part; the stream leaves its backend. */
export function countOutcome(stream: Stream): void {
  const status = stream.status;
  if (stream.isHttp && status > 0) countStatus(stream.frontend.frontendCounters, status);
  if (!stream.backendCounted) return;
  const backend = stream.backend.backendCounters;
  if (stream.isHttp) {
    add(backend, REQ_TOT, 1);
    if (status > 0) countStatus(backend, status);
  }
  const target = stream.target;
  if (target !== null) {
    if (stream.isHttp && status > 0 && stream.dataMs >= 0) {
      add(target.counters, REQ_TOT, 1);
      countStatus(target.counters, status);
    }
    countTimes(stream, target.counters);
    countTimes(stream, backend);
  }
  stream.backendCounted = false;
  backend[SCUR] = (backend[SCUR] as number) - 1;
}

/**
 * Adds what passed since the last call to frontend, listener, backend and server; returns the bytes towards the client among it.
 * @param bytesIn,bytesOut of the present request, so far
 */
export function countBytes(stream: Stream, bytesIn: number, bytesOut: number): number {
  const moreIn = bytesIn - stream.countedIn;
  const moreOut = bytesOut - stream.countedOut;
  stream.countedIn = bytesIn;
  stream.countedOut = bytesOut;
  addBytes(stream.frontend.frontendCounters, moreIn, moreOut);
  addBytes(stream.listener.counters, moreIn, moreOut);
  if (stream.backendCounted) {
    addBytes(stream.backend.backendCounters, moreIn, moreOut);
    if (stream.target !== null) addBytes(stream.target.counters, moreIn, moreOut);
  }
  return moreOut;
}

function addBytes(block: CounterBlock, bytesIn: number, bytesOut: number): void {
  block[BIN] = (block[BIN] as number) + bytesIn;
  block[BOUT] = (block[BOUT] as number) + bytesOut;
}

function add(block: CounterBlock, index: number, value: number): void {
  block[index] = (block[index] as number) + value;
}

function countTimes(stream: Stream, counters: CounterBlock): void {
  const samples = counters[STOT] as number;
  const started = stream.requestMs >= 0 ? stream.requestMs : stream.acceptMs;
  const queue = stream.queueMs >= 0 ? stream.queueMs - started : 0;
  const connect = stream.connectMs >= 0 && stream.queueMs >= 0 ? stream.connectMs - stream.queueMs : 0;
  const response = stream.dataMs >= 0 && stream.connectMs >= 0 ? stream.dataMs - stream.connectMs : 0;
  const total = stream.closeMs - stream.acceptMs - stream.idleMs;
  addSample(counters, QTIME, samples, queue);
  addSample(counters, CTIME, samples, connect);
  addSample(counters, RTIME, samples, response);
  addSample(counters, TTIME, samples, total);
  if (queue > (counters[QTIME_MAX] as number)) counters[QTIME_MAX] = queue;
  if (connect > (counters[CTIME_MAX] as number)) counters[CTIME_MAX] = connect;
  if (response > (counters[RTIME_MAX] as number)) counters[RTIME_MAX] = response;
  if (total > (counters[TTIME_MAX] as number)) counters[TTIME_MAX] = total;
}

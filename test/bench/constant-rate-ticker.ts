/**
 * The clock of the constant-rate generator: a thread that sleeps with microsecond timers (Node's own count whole
 * milliseconds) and wakes the main thread once a tick. workerData: { intervalMs, startMs } on performance.now() of the
 * process (`startMs` as performance.timeOrigin + now, for each thread has an origin of its own).
 */
import { parentPort, workerData } from 'node:worker_threads';

const { intervalMs, startMs } = workerData as { intervalMs: number; startMs: number };
const never = new Int32Array(new SharedArrayBuffer(4));

for (let tick = 0; ; tick++) {
  const waitMs = startMs + tick * intervalMs - (performance.timeOrigin + performance.now());
  if (waitMs > 0) {
    Atomics.wait(never, 0, 0, waitMs);
  }
  parentPort?.postMessage(tick);
}

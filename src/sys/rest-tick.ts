/**
 * What a process at rest has to do now and then is done in one wake-up: at each full ten seconds of the machine's clock, so
 * that all processes of a unit wake its processor together. One timer for all, since timers that are due almost at the
 * same time wake it once each.
 */

export const TICK_MS = 10_000;
const NANOSECONDS = 1_000_000n;

const waiting = new Set<{ readonly call: () => void }>();
let timer: NodeJS.Timeout | undefined;

/** Calls once, in ten seconds at most. It does not keep the process alive. @returns takes it back */
export function atNextTick(call: () => void): () => void {
  const one = { call };
  waiting.add(one);
  if (timer === undefined) arm();
  return () => void waiting.delete(one);
}

/** Calls every ten seconds. @returns ends that */
export function everyTick(call: () => void): () => void {
  let cancel = atNextTick(again);
  function again(): void {
    cancel = atNextTick(again);
    call();
  }
  return () => cancel();
}

/** `hrtime` is the clock that began with the machine, for each of its processes the same. */
function arm(): void {
  const nowMs = Number(process.hrtime.bigint() / NANOSECONDS);
  timer = setTimeout(tick, TICK_MS - (nowMs % TICK_MS));
  timer.unref();
}

function tick(): void {
  timer = undefined;
  try {
    // What one of them takes back is not called any more.
    for (const one of [...waiting]) if (waiting.delete(one)) one.call();
  } finally {
    // One that throws does not end the others: the next tick has them.
    if (waiting.size > 0 && timer === undefined) arm();
  }
}

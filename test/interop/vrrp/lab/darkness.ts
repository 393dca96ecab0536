/**
 * How long nobody answered, out of a record of probes. A gap runs from the last answered sending before to the first
 * answered one after the lost probes, so a single lost probe of a 10 ms prober counts as 20 ms: the upper bound. Where
 * the prober itself came late, the time it did not look is not counted beyond one interval: what was not looked at is
 * not known to be dark.
 */

export interface Probe {
  readonly sentMs: number;
  /** How much later than planned it was sent. */
  readonly lateMs: number;
  /** NaN: never. */
  answeredMs: number;
  /** Who answered, `''`: nobody. */
  by: string;
}

export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly darkMs: number;
  readonly lost: number;
}

export interface Darkness {
  /** Sum of all gaps. */
  readonly darkMs: number;
  readonly gaps: readonly Gap[];
  readonly lost: number;
  /** The latest that the prober was in that time. */
  readonly lateMs: number;
}

/** An answer that took longer is none: it waited in a queue for somebody to come. */
export const LATE_MS = 100;

function isAnswered(probe: Probe): boolean {
  return probe.by !== '' && probe.answeredMs - probe.sentMs <= LATE_MS;
}

/** A step between two sendings, no longer than planned unless both ends lie in the dark. */
function step(before: Probe, after: Probe, intervalMs: number): number {
  return Math.min(after.sentMs - before.sentMs, intervalMs * 1.2);
}

export function darkness(probes: readonly Probe[], intervalMs: number): Darkness {
  const gaps: Gap[] = [];
  let lost = 0;
  let lateMs = 0;
  for (let i = 0; i < probes.length; i++) {
    lateMs = Math.max(lateMs, probes[i]!.lateMs);
    if (isAnswered(probes[i]!)) continue;
    const first = i;
    while (i + 1 < probes.length && !isAnswered(probes[i + 1]!)) i++;
    const before = probes[first - 1];
    const after = probes[i + 1];
    const firstLost = probes[first]!;
    const lastLost = probes[i]!;
    lost += i - first + 1;
    gaps.push({
      fromMs: (before ?? firstLost).sentMs,
      toMs: (after ?? lastLost).sentMs,
      darkMs:
        (before ? step(before, firstLost, intervalMs) : 0) +
        (lastLost.sentMs - firstLost.sentMs) +
        (after ? step(lastLost, after, intervalMs) : 0),
      lost: i - first + 1,
    });
  }
  return { darkMs: gaps.reduce((sum, gap) => sum + gap.darkMs, 0), gaps, lost, lateMs };
}

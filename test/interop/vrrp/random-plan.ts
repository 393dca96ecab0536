/**
 * What happens to two agents in a random run: rounds of faults, everything drawn from one seed, so that a run can be run
 * again. Each fault has a beginning and an end; faults of one thing (an agent, its link, a switch of its tracking) do not
 * overlap, those of different things do.
 */

export type FaultKind =
  | 'stop'
  | 'kill'
  | 'freeze'
  | 'reload'
  | 'pull'
  | 'block'
  | 'admin-down'
  | 'flap'
  | 'track-file'
  | 'script'
  | 'delete-address'
  | 'load'
  | 'loss';

/** What a fault takes hold of. */
type Resource = 'agent' | 'link' | 'file' | 'script' | 'address' | 'load' | 'loss';

const RESOURCES: Readonly<Record<FaultKind, Resource>> = {
  stop: 'agent',
  kill: 'agent',
  freeze: 'agent',
  reload: 'agent',
  pull: 'link',
  block: 'link',
  'admin-down': 'link',
  flap: 'link',
  'track-file': 'file',
  script: 'script',
  'delete-address': 'address',
  load: 'load',
  loss: 'loss',
};

/** How often each is drawn. */
const WEIGHTS: Readonly<Record<FaultKind, number>> = {
  stop: 10,
  kill: 10,
  freeze: 12,
  reload: 10,
  pull: 12,
  block: 14,
  'admin-down': 6,
  flap: 5,
  'track-file': 12,
  script: 6,
  'delete-address': 8,
  load: 5,
  loss: 5,
};

export interface Fault {
  /** Since the beginning of its round. */
  readonly atMs: number;
  readonly kind: FaultKind;
  /** 0 or 1. */
  readonly unit: number;
  /** 0: it ends at once. */
  readonly durationMs: number;
  /** Value of the track file, percent of loss, priority to reload with. */
  readonly value: number;
}

export interface Round {
  readonly number: number;
  readonly faults: readonly Fault[];
}

/** xorshift32 of a seed: [0, 1) each call. */
export function seededRandom(seed: number): () => number {
  let x = seed | 0 || 0x9e3779b9;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

export const ROUND_MS = 15_000;
const SHARED = new Set<Resource>(['load', 'loss']);
/** Priorities that a reload may give; the first two are those of the start. */
export const PRIORITIES = [150, 100, 200, 50, 120] as const;
const FILE_VALUES = [-120, -60, -30, 30, 60, 120] as const;

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

function pickKind(random: () => number): FaultKind {
  const kinds = Object.keys(WEIGHTS) as FaultKind[];
  let left = random() * kinds.reduce((sum, kind) => sum + WEIGHTS[kind], 0);
  for (const kind of kinds) {
    left -= WEIGHTS[kind];
    if (left < 0) return kind;
  }
  return 'stop';
}

function durationOf(kind: FaultKind, random: () => number): number {
  if (kind === 'reload' || kind === 'delete-address') return 0;
  // Most are short, some are long enough for every timer and for the lifetime of an address.
  const share = random();
  const longest = kind === 'flap' || kind === 'load' || kind === 'loss' ? 3000 : 6000;
  return Math.round(50 + share * share * longest);
}

function valueOf(kind: FaultKind, random: () => number): number {
  switch (kind) {
    case 'track-file':
      return pick(random, FILE_VALUES);
    case 'loss':
      return 10 + Math.floor(random() * 60);
    case 'reload':
      return pick(random, PRIORITIES);
    default:
      return 0;
  }
}

/** Faults of the same one never overlap. */
export function resourceOf(fault: Pick<Fault, 'kind' | 'unit'>): string {
  const resource = RESOURCES[fault.kind];
  return SHARED.has(resource) ? resource : `${resource}${fault.unit}`;
}

/** Round `number` of the run with this seed; rounds do not depend on each other. */
export function planRound(seed: number, number: number): Round {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  for (let warm = 0; warm < 8; warm++) random();
  const faults: Fault[] = [];
  const busyUntilMs = new Map<string, number>();
  let atMs = 0;
  while (atMs < ROUND_MS) {
    const kind = pickKind(random);
    const unit = random() < 0.5 ? 0 : 1;
    const durationMs = durationOf(kind, random);
    const value = valueOf(kind, random);
    const key = resourceOf({ kind, unit });
    if ((busyUntilMs.get(key) ?? 0) <= atMs) {
      faults.push({ atMs, kind, unit, durationMs, value });
      // An agent that starts again needs its time before the next thing happens to it.
      busyUntilMs.set(key, atMs + durationMs + (RESOURCES[kind] === 'agent' ? 1500 : 100));
    }
    const gap = random();
    atMs += Math.round(20 + gap * gap * 2000);
  }
  return { number, faults };
}

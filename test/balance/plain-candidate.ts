/** A server for the tests of algorithms: plain fields, and a `hold`/`drop` that keep the balancer informed. */
import type { Balancer, Candidate } from '../../src/balance/candidate.ts';
import { WEIGHT_SCALE } from '../../src/balance/candidate.ts';

export class PlainCandidate implements Candidate {
  readonly index: number;
  readonly id: number;
  usable = true;
  backup = false;
  weight: number;
  sessions = 0;
  queued = 0;
  maxconn = 0;
  maxqueue = 0;

  constructor(index: number, userWeight = 1) {
    this.index = index;
    this.id = index + 1;
    this.weight = userWeight * WEIGHT_SCALE;
  }

  dynamicMaxconn(): number {
    return this.maxconn;
  }
}

export function candidatesOf(weights: readonly number[]): PlainCandidate[] {
  return weights.map((weight, index) => new PlainCandidate(index, weight));
}

/** Server numbers of `count` choices in a row, '-' for none; requests end at once. */
export function sequence(balancer: Balancer, count: number, hash: (i: number) => number = () => 0): string {
  const chosen: string[] = [];
  for (let i = 0; i < count; i++) {
    const candidate = balancer.choose(hash(i), null) as PlainCandidate | null;
    chosen.push(candidate === null ? '-' : String(candidate.id));
    if (candidate !== null) {
      hold(balancer, candidate);
      drop(balancer, candidate);
    }
  }
  return chosen.join(' ');
}

export function hold(balancer: Balancer, candidate: PlainCandidate): void {
  candidate.sessions++;
  balancer.taken(candidate);
}

export function drop(balancer: Balancer, candidate: PlainCandidate): void {
  candidate.sessions--;
  balancer.released(candidate);
}

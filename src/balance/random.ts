/**
 * `balance random`: servers are drawn at random, by weight, and the least loaded of them is taken ("power of two
 * choices"; manual, section 4.2, "balance"). The draw is a random point on the consistent hash's circle.
 */
import { type Balancer, type Candidate, hasPlace } from './candidate.ts';
import { ConsistentHash } from './consistent-hash.ts';

export class RandomDraws implements Balancer {
  readonly #circle: ConsistentHash;
  readonly #draws: number;
  readonly #random: () => number;

  /** @param random makes numbers from 0 to below 1 */
  constructor(candidates: readonly Candidate[], allBackups: boolean, draws: number, random = Math.random) {
    this.#circle = new ConsistentHash(candidates, allBackups, false);
    this.#draws = draws;
    this.#random = random;
  }

  countUsable(): number {
    return this.#circle.countUsable();
  }

  countActive(): number {
    return this.#circle.countActive();
  }

  countBackup(): number {
    return this.#circle.countBackup();
  }

  /** Null also when the best of those drawn is full: the request waits in the backend's queue. */
  choose(_hash: number, avoid: Candidate | null): Candidate | null {
    let best: Candidate | null = null;
    for (let draw = 0; draw < this.#draws; draw++) {
      const drawn = this.#circle.choose(Math.floor(this.#random() * 2 ** 32), avoid);
      if (drawn === null) return null;
      if (best === null || drawn.sessions * best.weight <= best.sessions * drawn.weight) best = drawn;
    }
    return best !== null && hasPlace(best) ? best : null;
  }

  taken(): void {}

  released(): void {}

  changed(): void {
    this.#circle.changed();
  }
}

/**
 * Hash algorithms with `hash-type consistent`: every server stands on a circle of 2^32 points as many times as its
 * effective weight; a key goes to the nearest of its two neighbours. When a server leaves, only its keys move (manual,
 * section 4.2, "hash-type"). Points derive from the server's id, so they survive a change of order.
 */
import { type Balancer, type Candidate, WEIGHT_MAX } from './candidate.ts';
import { avalanche } from './hash.ts';
import { UsableServers } from './usable-servers.ts';

export class ConsistentHash implements Balancer {
  readonly #servers: UsableServers;
  readonly #avalanche: boolean;
  /** The circle, ascending; `#owners` tells whose point it is. */
  #points = new Uint32Array(0);
  #owners = new Uint32Array(0);
  /** The weights the circle was made with, 0 = not on it. */
  readonly #weight: Int32Array;

  constructor(candidates: readonly Candidate[], allBackups: boolean, useAvalanche: boolean) {
    this.#servers = new UsableServers(candidates, allBackups);
    this.#avalanche = useAvalanche;
    this.#weight = new Int32Array(candidates.length);
    this.changed();
  }

  countUsable(): number {
    return this.#servers.used;
  }

  countActive(): number {
    return this.#servers.active;
  }

  countBackup(): number {
    return this.#servers.backups;
  }

  choose(hash: number, avoid: Candidate | null): Candidate | null {
    const count = this.#points.length;
    if (count === 0) return null;
    const key = this.#servers.used === 1 ? 0 : this.#avalanche ? avalanche(hash) : hash >>> 0;
    const points = this.#points;
    const after = this.#notBefore(key) % count;
    const before = (after === 0 ? count : after) - 1;
    // Distances on the circle; the lower neighbour wins a tie.
    const toBefore = (key - (points[before] as number)) >>> 0;
    const toAfter = ((points[after] as number) - key) >>> 0;
    let at = toBefore <= toAfter ? before : after;
    const avoided = avoid === null ? -1 : avoid.index;
    if (this.#owners[at] === avoided) {
      const from = at;
      do {
        at = at + 1 === count ? 0 : at + 1;
      } while (at !== from && this.#owners[at] === avoided);
    }
    return this.#servers.candidates[this.#owners[at] as number] as Candidate;
  }

  taken(): void {}

  released(): void {}

  changed(): void {
    const servers = this.#servers;
    servers.recount();
    let different = false;
    let total = 0;
    for (const candidate of servers.candidates) {
      const weight = servers.isUsed(candidate) ? candidate.weight : 0;
      if (weight !== this.#weight[candidate.index]) different = true;
      this.#weight[candidate.index] = weight;
      total += weight;
    }
    if (!different) return;
    const owners = new Uint32Array(total);
    const points = new Uint32Array(total);
    let count = 0;
    for (const candidate of servers.candidates) {
      const weight = this.#weight[candidate.index] as number;
      for (let i = 0; i < weight; i++) {
        owners[count] = candidate.index;
        points[count++] = avalanche(candidate.id * WEIGHT_MAX + i);
      }
    }
    const order = Uint32Array.from(points.keys()).sort(
      (a, b) => (points[a] as number) - (points[b] as number) || a - b,
    );
    this.#points = order.map((i) => points[i] as number);
    this.#owners = order.map((i) => owners[i] as number);
  }

  /** Index of the first point that is not less than the key; the number of points if there is none. */
  #notBefore(key: number): number {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#points[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

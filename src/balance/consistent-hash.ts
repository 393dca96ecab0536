/**
 * Hash algorithms with `hash-type consistent`: every server stands on a circle of 2^32 points as many times as its
 * effective weight; a key goes to the nearest of its two neighbours. When a server leaves, only its keys move (manual,
 * section 4.2, "hash-type"). Points derive from the server's id, so they survive a change of order.
 */

import { avalanche } from '../sample/hash/hash32.ts';
import { type Balancer, type Candidate, hasPlace, WEIGHT_MAX } from './candidate.ts';
import { UsableServers } from './usable-servers.ts';

export class ConsistentHash implements Balancer {
  readonly #servers: UsableServers;
  readonly #avalanche: boolean;
  /** The circle, ascending; `#owners` tells whose point it is. */
  #points = new Uint32Array(0);
  #owners = new Uint32Array(0);
  /** The weights the circle was made with, 0 = not on it. */
  readonly #weight: Int32Array;
  /** Weights of the servers before each one, and of all. */
  readonly #weightBefore: Int32Array;
  #totalWeight = 0;
  readonly #balanceFactor: number;
  /** The last point of those taken in turn; -1: none yet. */
  #last = -1;

  /** @param balanceFactor most load of a server, percent of the average; 0 = no limit */
  constructor(candidates: readonly Candidate[], allBackups: boolean, useAvalanche: boolean, balanceFactor = 0) {
    this.#balanceFactor = balanceFactor;
    this.#weightBefore = new Int32Array(candidates.length);
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
    if (hash < 0) return this.#next(avoid);
    const key = this.#servers.used === 1 ? 0 : this.#avalanche ? avalanche(hash) : hash >>> 0;
    const points = this.#points;
    const after = this.#notBefore(key) % count;
    const before = (after === 0 ? count : after) - 1;
    // Distances on the circle; the lower neighbour wins a tie.
    const toBefore = (key - (points[before] as number)) >>> 0;
    const toAfter = ((points[after] as number) - key) >>> 0;
    let at = toBefore <= toAfter ? before : after;
    const from = at;
    while (this.#ownerAt(at) === avoid || this.#overloaded(this.#ownerAt(at))) {
      at = at + 1 === count ? 0 : at + 1;
      if (at === from) break;
    }
    return this.#ownerAt(at);
  }

  #ownerAt(point: number): Candidate {
    return this.#servers.candidates[this.#owners[point] as number] as Candidate;
  }

  /** `hash-balance-factor`: one more request would be more than the server's share of the load there is. */
  #overloaded(candidate: Candidate): boolean {
    if (this.#balanceFactor === 0) return false;
    let served = 0;
    for (const one of this.#servers.candidates) served += one.sessions;
    const slots = Math.ceil(((served + 1) * this.#balanceFactor) / 100);
    const total = this.#totalWeight;
    const rest = slots % total;
    const weight = this.#weight[candidate.index] as number;
    const before = this.#weightBefore[candidate.index] as number;
    const extra = Math.trunc(((before + weight) * rest) / total) - Math.trunc((before * rest) / total);
    return candidate.sessions >= Math.max(weight * Math.trunc(slots / total) + extra, 1);
  }

  /** The next point in turn whose server has a place; `avoid` only when there is no other. */
  #next(avoid: Candidate | null): Candidate | null {
    const lone = this.#servers.lone;
    if (lone !== null) return lone;
    const count = this.#points.length;
    let fallback = -1;
    let point = this.#last;
    for (let tried = 0; tried < count; tried++) {
      point = point + 1 >= count ? 0 : point + 1;
      const candidate = this.#ownerAt(point);
      if (!hasPlace(candidate)) continue;
      if (candidate !== avoid) {
        this.#last = point;
        return candidate;
      }
      fallback = point;
    }
    if (fallback < 0) return null;
    this.#last = fallback;
    return this.#ownerAt(fallback);
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
      this.#weightBefore[candidate.index] = total;
      total += weight;
    }
    this.#totalWeight = total;
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

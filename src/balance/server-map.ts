/**
 * The table of servers that `static-rr` and map-based hashes index: one entry per unit of weight, weights reduced by their
 * common divisor, each server's entries spread evenly in the order of HAProxy 2.6.
 */
import { type Candidate, hasPlace, WEIGHT_SCALE } from './candidate.ts';
import { UsableServers } from './usable-servers.ts';

export class ServerMap {
  readonly servers: UsableServers;
  /** Reduced weights: fixed when made, for map-based algorithms do not follow weight changes (only 0 and 100 %). */
  readonly #weight: readonly number[];
  readonly #score: Int32Array;
  /** Positions of candidates; only the first `length` count. */
  readonly #entries: Uint32Array;
  length = 0;
  #next = 0;

  constructor(candidates: readonly Candidate[], allBackups: boolean) {
    this.servers = new UsableServers(candidates, allBackups);
    const weights = candidates.map((candidate) => Math.ceil(candidate.weight / WEIGHT_SCALE));
    const divisor = weights.reduce(commonDivisor, 0) || 1;
    this.#weight = weights.map((weight) => Math.ceil(weight / divisor));
    this.#score = new Int32Array(candidates.length);
    const total = (backup: boolean) =>
      this.#weight.reduce((sum, weight, i) => (candidates[i]?.backup === backup ? sum + weight : sum), 0);
    this.#entries = new Uint32Array(Math.max(total(false), total(true), 1));
    this.#fill();
  }

  at(index: number): Candidate {
    return this.servers.candidates[this.#entries[index] as number] as Candidate;
  }

  /** The next entry in turn whose server has a place; `avoid` only when there is no other. */
  next(avoid: Candidate | null): Candidate | null {
    if (this.length === 0) return null;
    if (this.#next >= this.length) this.#next = 0;
    let fallback: Candidate | null = null;
    let afterFallback = 0;
    let index = this.#next;
    for (let tried = 0; tried < this.length; tried++) {
      const candidate = this.at(index);
      index = index + 1 === this.length ? 0 : index + 1;
      if (!hasPlace(candidate)) continue;
      if (candidate !== avoid) {
        this.#next = index;
        return candidate;
      }
      fallback = candidate;
      afterFallback = index;
    }
    if (fallback !== null) this.#next = afterFallback;
    return fallback;
  }

  changed(): void {
    this.servers.recount();
    this.#fill();
  }

  #fill(): void {
    const used = this.servers.candidates.filter((candidate) => this.servers.isUsed(candidate));
    let total = 0;
    for (const candidate of used) {
      this.#score[candidate.index] = 0;
      total += this.#weight[candidate.index] as number;
    }
    this.length = total;
    // Each entry goes to the server that is most behind; the result is between 0 and 3 whole tables, first come first served.
    for (let i = 0; i < total; i++) {
      let best = -1;
      let most = 0;
      for (const candidate of used) {
        const server = candidate.index;
        const score = (this.#score[server] as number) + (this.#weight[server] as number);
        this.#score[server] = score;
        const due = Math.trunc((score + total) / total);
        if (best < 0 || due > most) {
          most = due;
          best = server;
        }
      }
      this.#entries[i] = best;
      this.#score[best] = (this.#score[best] as number) - total;
    }
  }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

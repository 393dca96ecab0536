/**
 * `balance first`: the usable server with the lowest id that has a place, so that few servers are busy and the others can
 * be switched off; needs `maxconn` on the servers (manual, section 4.2, "balance").
 */
import { type Balancer, type Candidate, hasPlace } from './candidate.ts';
import { UsableServers } from './usable-servers.ts';

export class FirstAvailable implements Balancer {
  readonly #servers: UsableServers;
  /** All candidates by id. */
  readonly #byId: readonly Candidate[];
  readonly #rank: Int32Array;
  /** Nobody before this rank has a place: raised by `choose`, lowered by `released`, so the walk is O(1) on average. */
  #start = 0;

  constructor(candidates: readonly Candidate[], allBackups: boolean) {
    this.#servers = new UsableServers(candidates, allBackups);
    this.#byId = [...candidates].sort((a, b) => a.id - b.id);
    this.#rank = new Int32Array(candidates.length);
    this.#byId.forEach((candidate, rank) => {
      this.#rank[candidate.index] = rank;
    });
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

  choose(_hash: number, avoid: Candidate | null): Candidate | null {
    const servers = this.#servers;
    if (servers.used === 0) return null;
    if (servers.lone !== null) return servers.lone;
    const byId = this.#byId;
    let fallback: Candidate | null = null;
    for (let rank = this.#start; rank < byId.length; rank++) {
      const candidate = byId[rank] as Candidate;
      if (servers.isUsed(candidate) && hasPlace(candidate)) {
        if (candidate !== avoid) return candidate;
        fallback = candidate;
      } else if (rank === this.#start && this.#isSettled(candidate)) {
        this.#start++;
      }
    }
    return fallback;
  }

  taken(): void {}

  released(candidate: Candidate): void {
    const rank = this.#rank[candidate.index] as number;
    if (rank < this.#start) this.#start = rank;
  }

  changed(): void {
    this.#servers.recount();
    this.#start = 0;
  }

  /** True if only `released` or `changed` can give it a place; a limit that moves with the load is not settled. */
  #isSettled(candidate: Candidate): boolean {
    return !this.#servers.isUsed(candidate) || (candidate.maxconn > 0 && candidate.sessions >= candidate.maxconn);
  }
}

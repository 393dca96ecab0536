/**
 * `balance static-rr`: round robin over a fixed table by weight; no limit on the number of servers, no weight change at run
 * time (manual, section 4.2, "balance").
 */
import type { Balancer, Candidate } from './candidate.ts';
import { ServerMap } from './server-map.ts';

export class StaticRoundRobin implements Balancer {
  readonly #map: ServerMap;

  constructor(candidates: readonly Candidate[], allBackups: boolean) {
    this.#map = new ServerMap(candidates, allBackups);
  }

  countUsable(): number {
    return this.#map.servers.used;
  }

  countActive(): number {
    return this.#map.servers.active;
  }

  countBackup(): number {
    return this.#map.servers.backups;
  }

  choose(_hash: number, avoid: Candidate | null): Candidate | null {
    return this.#map.next(avoid);
  }

  taken(): void {}

  released(): void {}

  changed(): void {
    this.#map.changed();
  }
}

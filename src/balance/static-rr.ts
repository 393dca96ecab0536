/**
 * `balance static-rr`: round robin over a fixed table by weight; no limit on the number of servers, no weight change at run
 * time (manual, section 4.2, "balance").
 */
import { type Balancer, type Candidate, hasPlace } from './candidate.ts';
import { ServerMap } from './server-map.ts';

export class StaticRoundRobin implements Balancer {
  readonly #map: ServerMap;
  #next = 0;

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
    const map = this.#map;
    if (map.length === 0) return null;
    if (this.#next >= map.length) this.#next = 0;
    let fallback: Candidate | null = null;
    let afterFallback = 0;
    let index = this.#next;
    for (let tried = 0; tried < map.length; tried++) {
      const candidate = map.at(index);
      index = index + 1 === map.length ? 0 : index + 1;
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

  taken(): void {}

  released(): void {}

  changed(): void {
    this.#map.changed();
  }
}

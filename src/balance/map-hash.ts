/**
 * Hash algorithms with `hash-type map-based`: the hash modulo the total weight indexes the table of servers. Fast and exactly
 * by weight; when a server leaves, most keys move (manual, section 4.2, "hash-type"). The server chosen may be full: the
 * request then waits for it.
 */

import { avalanche } from '../sample/hash/hash32.ts';
import type { Balancer, Candidate } from './candidate.ts';
import { ServerMap } from './server-map.ts';

export class MapHash implements Balancer {
  readonly #map: ServerMap;
  readonly #avalanche: boolean;

  constructor(candidates: readonly Candidate[], allBackups: boolean, useAvalanche: boolean) {
    this.#map = new ServerMap(candidates, allBackups);
    this.#avalanche = useAvalanche;
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

  choose(hash: number, avoid: Candidate | null): Candidate | null {
    if (hash < 0) return this.#map.next(avoid);
    const length = this.#map.length;
    if (length === 0) return null;
    return this.#map.at((this.#avalanche ? avalanche(hash) : hash) % length);
  }

  taken(): void {}

  released(): void {}

  changed(): void {
    this.#map.changed();
  }
}

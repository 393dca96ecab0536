/**
 * `balance leastconn`: the usable server with the fewest requests for its weight; among equals the one that has been so
 * for longest, which makes a round robin of idle servers (manual, section 4.2, "balance").
 *
 * A saturated server leaves the queue when it is met at its head and comes back with its next `released`, so that a
 * choice among many full servers does not walk over all of them each time.
 */
import { type Balancer, type Candidate, WEIGHT_MAX } from './candidate.ts';
import { HeapEntries, IndexedHeap } from './indexed-heap.ts';
import { isEligible, UsableServers } from './usable-servers.ts';

const OUTSIDE = 0;
const QUEUED = 1;
const PARKED = 2;

export class LeastConnections implements Balancer {
  readonly #servers: UsableServers;
  readonly #entries: HeapEntries;
  readonly #active: IndexedHeap;
  readonly #backup: IndexedHeap;
  readonly #state: Uint8Array;
  readonly #weight: Int32Array;
  readonly #skipped: Int32Array;

  constructor(candidates: readonly Candidate[], allBackups: boolean) {
    const count = candidates.length;
    this.#servers = new UsableServers(candidates, allBackups);
    this.#entries = new HeapEntries(count);
    this.#active = new IndexedHeap(this.#entries);
    this.#backup = new IndexedHeap(this.#entries);
    this.#state = new Uint8Array(count);
    this.#weight = new Int32Array(count);
    this.#skipped = new Int32Array(count);
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

  choose(_hash: number, avoid: Candidate | null): Candidate | null {
    const servers = this.#servers;
    if (servers.lone !== null) return servers.lone;
    const heap = servers.active > 0 ? this.#active : this.#backup;
    const candidates = servers.candidates;
    let skipped = 0;
    let fallback: Candidate | null = null;
    let chosen: Candidate | null = null;
    for (let server = heap.first(); server >= 0; server = heap.first()) {
      const candidate = candidates[server] as Candidate;
      if (canWait(candidate)) {
        if (candidate !== avoid) {
          chosen = candidate;
          break;
        }
        fallback = candidate;
      }
      heap.remove(server);
      // Only `released` ends this kind of saturation, and it brings the server back.
      if (candidate.maxqueue === 0 && candidate.maxconn > 0 && candidate.sessions >= candidate.maxconn) {
        this.#state[server] = PARKED;
      } else {
        this.#skipped[skipped++] = server;
      }
    }
    while (skipped > 0) heap.restore(this.#skipped[--skipped] as number);
    return chosen ?? fallback;
  }

  taken(candidate: Candidate): void {
    this.#reposition(candidate);
  }

  released(candidate: Candidate): void {
    this.#reposition(candidate);
  }

  changed(): void {
    this.#servers.recount();
    for (const candidate of this.#servers.candidates) {
      const server = candidate.index;
      const heap = this.#heapOf(candidate);
      const weight = isEligible(candidate) ? candidate.weight : 0;
      const state = this.#state[server];
      if (weight !== this.#weight[server]) {
        this.#weight[server] = weight;
        if (state === QUEUED) heap.remove(server);
        if (weight > 0) heap.insert(server, loadOf(candidate, weight));
        this.#state[server] = weight > 0 ? QUEUED : OUTSIDE;
      } else if (state === PARKED) {
        // Its maxconn may have been raised.
        heap.restore(server);
        this.#state[server] = QUEUED;
      }
    }
  }

  #heapOf(candidate: Candidate): IndexedHeap {
    return candidate.backup ? this.#backup : this.#active;
  }

  #reposition(candidate: Candidate): void {
    const server = candidate.index;
    const state = this.#state[server];
    if (state === OUTSIDE) return;
    const key = loadOf(candidate, this.#weight[server] as number);
    if (state === QUEUED) {
      if (this.#entries.key[server] === key) return;
      this.#heapOf(candidate).remove(server);
    }
    this.#state[server] = QUEUED;
    this.#heapOf(candidate).insert(server, key);
  }
}

/**
 * The load it would have with one request more, by weight, so that the heaviest comes first among servers at work; an
 * idle server always comes before those.
 */
function loadOf(candidate: Candidate, weight: number): number {
  const requests = candidate.sessions + candidate.queued;
  return requests === 0 ? 0 : Math.floor(((requests + 1) * WEIGHT_MAX) / weight);
}

/** Unlike the other algorithms, this one counts the places in the server's own queue, if `maxqueue` limits them. */
function canWait(candidate: Candidate): boolean {
  return (
    candidate.maxconn === 0 || candidate.sessions + candidate.queued < candidate.dynamicMaxconn() + candidate.maxqueue
  );
}

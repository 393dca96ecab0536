/**
 * `balance roundrobin`: dynamic weighted fair round robin. Heavy servers come often and evenly spaced, weights may change
 * at any time, and the order of servers is that of HAProxy 2.6 (manual, section 4.2, "balance").
 *
 * Time is counted in places: a round has as many places as the sum of weights. A server of weight w wants a place every
 * `total / w` (the rest of that division is carried over in `remainder`). Each group (active, backup) holds three
 * queues:
 *
 *   waiting ------> current --------> following
 *   (by weight,     (by next place)   (their next place lies beyond this round,
 *    no place yet)                     by weight)
 *
 * The next server is the first of `current` if its place has come, else the heaviest that waits, else the first of
 * `current` anyway. When both are empty the round is over: `following` becomes `waiting`.
 */
import { type Balancer, type Candidate, hasPlace, WEIGHT_MAX, WEIGHT_SCALE } from './candidate.ts';
import { HeapEntries, IndexedHeap } from './indexed-heap.ts';
import { isEligible, UsableServers } from './usable-servers.ts';

const OUTSIDE = 0;
const CURRENT = 1;
/** The two queues by weight, which are `waiting` and `following` in turns. */
const EVEN = 2;
const ODD = 3;

/** Places of neighbours differ by this in the sorting key of `current`; the weight decides within a place. */
const PLACE_UNIT = 256;

class Group {
  readonly queues: readonly IndexedHeap[];
  waiting = EVEN;
  following = ODD;
  /** Sum of weights of the round under way, and as it will be for the next. */
  roundWeight = 0;
  nextWeight = 0;
  position = 0;

  constructor(entries: HeapEntries) {
    const heap = () => new IndexedHeap(entries);
    this.queues = [heap(), heap(), heap(), heap()];
  }

  queue(which: number): IndexedHeap {
    return this.queues[which] as IndexedHeap;
  }

  startRound(): void {
    const waiting = this.waiting;
    this.waiting = this.following;
    this.following = waiting;
    this.roundWeight = this.nextWeight;
    this.position = this.roundWeight;
  }
}

export class RoundRobin implements Balancer {
  readonly #servers: UsableServers;
  readonly #active: Group;
  readonly #backup: Group;
  /** Weight that the queues know of; 0 = not in them. */
  readonly #weight: Int32Array;
  readonly #queue: Uint8Array;
  readonly #next: Float64Array;
  readonly #last: Float64Array;
  readonly #remainder: Float64Array;
  readonly #skipped: Int32Array;

  constructor(candidates: readonly Candidate[], allBackups: boolean) {
    const count = candidates.length;
    const entries = new HeapEntries(count);
    this.#servers = new UsableServers(candidates, allBackups);
    this.#active = new Group(entries);
    this.#backup = new Group(entries);
    this.#weight = new Int32Array(count);
    this.#queue = new Uint8Array(count);
    this.#next = new Float64Array(count);
    this.#last = new Float64Array(count);
    this.#remainder = new Float64Array(count);
    this.#skipped = new Int32Array(count);
    for (const candidate of candidates) {
      if (!isEligible(candidate)) continue;
      const group = this.#groupOf(candidate);
      this.#weight[candidate.index] = candidate.weight;
      group.nextWeight += candidate.weight;
      this.#enqueueByWeight(group, group.waiting, candidate.index);
    }
    for (const group of [this.#active, this.#backup]) group.roundWeight = group.position = group.nextWeight;
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

  taken(): void {}

  released(): void {}

  choose(_hash: number, avoid: Candidate | null): Candidate | null {
    const servers = this.#servers;
    if (servers.active === 0 && servers.backups === 0) return null;
    if (servers.lone !== null) return servers.lone;
    const candidates = servers.candidates;
    // Alone it needs no turn.
    if (candidates.length === 1) return hasPlace(candidates[0] as Candidate) ? (candidates[0] as Candidate) : null;
    const group = servers.active > 0 ? this.#active : this.#backup;
    const avoided = avoid === null ? -1 : avoid.index;
    let skipped = 0;
    let fallback = -1;
    let roundStarted = false;
    let chosen = -1;
    for (;;) {
      if (group.roundWeight === 0) group.position = group.roundWeight = group.nextWeight;
      let server = this.#firstOf(group);
      if (server < 0 && !roundStarted) {
        roundStarted = true;
        group.startRound();
        server = this.#firstOf(group);
      }
      if (server < 0) {
        chosen = fallback;
        break;
      }
      this.#advance(group, server);
      this.#dequeue(group, server);
      group.position++;
      if (hasPlace(candidates[server] as Candidate)) {
        if (server !== avoided || fallback >= 0) {
          chosen = server;
          break;
        }
        fallback = server;
      }
      this.#skipped[skipped++] = server;
    }
    if (chosen >= 0) this.#enqueue(group, chosen);
    // Those passed over count as served, unless a new round began meanwhile: then only their weight matters.
    while (skipped > 0) {
      const server = this.#skipped[--skipped] as number;
      if (server === chosen) continue;
      if (roundStarted) this.#enqueueByWeight(group, group.waiting, server);
      else this.#enqueue(group, server);
    }
    return chosen < 0 ? null : (candidates[chosen] as Candidate);
  }

  changed(): void {
    this.#servers.recount();
    for (const candidate of this.#servers.candidates) {
      const weight = isEligible(candidate) ? candidate.weight : 0;
      const before = this.#weight[candidate.index] as number;
      if (weight === before) continue;
      const group = this.#groupOf(candidate);
      group.nextWeight += weight - before;
      this.#weight[candidate.index] = weight;
      if (weight === 0) this.#dequeue(group, candidate.index);
      else if (before === 0) this.#admit(group, candidate.index);
      else this.#reweigh(group, candidate.index);
    }
  }

  #groupOf(candidate: Candidate): Group {
    return candidate.backup ? this.#backup : this.#active;
  }

  #firstOf(group: Group): number {
    const placed = group.queue(CURRENT).first();
    if (placed >= 0 && (this.#next[placed] as number) <= group.position) return placed;
    const waiting = group.queue(group.waiting).first();
    if (waiting < 0) return placed;
    this.#next[waiting] = 0;
    this.#remainder[waiting] = 0;
    return waiting;
  }

  /** Gives the server its place after the one it takes now. */
  #advance(group: Group, server: number): void {
    const weight = this.#weight[server] as number;
    if (this.#next[server] === 0) this.#next[server] = group.position;
    const place = this.#next[server] as number;
    let remainder = (this.#remainder[server] as number) + (group.nextWeight % weight);
    let next = place + Math.floor(group.nextWeight / weight);
    if (remainder >= weight) {
      remainder -= weight;
      next++;
    }
    this.#last[server] = place;
    this.#next[server] = next;
    this.#remainder[server] = remainder;
  }

  #dequeue(group: Group, server: number): void {
    const queue = this.#queue[server] as number;
    if (queue !== OUTSIDE) group.queue(queue).remove(server);
    this.#queue[server] = OUTSIDE;
  }

  /** Into `current`, or `following` if the next place lies beyond what this round can hold. */
  #enqueue(group: Group, server: number): void {
    const next = this.#next[server] as number;
    if (next >= 2 * group.roundWeight || next >= group.roundWeight + group.nextWeight) {
      this.#next[server] = next - group.roundWeight;
      this.#enqueueByWeight(group, group.following, server);
      return;
    }
    const weight = this.#weight[server] as number;
    const rank = Math.floor((WEIGHT_MAX + (this.#remainder[server] as number) - weight) / WEIGHT_SCALE);
    group.queue(CURRENT).insert(server, PLACE_UNIT * next + rank);
    this.#queue[server] = CURRENT;
  }

  #enqueueByWeight(group: Group, which: number, server: number): void {
    group.queue(which).insert(server, WEIGHT_MAX - (this.#weight[server] as number));
    this.#queue[server] = which;
  }

  /** A server comes (back) into service: it gets a place in what is left of the round. */
  #admit(group: Group, server: number): void {
    const left = group.nextWeight + group.roundWeight - group.position;
    this.#next[server] = group.position + Math.trunc(left / (this.#weight[server] as number));
    this.#enqueue(group, server);
  }

  /** The weight of a server in service changed: it comes sooner or at most when it would have come. */
  #reweigh(group: Group, server: number): void {
    const queue = this.#queue[server] as number;
    this.#dequeue(group, server);
    if (queue === group.waiting) {
      this.#enqueueByWeight(group, queue, server);
      return;
    }
    if (queue === group.following) this.#next[server] = (this.#next[server] as number) + group.roundWeight;
    const step = Math.floor(group.nextWeight / (this.#weight[server] as number));
    let next = Math.min((this.#last[server] as number) + step, this.#next[server] as number);
    if (next < group.position + 2) next = group.position + step;
    this.#next[server] = next;
    this.#remainder[server] = 0;
    this.#enqueue(group, server);
  }
}

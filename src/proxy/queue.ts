/**
 * Streams waiting for a place: one queue a server, one a backend (manual, `maxconn` of server lines). The lowest priority class
 * goes first; within a class who came first, by the clock and the offset that rules gave (`set-priority-class`, `-offset`).
 */

/** More than any moment and offset add up to, ms: a class counts more than all of time. */
const CLASS_WEIGHT = 2 ** 41;
/** Keeps the sum of moment and offset above zero. */
const BASE_MS = 2 ** 20;

/** Where a stream belongs in a queue that it enters at `nowMs`. */
export function waitingOrder(priorityClass: number, offsetMs: number, nowMs: number): number {
  return priorityClass * CLASS_WEIGHT + Math.floor(nowMs) + offsetMs + BASE_MS;
}

/** What waits; the links belong to the queue. */
export interface Waiting {
  /** Called when a place was found on `server` (already counted as taken). */
  previousWaiting: Waiting | null;
  nextWaiting: Waiting | null;
  /** See the function `waitingOrder`: the least goes first, in a server's own queue and its backend's alike. */
  waitingOrder: number;
  /** How many the queue had served when it came, less one. */
  waitingIndex: number;
}

export class WaitingQueue<W extends Waiting = Waiting> {
  #first: W | null = null;
  #last: W | null = null;
  length = 0;
  /** How many were given a place; those that gave up do not count. */
  index = 0;

  get first(): W | null {
    return this.#first;
  }

  add(waiting: W): void {
    waiting.waitingIndex = this.index - 1;
    // Nearly always it goes to the end.
    let before = this.#last;
    while (before !== null && before.waitingOrder > waiting.waitingOrder) before = before.previousWaiting as W | null;
    const behind = before === null ? this.#first : (before.nextWaiting as W | null);
    waiting.previousWaiting = before;
    waiting.nextWaiting = behind;
    if (before === null) this.#first = waiting;
    else before.nextWaiting = waiting;
    if (behind === null) this.#last = waiting;
    else behind.previousWaiting = waiting;
    this.length++;
  }

  remove(waiting: W): void {
    const previous = waiting.previousWaiting as W | null;
    const next = waiting.nextWaiting as W | null;
    if (previous === null) this.#first = next;
    else previous.nextWaiting = next;
    if (next === null) this.#last = previous;
    else next.previousWaiting = previous;
    waiting.previousWaiting = null;
    waiting.nextWaiting = null;
    this.length--;
  }

  /** Its position as the log tells it (`%sq`, `%bq`): how many were served since it came, itself included. */
  position(waiting: W): number {
    return this.index - waiting.waitingIndex;
  }
}

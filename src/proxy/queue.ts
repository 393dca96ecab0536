/** Streams waiting for a place, first come first served: one queue a server, one a backend (manual, `maxconn` of server lines). */

/** What waits; the links belong to the queue. */
export interface Waiting {
  /** Called when a place was found on `server` (already counted as taken). */
  previousWaiting: Waiting | null;
  nextWaiting: Waiting | null;
  /** Serial number of arrival, so that a server's own queue and its backend's can be served by age. */
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
    waiting.previousWaiting = this.#last;
    waiting.nextWaiting = null;
    if (this.#last === null) this.#first = waiting;
    else this.#last.nextWaiting = waiting;
    this.#last = waiting;
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

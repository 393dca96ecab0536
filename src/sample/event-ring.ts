/** HAProxy's `buf0`: the newest events in a memory of limited size, for people to read by `show events buf0`. */

const LIMIT = 1_048_576;

interface Event {
  /** Milliseconds since 1970, with fractions. */
  readonly wallMs: number;
  readonly text: string;
}

export class EventRing {
  #events: Event[] = [];
  /** Where the oldest one is that is still kept. */
  #first = 0;
  #size = 0;

  write(text: string, wallMs: number): void {
    this.#events.push({ wallMs, text });
    this.#size += text.length;
    while (this.#size > LIMIT) this.#size -= this.#events[this.#first++]?.text.length ?? 0;
    if (this.#first * 2 <= this.#events.length) return;
    this.#events = this.#events.slice(this.#first);
    this.#first = 0;
  }

  /** The oldest first. */
  get events(): readonly Event[] {
    return this.#events.slice(this.#first);
  }
}

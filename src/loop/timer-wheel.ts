/**
 * Timers by the thousand: a hierarchical wheel of 1 ms ticks, six levels of 64 slots with one bit a slot, so arm, cancel
 * and "what comes next" take constant time. Pure: time is what `advance` is told.
 *
 *   level 0: the 64 ms that `#tick` is in, one slot a ms; level 1: the 4 s it is in, 64 ms a slot; ... level 5: 12 days
 *
 * Invariant: a timer stands on the level of the highest 6-bit digit in which its tick differs from `#tick`, and above
 * level 0 the slot of `#tick`'s own digit is empty (it was cascaded when the time came to it).
 *
 * A timeout is pushed back with every byte of traffic, and hardly ever fires. So a timer that is armed later than it is
 * queued stays where it is (7 ns, against 25 for cancel and arm) and is queued anew when its old tick comes.
 */
const DIGIT_BITS = 6;
const SLOTS = 1 << DIGIT_BITS;
const DIGIT_MASK = SLOTS - 1;
const LEVELS = 6;
/** Ticks are taken modulo 2^32; the top level has four slots of 2^30 ms, and nothing is queued further than one. */
const TOP_SLOTS = 4;
const FURTHEST_MS = 0x4000_0000;
const NOWHERE = -1;

export interface TimerOwner {
  /** Called once when the deadline has come; the timer is disarmed by then and may be armed again. */
  onTimer(timer: Timer, nowMs: number): void;
}

export class Timer {
  readonly owner: TimerOwner | null;
  armed = false;
  /** Meaningful while armed, whole milliseconds. */
  deadlineMs = 0;

  // The wheel's own: its neighbours in a ring, where it is queued, and for which tick.
  previous: Timer = this;
  next: Timer = this;
  slot: number = NOWHERE;
  queuedMs = 0;

  constructor(owner: TimerOwner | null) {
    this.owner = owner;
  }
}

export class TimerWheel {
  /** The first tick not yet processed. */
  #tick: number;
  /** Ring heads, level * 64 + slot. */
  readonly #heads: Timer[] = [];
  /** Two words of 32 bits a level: which slots hold timers. */
  readonly #occupied = new Int32Array(LEVELS * 2);
  /** The ring being fired, so that a callback may cancel any timer in it. */
  readonly #firing = new Timer(null);
  #firingTick = 0;

  /** Until when nobody will look at the wheel; arming anything earlier calls `onEarlier`. */
  restingUntilMs = Number.NEGATIVE_INFINITY;
  readonly #onEarlier: () => void;

  constructor(nowMs = 0, onEarlier: () => void = () => {}) {
    this.#onEarlier = onEarlier;
    this.#tick = Math.floor(nowMs);
    for (let index = 0; index < LEVELS * SLOTS; index++) this.#heads.push(new Timer(null));
  }

  /** Fires at `deadlineMs`; when that has passed, at the next tick. Moves a timer already armed. */
  arm(timer: Timer, deadlineMs: number): void {
    timer.armed = true;
    timer.deadlineMs = deadlineMs;
    if (timer.slot !== NOWHERE) {
      if (deadlineMs >= timer.queuedMs) return;
      this.#unlink(timer);
    }
    this.#place(timer);
    if (timer.queuedMs < this.restingUntilMs) this.#onEarlier();
  }

  cancel(timer: Timer): void {
    timer.armed = false;
    if (timer.slot !== NOWHERE) this.#unlink(timer);
  }

  /** Fires everything due at `nowMs`, in the order of deadlines (to the millisecond). */
  advance(nowMs: number): void {
    const now = Math.floor(nowMs);
    if (this.#firing.next !== this.#firing) this.#drain(now); // what a callback that threw left behind
    for (let due = this.nextDeadline(); due <= now; due = this.nextDeadline()) {
      this.#moveTo(due);
      if (this.#bit(due & DIGIT_MASK)) this.#fire(now);
    }
    if (now >= this.#tick) this.#moveTo(now + 1);
  }

  /**
   * When `advance` is needed next: never later than the earliest deadline, sometimes earlier (a coarse slot to be
   * sorted, a timer that was pushed back). Infinity when nothing is armed.
   */
  nextDeadline(): number {
    if (this.#firing.next !== this.#firing) return this.#firingTick;
    const tick = this.#tick >>> 0;
    for (let level = 0; level < LEVELS - 1; level++) {
      const shift = level * DIGIT_BITS;
      const slot = this.#firstOccupied(level, (tick >>> shift) & DIGIT_MASK);
      if (slot < 0) continue;
      // The beginning of the round of this level that the tick is in.
      const above = tick - (tick & ((SLOTS << shift) - 1));
      return this.#tick + Math.max(0, above + slot * (1 << shift) - tick);
    }
    const digit = tick >>> 30;
    for (let step = 1; step < TOP_SLOTS; step++) {
      const slot = (digit + step) % TOP_SLOTS;
      if (this.#bit((LEVELS - 1) * SLOTS + slot)) return this.#tick + (digit + step) * FURTHEST_MS - tick;
    }
    return Number.POSITIVE_INFINITY;
  }

  #bit(slot: number): boolean {
    return ((this.#occupied[slot >>> 5] as number) & (1 << (slot & 31))) !== 0;
  }

  /** The lowest occupied slot >= `from` of a level, or -1. */
  #firstOccupied(level: number, from: number): number {
    const low = this.#occupied[level * 2] as number;
    const high = this.#occupied[level * 2 + 1] as number;
    if (from < 32) {
      const rest = low & (-1 << from);
      if (rest !== 0) return 31 - Math.clz32(rest & -rest);
    }
    const rest = from < 32 ? high : high & (-1 << (from - 32));
    return rest === 0 ? -1 : 63 - Math.clz32(rest & -rest);
  }

  #place(timer: Timer): void {
    const tick = this.#tick;
    const queued = Math.min(Math.max(Math.ceil(timer.deadlineMs), tick), tick + FURTHEST_MS);
    timer.queuedMs = queued;
    const different = tick ^ queued; // bitwise operators take the number modulo 2^32
    const level = different === 0 ? 0 : ((31 - Math.clz32(different)) / DIGIT_BITS) | 0;
    const slot = level * SLOTS + ((queued >>> (level * DIGIT_BITS)) & DIGIT_MASK);
    timer.slot = slot;
    this.#occupied[slot >>> 5] = (this.#occupied[slot >>> 5] as number) | (1 << (slot & 31));
    const head = this.#heads[slot] as Timer;
    timer.previous = head.previous;
    timer.next = head;
    head.previous.next = timer;
    head.previous = timer;
  }

  #unlink(timer: Timer): void {
    const { previous, next, slot } = timer;
    previous.next = next;
    next.previous = previous;
    timer.previous = timer;
    timer.next = timer;
    timer.slot = NOWHERE;
    if (previous === next && slot !== NOWHERE && previous === this.#heads[slot]) {
      this.#occupied[slot >>> 5] = (this.#occupied[slot >>> 5] as number) & ~(1 << (slot & 31));
    }
  }

  /** Sets the time and, where a coarse slot begins, sorts its timers into finer ones. */
  #moveTo(tick: number): void {
    const different = this.#tick ^ tick;
    this.#tick = tick;
    if (different >>> 0 < SLOTS) return;
    for (let level = LEVELS - 1; level > 0; level--) {
      const slot = level * SLOTS + ((tick >>> (level * DIGIT_BITS)) & DIGIT_MASK);
      if (!this.#bit(slot)) continue;
      const head = this.#heads[slot] as Timer;
      while (head.next !== head) {
        const timer = head.next;
        this.#unlink(timer);
        this.#place(timer);
      }
    }
  }

  /** Fires the slot of the current tick. */
  #fire(nowMs: number): void {
    const slot = this.#tick & DIGIT_MASK;
    const head = this.#heads[slot] as Timer;
    const firing = this.#firing;
    firing.next = head.next;
    firing.previous = head.previous;
    head.next.previous = firing;
    head.previous.next = firing;
    head.next = head;
    head.previous = head;
    this.#occupied[slot >>> 5] = (this.#occupied[slot >>> 5] as number) & ~(1 << (slot & 31));
    this.#firingTick = this.#tick;
    this.#moveTo(this.#tick + 1);
    this.#drain(nowMs);
  }

  #drain(nowMs: number): void {
    const firing = this.#firing;
    while (firing.next !== firing) {
      const timer = firing.next;
      this.#unlink(timer);
      if (timer.deadlineMs > this.#firingTick) {
        this.#place(timer);
      } else {
        timer.armed = false;
        timer.owner?.onTimer(timer, nowMs);
      }
    }
  }
}

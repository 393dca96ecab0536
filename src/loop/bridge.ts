/**
 * Node's loop beside ours. Both cannot block, so at rest libuv blocks: our epoll descriptor is one of its
 * level-triggered watches, and Node's timer stands for our next deadline (libuv hands it to its own epoll_wait as the
 * timeout: no system call, where a timerfd costs a settime and a read each). Nothing polls: at rest no call is made.
 *
 * The watch's callback comes raw out of libuv, so it only asks for an immediate, which Node runs in the same turn of
 * its loop with promises, ticks and uncaught errors handled as anywhere.
 */
import { type LoopWatch, watchReadable } from '../sys/libuv.ts';

/** setTimeout's longest, which it would otherwise turn into 1 ms. */
const LONGEST_TIMEOUT_MS = 0x7fff_ffff;

export class NodeBridge {
  readonly #turn: () => void;
  readonly #watch: LoopWatch;
  #immediate: NodeJS.Immediate | undefined;
  #timeout: NodeJS.Timeout | undefined;
  #timeoutAtMs = Number.POSITIVE_INFINITY;
  #closed = false;

  /** Calls `turn` (out of a clean stack) when `fd` is readable, when the wake-up time has come, or when asked. */
  constructor(fd: number, turn: () => void) {
    this.#turn = () => {
      this.#immediate = undefined;
      turn();
    };
    this.#watch = watchReadable(fd, this.wake);
  }

  /** Asks for a turn as soon as Node gets to it; asking again changes nothing. */
  readonly wake = (): void => {
    if (this.#immediate === undefined && !this.#closed) this.#immediate = setImmediate(this.#turn);
  };

  /** A turn no later than `deadlineMs` (Infinity: whenever); an earlier wake-up already arranged is left alone. */
  wakeAt(deadlineMs: number, nowMs: number): void {
    if (this.#closed || deadlineMs >= this.#timeoutAtMs) return;
    if (this.#timeout !== undefined) clearTimeout(this.#timeout);
    this.#timeoutAtMs = deadlineMs;
    this.#timeout = setTimeout(this.#onTimeout, Math.min(deadlineMs - nowMs, LONGEST_TIMEOUT_MS));
  }

  readonly #onTimeout = (): void => {
    this.#timeout = undefined;
    this.#timeoutAtMs = Number.POSITIVE_INFINITY;
    if (this.#immediate === undefined) this.#turn();
  };

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch.close();
    if (this.#immediate !== undefined) clearImmediate(this.#immediate);
    if (this.#timeout !== undefined) clearTimeout(this.#timeout);
    this.#immediate = undefined;
    this.#timeout = undefined;
  }
}

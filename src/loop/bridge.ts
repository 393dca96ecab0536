/**
 * Node's loop beside ours. Both cannot block, so at rest libuv blocks: our epoll descriptor is one of its
 * level-triggered watches, in which a timerfd stands for our next deadline. Nothing polls: at rest no call is made.
 *
 * The watch's callback comes raw out of libuv, so it only asks for an immediate, which Node runs in the same turn of
 * its loop with promises, ticks and uncaught errors handled as anywhere.
 */
import { type LoopWatch, watchReadable } from '../sys/libuv.ts';

export class NodeBridge {
  readonly #turn: () => void;
  readonly #watch: LoopWatch;
  #immediate: NodeJS.Immediate | undefined;
  #closed = false;

  /** Calls `turn` (out of a clean stack) when `fd` is readable or when asked. */
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

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch.close();
    if (this.#immediate !== undefined) clearImmediate(this.#immediate);
    this.#immediate = undefined;
  }
}

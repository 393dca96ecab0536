/**
 * Node's own loop: one descriptor of ours watched by libuv (uv_poll, level-triggered). koffi's handle belongs to the
 * loop of the calling thread, so this works in workers too, and holds the process open until closed.
 */
import koffi from 'koffi';

export interface LoopWatch {
  close(): void;
  /** A watch that holds the process open (the initial state), or does not. */
  ref(): void;
  unref(): void;
}

/**
 * Calls `ready` in each turn of Node's loop in which `fd` is readable. The call comes raw out of libuv: no microtask
 * is drained after it and nothing catches what it throws, so `ready` should do no more than `setImmediate`.
 */
export function watchReadable(fd: number, ready: () => void): LoopWatch {
  return koffi.node.poll(fd, { readable: true }, ready);
}

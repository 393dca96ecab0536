/**
 * Signals to the process. Node's handler writes to libuv's own pipe, which libuv's blocked epoll_wait sees: no polling,
 * and it works at rest. signalfd cannot replace it, since Node's helper threads block no signal (see sys/signalfd.ts).
 * One owner for all of them, so that whoever stops leaves the process with its default behaviour.
 */
export type SignalName = NodeJS.Signals;

export class Signals {
  readonly #handlers = new Map<SignalName, () => void>();

  /** Takes the signal over; a second registration replaces the first. SIGKILL and SIGSTOP throw (from Node). */
  on(signal: SignalName, handler: () => void): void {
    this.off(signal);
    const listener = (): void => handler();
    process.on(signal, listener);
    this.#handlers.set(signal, listener);
  }

  /** The signal has no effect at all, such as SIGPIPE or an unused SIGUSR2 that must not kill. */
  ignore(signal: SignalName): void {
    this.on(signal, () => {});
  }

  /** Back to the system's default for this signal. */
  off(signal: SignalName): void {
    const listener = this.#handlers.get(signal);
    if (listener === undefined) return;
    process.off(signal, listener);
    this.#handlers.delete(signal);
  }

  /** Gives every signal back; twice is once. */
  close(): void {
    for (const signal of [...this.#handlers.keys()]) this.off(signal);
  }
}

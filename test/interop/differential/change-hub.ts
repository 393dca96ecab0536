/**
 * The one place where scripted peers wait: whoever changes something observable (bytes, a close, a log line, a signal)
 * calls `changed()`, and every waiting predicate is asked again. So no result depends on how long anything took.
 */

interface Waiter {
  readonly holds: () => boolean;
  readonly settle: (held: boolean) => void;
}

export class ChangeHub {
  readonly #waiters = new Set<Waiter>();
  readonly #signals = new Set<string>();

  changed(): void {
    for (const waiter of [...this.#waiters]) if (waiter.holds()) waiter.settle(true);
  }

  raise(name: string): void {
    this.#signals.add(name);
    this.changed();
  }

  raised(name: string): boolean {
    return this.#signals.has(name);
  }

  /** Resolves true as soon as `holds()` does, false when `deadlineMs` passed first. */
  until(holds: () => boolean, deadlineMs: number): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        holds,
        settle: (held) => {
          this.#waiters.delete(waiter);
          clearTimeout(timer);
          resolve(held);
        },
      };
      const timer = setTimeout(() => waiter.settle(holds()), deadlineMs);
      this.#waiters.add(waiter);
    });
  }
}

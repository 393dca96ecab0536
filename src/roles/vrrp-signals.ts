/** Takes over the signals that keepalived 2.2.7 knows (vrrp-signal-numbers.ts). */

import { Signals } from '../loop/signals.ts';
import { errnoMessage } from '../sys/errno.ts';
import { type SignalWatch, watchSignal } from '../sys/real-time-signal.ts';
import { SIGJSON, SIGSTATS_CLEAR } from './vrrp-signal-numbers.ts';

export interface VrrpSignalHandlers {
  stop(): void;
  reload(): void;
  data(): void;
  stats(clear: boolean): void;
  json(): void;
}

/**
 * Until the agent has its handlers: a signal that asks for something must not be the end of it, as it is by default.
 * Node itself sets that default anew when it starts, so there is a moment before this that nobody can cover; the pid file
 * is written after it.
 */
export class EarlySignals {
  readonly #signals = new Signals();
  #reload = false;

  constructor() {
    this.#signals.on('SIGHUP', () => {
      this.#reload = true;
    });
    this.#signals.ignore('SIGUSR1');
    this.#signals.ignore('SIGUSR2');
  }

  /** Others have taken over. True when a reload was asked for. */
  close(): boolean {
    this.#signals.close();
    return this.#reload;
  }
}

export class VrrpSignals {
  readonly #signals = new Signals();
  readonly #watches: SignalWatch[] = [];

  /** @param complain is told what cannot be watched */
  constructor(handlers: VrrpSignalHandlers, complain: (text: string) => void) {
    for (const name of ['SIGTERM', 'SIGINT'] as const) this.#signals.on(name, () => handlers.stop());
    this.#signals.on('SIGHUP', () => handlers.reload());
    this.#signals.on('SIGUSR1', () => handlers.data());
    this.#signals.on('SIGUSR2', () => handlers.stats(false));
    this.#signals.ignore('SIGPIPE');
    const watch = (number: number, handler: () => void): void => {
      const result = watchSignal(number, handler);
      if (typeof result === 'number') complain(`cannot watch signal ${number}: ${errnoMessage(-result)}`);
      else this.#watches.push(result);
    };
    watch(SIGJSON, () => handlers.json());
    watch(SIGSTATS_CLEAR, () => handlers.stats(true));
  }

  close(): void {
    this.#signals.close();
    for (const watch of this.#watches) watch.close();
  }
}

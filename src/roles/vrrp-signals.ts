/**
 * The signals of keepalived 2.2.7, by the names that `--signum` knows. JSON and STATS_CLEAR are real-time signals, whose
 * numbers are the C library's (SIGRTMIN is 34 with glibc and musl alike, SIGRTMAX 64).
 */

import { Signals } from '../loop/signals.ts';
import { errnoMessage } from '../sys/errno.ts';
import { type SignalWatch, watchSignal } from '../sys/real-time-signal.ts';

const SIGRTMIN = 34;
const SIGRTMAX = 64;
const SIGJSON = SIGRTMIN + 2;
const SIGSTATS_CLEAR = SIGRTMAX - 1;

/** TDATA, a thread dump, is not in the keepalived that we stand for either. */
const NUMBERS = new Map([
  ['STOP', 15],
  ['RELOAD', 1],
  ['DATA', 10],
  ['STATS', 12],
  ['STATS_CLEAR', SIGSTATS_CLEAR],
  ['JSON', SIGJSON],
]);

/** For `--signum`; undefined: unknown. */
export function signalNumber(name: string): number | undefined {
  return NUMBERS.get(name);
}

export interface VrrpSignalHandlers {
  stop(): void;
  reload(): void;
  data(): void;
  stats(clear: boolean): void;
  json(): void;
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

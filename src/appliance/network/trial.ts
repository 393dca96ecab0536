/**
 * Network settings on trial: used at once, kept only when somebody says so in time, else those before come back. What is on
 * trial is never written down, so the end of this process, or of the machine, takes it back as well.
 */
import type { NetworkSettings } from './settings/settings.ts';

export interface TrialOptions {
  /** What is kept now. */
  kept(): NetworkSettings;
  /** From now on these are kept; throws when they cannot be. */
  keep(settings: NetworkSettings): void;
  /** Makes the network so. */
  use(settings: NetworkSettings): Promise<void>;
  tell(text: string): void;
  /** Of a trial. */
  readonly seconds: number;
}

/** As src/admin/answers/device-network.ts tells it. */
export interface TrialView {
  /** Another one for each. */
  readonly number: number;
  readonly author: string;
  readonly startedMs: number;
  readonly remainingMs: number;
}

interface Running {
  readonly settings: NetworkSettings;
  readonly number: number;
  readonly author: string;
  readonly startedMs: number;
  /** Of performance.now(): the wall clock may jump. */
  readonly endsAt: number;
  readonly timer: NodeJS.Timeout;
}

/** Whoever asked hears the answer before his connection goes. */
const ANSWER_MS = 500;

export class NetworkTrial {
  readonly #options: TrialOptions;
  #running: Running | undefined;
  #number = Math.floor(Date.now() / 1000);
  #soon: NodeJS.Timeout | undefined;

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  /** What is in force, or is in a moment. */
  get settings(): NetworkSettings {
    return this.#running?.settings ?? this.#options.kept();
  }

  get view(): TrialView | null {
    const running = this.#running;
    if (running === undefined) return null;
    const { number, author, startedMs, endsAt } = running;
    return { number, author, startedMs, remainingMs: Math.max(0, Math.round(endsAt - performance.now())) };
  }

  /** In place of a trial that runs. */
  begin(settings: NetworkSettings, author: string): void {
    clearTimeout(this.#running?.timer);
    const { seconds, tell } = this.#options;
    this.#number++;
    const number = this.#number;
    const timer = setTimeout(() => {
      tell('network: nobody kept the settings on trial: those before return');
      this.#running = undefined;
      this.#useSoon();
    }, seconds * 1000);
    const endsAt = performance.now() + seconds * 1000;
    this.#running = { settings, number, author, startedMs: Date.now(), endsAt, timer };
    tell(`network: ${author} tries other settings, for ${seconds} s unless they are kept`);
    this.#useSoon();
  }

  /** False: there is no trial (any more). Throws when the settings cannot be written down: the trial goes on. */
  confirm(): boolean {
    const running = this.#running;
    if (running === undefined) return false;
    this.#options.keep(running.settings);
    clearTimeout(running.timer);
    this.#running = undefined;
    this.#options.tell('network: the settings on trial are kept');
    return true;
  }

  /** False: there is no trial. */
  takeBack(): boolean {
    if (this.#running === undefined) return false;
    clearTimeout(this.#running.timer);
    this.#running = undefined;
    this.#options.tell('network: the settings on trial are taken back');
    this.#useSoon();
    return true;
  }

  close(): void {
    clearTimeout(this.#running?.timer);
    clearTimeout(this.#soon);
    this.#running = undefined;
  }

  #useSoon(): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => {
      this.#options.use(this.settings).catch((error: Error) => this.#options.tell(`network: ${error.stack ?? error}`));
    }, ANSWER_MS);
  }
}

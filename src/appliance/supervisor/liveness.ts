/** Whether a process that is asked now and then is well: pure, time and answers are handed in. */

/** An answer is waited for so long at most. */
export const ANSWER_MS = 10_000;
/** So that a machine that slept, or we who were stopped, do not take everybody for hung. */
const LEAST_ASKED = 3;

export interface Patience {
  /** How long the first answer may take. */
  readonly startMs: number;
  /** Who did not answer for so long hangs, if he was asked often enough meanwhile. */
  readonly silentMs: number;
}

export const PATIENCE: Patience = { startMs: 180_000, silentMs: 30_000 };

/** Who is well is asked again so much later. Less than three of the supervisor's turns, which come a little early or late. */
const WELL_MS = 25_000;

export type Verdict = 'starting' | 'well' | 'silent' | 'hung';

export class Liveness {
  readonly #patience: Patience;
  #sinceMs: number;
  #asked = 0;
  #answered = false;
  #why: string | undefined;

  constructor(nowMs: number, patience: Patience) {
    this.#sinceMs = nowMs;
    this.#patience = patience;
  }

  /** Of the last question that failed. */
  get why(): string | undefined {
    return this.#why;
  }

  /** Its last answer was a good one, and is not old. */
  isRested(nowMs: number): boolean {
    const restMs = Math.min(WELL_MS, this.#patience.silentMs);
    return this.#answered && this.#asked === 0 && nowMs - this.#sinceMs < restMs;
  }

  silentSeconds(nowMs: number): number {
    return Math.round((nowMs - this.#sinceMs) / 1000);
  }

  /** @param why undefined: it is well */
  told(why: string | undefined, nowMs: number): Verdict {
    this.#why = why;
    if (why === undefined) {
      this.#answered = true;
      this.#asked = 0;
      this.#sinceMs = nowMs;
      return 'well';
    }
    this.#asked++;
    const longestMs = this.#answered ? this.#patience.silentMs : this.#patience.startMs;
    if (this.#asked >= LEAST_ASKED && nowMs - this.#sinceMs >= longestMs) return 'hung';
    return this.#answered ? 'silent' : 'starting';
  }
}

/** Why there was no good answer in time; undefined: there was one. */
export async function asked(ask: () => Promise<string | undefined>, answerMs = ANSWER_MS): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${answerMs / 1000} s`), answerMs);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    return (error as Error).message;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a process that is asked now and then is well: pure, time and answers are handed in. */

/** An answer is waited for so long at most. */
export const ANSWER_MS = 10_000;
/** Who did not answer for so long hangs, if he was asked often enough meanwhile. */
const SILENT_MS = 30_000;
/** So that a machine that slept, or we who were stopped, do not take everybody for hung. */
const LEAST_ASKED = 3;

export type Verdict = 'starting' | 'well' | 'silent' | 'hung';

export class Liveness {
  readonly #startMs: number;
  #sinceMs: number;
  #asked = 0;
  #answered = false;
  #why: string | undefined;

  /** @param startMs how long the first answer may take */
  constructor(nowMs: number, startMs: number) {
    this.#sinceMs = nowMs;
    this.#startMs = startMs;
  }

  /** Of the last question that failed. */
  get why(): string | undefined {
    return this.#why;
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
    const longestMs = this.#answered ? SILENT_MS : this.#startMs;
    if (this.#asked >= LEAST_ASKED && nowMs - this.#sinceMs >= longestMs) return 'hung';
    return this.#answered ? 'silent' : 'starting';
  }
}

/** Why there was no good answer in time; undefined: there was one. */
export async function asked(ask: () => Promise<string | undefined>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${ANSWER_MS / 1000} s`), ANSWER_MS);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    return (error as Error).message;
  } finally {
    clearTimeout(timer);
  }
}

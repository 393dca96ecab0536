/** How strict `include` is (man keepalived.conf, "include", `include_check`): what is a mistake and what is only said. */

import type { Report, Spot } from './report.ts';

const FLAGS = { read: 1, match: 2, wildcard_match: 4, brace_match: 8 } as const;
export type IncludeCheck = keyof typeof FLAGS;
const ALL = 15;

const KINDS: Readonly<Record<string, number>> = { r: 1, m: 1 | 2, w: 1 | 2 | 4, b: 1 | 8, a: ALL };

export class Inclusion {
  /** Bits of FLAGS that `include_check` set. */
  check: number;
  #kind = 0;
  readonly #report: Report;

  /** `all`: as with `include_check` on the first line (`-e`). */
  constructor(report: Report, all: boolean) {
    this.#report = report;
    this.check = all ? ALL : 0;
  }

  /** An `include`, `includer` ... is being worked on. */
  begin(letter: string): void {
    this.#kind = KINDS[letter] ?? 0;
  }

  end(): void {
    this.#kind = 0;
  }

  demands(check: IncludeCheck): boolean {
    return ((this.check | this.#kind) & FLAGS[check]) !== 0;
  }

  complain(spot: Spot | undefined, message: string, check: IncludeCheck, hint?: string): void {
    if (this.demands(check)) this.#report.refuse(spot, message, hint);
    else this.#report.warn(spot, message, hint);
  }

  complainOnlyIf(spot: Spot | undefined, message: string, check: IncludeCheck): void {
    if (this.demands(check)) this.#report.refuse(spot, message);
  }

  /** `include_check` counts from the line it stands in: files are read long before keywords are. */
  watch(line: string): void {
    const words = line.split(/\s+/);
    if (words[0] !== 'include_check') return;
    if (words.length === 1) this.check = ALL;
    for (const [index, word] of words.slice(1).entries()) {
      const sign = word[0] === '+' || word[0] === '-' ? word[0] : '';
      const flag: number | undefined = FLAGS[word.slice(sign.length) as IncludeCheck];
      if (sign === '' && index > 0) continue;
      if (sign === '') this.check = 0;
      if (flag === undefined) continue;
      if (sign === '-') this.check &= ~flag;
      else this.check |= sign === '' ? FLAGS.read | flag : flag;
    }
  }
}

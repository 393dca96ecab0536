/** Random expressions and subjects, the same for the same seed. */
import type { Question } from './pcre2test.ts';

const ITEMS = [
  ...['a', 'b', 'c', 'A', 'B', '-', '0', '_', '.', '\\d', '\\w', '\\s', '\\W', '\\D', '\\S', '\\h', '\\v', '[ab]'],
  ...['[^a]', '[a-c0-2]', '[[:alpha:]]', '[^[:digit:]_]', '[[:upper:]x]', '\\x62', '\\n', '\\.', '\\Qa.b\\E', '\\N'],
  ...['\xe9', '[\\w-]', '[]a]', '(?#c)', '\\p{Lu}', '[\\p{Lu}]', '[^\\P{Ll}1]', '[\xc0-\xff]'],
];
const ASSERTIONS = [
  ...['^', '$', '\\b', '\\B', '\\A', '\\z', '\\Z', '(?i)', '(?s)', '(?m)', '(?-i)', '(?x) ', '(?=a)', '(?!b)'],
  // (PCRE 10.42 itself goes wrong on \R{1,}+.)
  ...['\\R', '(?<=a)', '(?<!b)', '(?<=ab|c)', '[[:<:]]', '[[:>:]]'],
];
const QUANTIFIERS = '* + ? *? +? ?? {2} {1,2} {0,1}? {2,} *+ ++ ?+ {1,}+ {,2}'.split(' ');
const GROUPS = ['(', '(', '(?:', '(?>', '(?i:', '(?=', '(?!'];
const REFERENCES = ['\\1', '\\2', '(?i:\\1)', '\\1*'];
const LETTERS = 'abcabAB0-_ \n\r.\xe9\xc9x';

export class RandomRegexes {
  private state: number;
  private names = 0;

  constructor(seed: number) {
    this.state = seed;
  }

  question(): Question {
    return {
      pattern: this.pattern(2),
      ignoreCase: this.below(3) === 0,
      capture: this.below(3) !== 0,
      subjects: Array.from({ length: 12 }, () => this.subject()),
    };
  }

  private below(limit: number): number {
    this.state = (Math.imul(this.state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (this.state >> 8) % limit;
  }

  private pick(list: readonly string[]): string {
    return list[this.below(list.length)] as string;
  }

  private subject(): string {
    return Array.from({ length: this.below(9) }, () => this.pick([...LETTERS])).join('');
  }

  private pattern(depth: number): string {
    let text = '';
    for (let count = 1 + this.below(4); count > 0; count--) {
      const choice = this.below(20);
      if (choice < 10) text += this.pick(ITEMS) + (this.below(3) === 0 ? this.pick(QUANTIFIERS) : '');
      else if (choice < 13) text += this.pick(ASSERTIONS);
      else if (choice < 18 && depth > 0) text += this.group(depth);
      else if (choice === 18) text += '|';
      else if (this.below(3) === 0) text += this.pick(REFERENCES);
    }
    return text;
  }

  private group(depth: number): string {
    const begin = this.below(4) === 0 ? `(?<n${this.names++}>` : this.pick(GROUPS);
    return `${begin}${this.pattern(depth - 1)})${this.below(2) === 0 ? this.pick(QUANTIFIERS) : ''}`;
  }
}

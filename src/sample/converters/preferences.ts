/** `language` (manual 7.3.1): the best of the given languages by a header such as Accept-Language (RFC 9110 12.5.4). */
import type { Converter } from '../converter.ts';
import { type Sample, STR } from '../sample.ts';
import { textArgument } from './arguments.ts';

const BLANK = /[ \t-\r]/y;
const BEST = 1000;

/** Walks over a header value. */
class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** True when there is more after blanks. */
  skipBlanks(): boolean {
    for (BLANK.lastIndex = this.at; BLANK.test(this.text); BLANK.lastIndex = this.at) this.at++;
    return this.at < this.text.length;
  }

  /** The next character, if it is this one, is read. */
  take(character: string): boolean {
    if (!this.skipBlanks() || this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  /** Past the next comma; false when there is none. */
  nextItem(): boolean {
    const comma = this.text.indexOf(',', this.at);
    this.at = comma + 1;
    return comma >= 0;
  }

  token(): string {
    const end = /[;, \t-\r]|$/g;
    end.lastIndex = this.at;
    const found = end.exec(this.text)?.index ?? this.text.length;
    const token = this.text.slice(this.at, found);
    this.at = found;
    return token;
  }

  /** Thousandths; 1000 where there is no quality to read. Digits may lack from the end. */
  quality(): number {
    if (!this.take(';') || !this.take('q') || !this.take('=') || !this.skipBlanks()) return BEST;
    const digits = /^(\d)(?:\.(\d?)(\d?)(\d?))?/.exec(this.text.slice(this.at));
    if (digits === null) return BEST;
    this.at += digits[0].length;
    const [, whole, ...fraction] = digits;
    return Math.min(BEST, Number(whole) * BEST + Number(fraction.map((digit) => digit || '0').join('')));
  }
}

/** The range `fr-ch` of a header covers the tag `fr`, and itself. */
function covers(range: string, tag: string): boolean {
  return range === tag || (range.startsWith(tag) && range[tag.length] === '-');
}

function choose(text: string, languages: readonly string[]): string {
  const cursor = new Cursor(text);
  let best = '';
  let bestQuality = 0;
  while (cursor.skipBlanks()) {
    const token = cursor.token();
    const language = token === '' ? undefined : languages.find((one) => covers(token, one));
    if (language !== undefined) {
      const blank = cursor.skipBlanks();
      // What is neither the end, nor a comma, nor a parameter is no language at all.
      const readable = !blank || cursor.text[cursor.at] === ',' || cursor.text[cursor.at] === ';';
      const quality = readable ? cursor.quality() : 0;
      if (quality > bestQuality) {
        best = language;
        bestQuality = quality;
        if (quality >= BEST) break;
      }
    }
    if (!cursor.nextItem()) break;
  }
  return best;
}

const LANGUAGE: Converter = {
  input: STR,
  output: STR,
  make: (args) => {
    const languages = (args[0] ?? '').split(';');
    const results = new Map(languages.map((language) => [language, textArgument(language)]));
    const otherwise = textArgument(args[1]);
    return (sample: Sample) => {
      const chosen = choose(sample.text(), languages);
      const result = chosen === '' ? otherwise : (results.get(chosen) ?? otherwise);
      return sample.setBytes(STR, result, 0, result.length) && result.length > 0;
    };
  },
};

export const PREFERENCE_CONVERTERS: readonly (readonly [string, Converter])[] = [['language', LANGUAGE]];

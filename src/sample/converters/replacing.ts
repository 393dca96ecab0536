/** `regsub` (manual 7.3.1): replaces what a regular expression matches, once or everywhere, as HAProxy's loop does it. */
import { compileRegex } from '../../config/regex/regex.ts';
import type { Converter } from '../converter.ts';
import { expandReplacement } from '../replacement.ts';
import { STR } from '../sample.ts';

/**
 * Each round looks at what is left, as a text of its own of which `^` is not the start. After a match of nothing at the
 * very front one character is passed over; a match of nothing further on is found, and replaced, twice.
 */
function replaceAll(text: string, first: RegExp, later: RegExp | null, replacement: string, limit: number): string {
  let result = '';
  let rest = text;
  let regex: RegExp | null = first;
  while (regex !== null) {
    const found: RegExpExecArray | null = regex.exec(rest);
    if (found === null) break;
    const end = found.index + found[0].length;
    result += rest.slice(0, found.index) + (expandReplacement(replacement, found, limit) ?? '');
    if (rest === '') break;
    if (end === 0) result += rest.charAt(0);
    rest = rest.slice(Math.max(end, 1));
    regex = later;
  }
  return (result + rest).slice(0, limit);
}

const REGSUB: Converter = {
  input: STR,
  output: STR,
  make: (args, { environment }) => {
    const [source = '', replacement = '', flags = ''] = args;
    const ignoreCase = flags.includes('i');
    const first = compileRegex(source, ignoreCase);
    const later = flags.includes('g') ? compileRegex(source, ignoreCase, { notAtStart: true }) : null;
    const limit = environment.bufferSize;
    return (sample) => sample.setText(replaceAll(sample.text(), first, later, replacement, limit));
  },
};

export const REPLACING_CONVERTERS: readonly (readonly [string, Converter])[] = [['regsub', REGSUB]];

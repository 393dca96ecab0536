/** `regsub` (manual 7.3.1): replaces what a regular expression matches, once or everywhere, as HAProxy's loop does it. */
import { copyRun } from '../../http/copy-bytes.ts';
import type { Converter } from '../converter.ts';
import { type Sample, STR, takeScratchArea } from '../sample.ts';
import { Substitution } from '../substitution.ts';
import { encoded, output } from '../text-output.ts';

/**
 * Each round looks at what is left, as a text of its own of which `^` is not the start. After a match of nothing at the
 * very front one character is passed over; a match of nothing further on is found, and replaced, twice.
 */
function replaceAll(
  sample: Sample,
  first: Substitution,
  later: Substitution | null,
  replacement: Buffer,
  limit: number,
): true {
  const { bytes, end } = sample;
  const made = output.end;
  let rest = sample.start;
  let match: Substitution | null = first;
  while (match?.find(bytes, rest, end)) {
    output.copy(bytes, rest, match.start);
    const before = output.end;
    if (!match.append(replacement, 0, replacement.length, limit)) output.end = before;
    if (rest === end) break;
    if (match.end === rest) output.byte(bytes[rest] as number);
    rest = Math.max(match.end, rest + 1);
    match = later;
  }
  output.copy(bytes, rest, end);
  const length = Math.min(output.end - made, limit);
  const piece = takeScratchArea(length);
  copyRun(output.bytes, output.view, made, made + length, piece.bytes, piece.view, 0);
  output.end = made;
  return sample.setViewedBytes(STR, piece, 0, length);
}

const REGSUB: Converter = {
  input: STR,
  output: STR,
  make: (args, { environment }) => {
    const [source = '', replacement = '', flags = ''] = args;
    const ignoreCase = flags.includes('i');
    const first = new Substitution(source, ignoreCase);
    const later = flags.includes('g') ? new Substitution(source, ignoreCase, true) : null;
    const limit = environment.bufferSize;
    const text = encoded(replacement);
    return (sample) => replaceAll(sample, first, later, text, limit);
  },
};

export const REPLACING_CONVERTERS: readonly (readonly [string, Converter])[] = [['regsub', REGSUB]];

/** Converters of text (manual 7.3.1). */
import { LOWER } from '../../http/char-classes.ts';
import type { Converter } from '../converter.ts';
import { type Sample, STR, takeScratch } from '../sample.ts';

const UPPER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte));

/** Only ASCII letters have two cases: text is bytes. */
function folded(sample: Sample, table: Uint8Array): true {
  const { bytes, start, end } = sample;
  const piece = takeScratch(end - start);
  for (let i = start; i < end; i++) piece[i - start] = table[bytes[i] as number] as number;
  return sample.setBytes(STR, piece, 0, end - start);
}

export const TEXT_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['lower', { input: STR, output: STR, make: () => (sample) => folded(sample, LOWER) }],
  ['upper', { input: STR, output: STR, make: () => (sample) => folded(sample, UPPER) }],
];

/** Converters of text (manual 7.3.1). */
import { LOWER } from '../../http/char-classes.ts';
import { fourTimes } from '../../http/words.ts';
import type { Converter } from '../converter.ts';
import { type Sample, SINT, STR, takeScratchArea } from '../sample.ts';
import { byteSet } from './arguments.ts';

const UPPER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte));

/** Only ASCII letters have two cases: text is bytes. */
interface Folding {
  readonly table: Uint8Array;
  /** Four times what makes 128 of the first letter to be changed, and 127 of the last. */
  readonly toFirst: number;
  readonly toLast: number;
}

const TO_LOWER: Folding = { table: LOWER, toFirst: fourTimes(128 - 65), toLast: fourTimes(127 - 90) };
const TO_UPPER: Folding = { table: UPPER, toFirst: fourTimes(128 - 97), toLast: fourTimes(127 - 122) };
const HIGH_BITS = fourTimes(128);

function folded(sample: Sample, { table, toFirst, toLast }: Folding): true {
  const { bytes, view, start, end } = sample;
  const area = takeScratchArea(end - start);
  const piece = area.bytes;
  let i = start;
  if (view !== null) {
    for (const last = end - 3; i < last; i += 4) {
      const word = view.getInt32(i, true);
      // The high bit of each byte that is such a letter; what tells the cases apart is two bits below it.
      const low = word & ~HIGH_BITS;
      const letters = (low + toFirst) & ~(low + toLast) & ~word & HIGH_BITS;
      area.view.setInt32(i - start, word ^ (letters >>> 2), true);
    }
  }
  for (; i < end; i++) piece[i - start] = table[bytes[i] as number] as number;
  return sample.setViewedBytes(STR, area, 0, end - start);
}

function cutLineEnd(sample: Sample): true {
  const { bytes, start, end } = sample;
  let at = start;
  while (at < end && bytes[at] !== 13 && bytes[at] !== 10) at++;
  sample.end = at;
  return true;
}

function trim(side: 'left' | 'right'): Converter {
  return {
    input: STR,
    output: STR,
    make: (args) => {
      const characters = byteSet(args[0]);
      return (sample) => {
        const { bytes } = sample;
        if (side === 'left') {
          while (sample.start < sample.end && characters[bytes[sample.start] as number] === 1) sample.start++;
        } else {
          while (sample.end > sample.start && characters[bytes[sample.end - 1] as number] === 1) sample.end--;
        }
        return true;
      };
    },
  };
}

const COLON = 58;
const CLOSING_BRACKET = 93;
const ZERO = 48;

/** Where the port begins in a Host header, after the last colon; -1 without one, or in an IPv6 address. */
function portStart({ bytes, start, end }: Sample): number {
  for (let at = end - 1; at >= start; at--) {
    if (bytes[at] === COLON) return at + 1;
    if (bytes[at] === CLOSING_BRACKET) break;
  }
  return -1;
}

function hostOnly(sample: Sample): boolean {
  const port = portStart(sample);
  if (port >= 0) sample.end = port - 1;
  return folded(sample, TO_LOWER);
}

/** 32 bits of a number, for which HAProxy takes any characters. */
function portOnly(sample: Sample): boolean {
  const { bytes, end } = sample;
  const start = portStart(sample);
  let port = 0;
  for (let i = start; i >= 0 && i < end; i++) port = (Math.imul(port, 10) + (bytes[i] as number) - ZERO) >>> 0;
  return sample.setInteger(port);
}

function plain(convert: (sample: Sample) => boolean, output = STR): Converter {
  return { input: STR, output, make: () => convert };
}

export const TEXT_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['lower', plain((sample) => folded(sample, TO_LOWER))],
  ['upper', plain((sample) => folded(sample, TO_UPPER))],
  ['length', plain((sample) => sample.setInteger(sample.length), SINT)],
  ['cut_crlf', plain(cutLineEnd)],
  ['ltrim', trim('left')],
  ['rtrim', trim('right')],
  ['host_only', plain(hostOnly)],
  ['port_only', plain(portOnly, SINT)],
];

/** Converters of text (manual 7.3.1). */
import { LOWER } from '../../http/char-classes.ts';
import type { Converter } from '../converter.ts';
import { type Sample, SINT, STR, takeScratch } from '../sample.ts';
import { byteSet } from './arguments.ts';

const UPPER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte));

/** Only ASCII letters have two cases: text is bytes. */
function folded(sample: Sample, table: Uint8Array): true {
  const { bytes, start, end } = sample;
  const piece = takeScratch(end - start);
  for (let i = start; i < end; i++) piece[i - start] = table[bytes[i] as number] as number;
  return sample.setBytes(STR, piece, 0, end - start);
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
  return folded(sample, LOWER);
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
  ['lower', plain((sample) => folded(sample, LOWER))],
  ['upper', plain((sample) => folded(sample, UPPER))],
  ['length', plain((sample) => sample.setInteger(sample.length), SINT)],
  ['cut_crlf', plain(cutLineEnd)],
  ['ltrim', trim('left')],
  ['rtrim', trim('right')],
  ['host_only', plain(hostOnly)],
  ['port_only', plain(portOnly, SINT)],
];

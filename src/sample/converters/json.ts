/** `json` (manual 7.3.1): escapes text for a JSON string. The input is bytes, or UTF-8 checked more or less strictly. */
import type { Converter } from '../converter.ts';
import { type Sample, STR, takeScratch } from '../sample.ts';

const OVERLONG = 0x10;
const BAD_RANGE = 0x20;
const BAD_SEQUENCE = 0x40;

/** The character read last: its number, its length in bytes, and what is wrong with it. */
const read = { code: 0, length: 0, fault: 0 };

/** How many bytes follow a first one, and which of its bits count. */
function sequenceOf(first: number): { follow: number; bits: number } | undefined {
  if (first < 0xc0 || first > 0xfd) return undefined;
  if (first < 0xe0) return { follow: 1, bits: 0x1f };
  if (first < 0xf0) return { follow: 2, bits: 0x0f };
  if (first < 0xf8) return { follow: 3, bits: 0x07 };
  return first < 0xfc ? { follow: 4, bits: 0x03 } : { follow: 5, bits: 0x01 };
}

/** Sequences of up to six bytes, as UTF-8 once had them, so that faults are the ones HAProxy finds. */
function readCharacter(bytes: Buffer, at: number, end: number): void {
  const first = bytes[at] as number;
  read.code = first;
  read.length = 1;
  read.fault = 0;
  if (first < 0x80) return;
  const sequence = sequenceOf(first);
  if (sequence === undefined || end - at <= sequence.follow) {
    read.fault = BAD_SEQUENCE;
    return;
  }
  let code = first & sequence.bits;
  for (let i = 1; i <= sequence.follow; i++) {
    const byte = bytes[at + i] as number;
    if ((byte & 0xc0) !== 0x80) {
      read.fault = BAD_SEQUENCE;
      read.length = i;
      return;
    }
    code = code * 64 + (byte & 0x3f);
  }
  const length = sequence.follow + 1;
  const needed = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : code < 0x20_0000 ? 4 : length;
  read.code = code;
  read.length = length;
  if (length > needed) read.fault |= OVERLONG;
  if ((code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff) read.fault |= BAD_RANGE;
}

const SHORT: Readonly<Record<number, string>> = {
  8: '\\b',
  9: '\\t',
  10: '\\n',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  47: '\\/',
  92: '\\\\',
};

const ESCAPES: readonly string[] = Array.from({ length: 256 }, (_, code) => escapeOf(code));

function escapeOf(code: number): string {
  const short = SHORT[code];
  if (short !== undefined) return short;
  return code >= 32 && code < 127 ? String.fromCharCode(code) : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Which faults count, and whether they end it all or only leave the character out. */
const MODES: Readonly<Record<string, { readonly faults: number; readonly skip: boolean }>> = {
  utf8: { faults: OVERLONG | BAD_RANGE | BAD_SEQUENCE, skip: false },
  utf8s: { faults: OVERLONG | BAD_RANGE | BAD_SEQUENCE, skip: true },
  utf8p: { faults: BAD_RANGE | BAD_SEQUENCE, skip: false },
  utf8ps: { faults: BAD_RANGE | BAD_SEQUENCE, skip: true },
};

const JSON_ESCAPE: Converter = {
  input: STR,
  output: STR,
  make: (args, { environment }) => {
    const mode = MODES[args[0] ?? ''];
    const limit = environment.bufferSize;
    return (sample: Sample) => {
      const { bytes, start, end } = sample;
      const piece = takeScratch(Math.min((end - start) * 6, limit));
      let length = 0;
      for (let at = start; at < end; at += read.length) {
        if (mode === undefined) {
          read.code = bytes[at] as number;
          read.length = 1;
        } else {
          readCharacter(bytes, at, end);
          // HAProxy writes four digits: what needs more is a fault too.
          if ((read.fault & mode.faults) !== 0 || read.code > 0xffff) {
            if (mode.skip) continue;
            return false;
          }
        }
        const text = ESCAPES[read.code] ?? escapeOf(read.code);
        if (length + text.length > limit) return false;
        if (text.length === 1) piece[length++] = read.code;
        else length += piece.write(text, length, 'latin1');
      }
      return sample.setBytes(STR, piece, 0, length);
    };
  },
};

export const JSON_CONVERTERS: readonly (readonly [string, Converter])[] = [['json', JSON_ESCAPE]];

/** Converters between bytes and text (manual 7.3.1): base64, hexadecimal digits, decimal numbers, URLs. */
import type { Converter } from '../converter.ts';
import { BIN, type Sample, SINT, STR, takeScratch } from '../sample.ts';
import { countArgument, textArgument } from './arguments.ts';
import { decodeBase64, decodeUrlBase64, encodeBase64 } from './base64.ts';

const HEX = Buffer.from('0123456789ABCDEF');

function base64(variant: 'plain' | 'url'): Converter {
  return {
    input: BIN,
    output: STR,
    make: (_args, { environment }) => {
      const limit = environment.bufferSize;
      return (sample) => {
        // HAProxy wants room for the padding and a NUL even where there is none.
        const full = Math.ceil(sample.length / 3) * 4;
        if (full >= limit) return false;
        const piece = takeScratch(full);
        return sample.setBytes(STR, piece, 0, encodeBase64(sample, piece, variant));
      };
    },
  };
}

function base64Reader(decode: (bytes: Buffer, start: number, end: number, out: Buffer) => number): Converter {
  return {
    input: STR,
    output: BIN,
    make: (_args, { environment }) => {
      const limit = environment.bufferSize;
      return (sample) => {
        if (sample.length * 3 > (limit + 2) * 4) return false;
        const piece = takeScratch(sample.length + 3);
        const length = decode(sample.bytes, sample.start, sample.end, piece);
        return length >= 0 && length <= limit && sample.setBytes(BIN, piece, 0, length);
      };
    },
  };
}

/** As many digits as there is room for. */
const TO_HEX: Converter = {
  input: BIN,
  output: STR,
  make: (_args, { environment }) => {
    const limit = environment.bufferSize - 2;
    return (sample) => {
      const { bytes, start, end } = sample;
      const piece = takeScratch(Math.min((end - start) * 2, limit + 2));
      let length = 0;
      for (let i = start; i < end && length <= limit; i++) {
        const byte = bytes[i] as number;
        piece[length++] = HEX[byte >>> 4] as number;
        piece[length++] = HEX[byte & 15] as number;
      }
      return sample.setBytes(STR, piece, 0, length);
    };
  },
};

/** The value of a hexadecimal digit, -1 for what is none. */
function digitValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** Digits past the last sixteen are lost. */
function hexToInteger(sample: Sample): boolean {
  const { bytes, start, end } = sample;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = digitValue(bytes[i] as number);
    if (digit < 0) return false;
    value = value * 16 + digit;
  }
  if (Number.isSafeInteger(value)) return sample.setInteger(value);
  return sample.setInteger(BigInt.asIntN(64, BigInt(`0x${sample.text()}`)));
}

/** The number that bytes stand for, the highest first; at most eight of them. */
function bigEndian(bytes: Buffer, start: number, length: number): string {
  if (length <= 6) return String(length === 0 ? 0 : bytes.readUIntBE(start, length));
  let value = 0n;
  for (let i = 0; i < length; i++) value = (value << 8n) | BigInt(bytes[start + i] as number);
  return String(value);
}

/** Groups of bytes as numbers. What does not fit is left out, a separator before it included. */
const TO_DECIMALS: Converter = {
  input: BIN,
  output: STR,
  make: (args, { environment }) => {
    const separator = args[0] ?? '';
    const size = countArgument(args[1], 0);
    const truncate = args[2] === '1';
    const limit = environment.bufferSize;
    return (sample) => {
      const { bytes, start, end } = sample;
      const last = truncate ? end - size + 1 : end;
      let most = limit - 2;
      let text = '';
      for (let at = start; at < last && text.length <= most; at += size) {
        if (at === start) most -= separator.length;
        const number = bigEndian(bytes, at, Math.min(size, end - at));
        const next = at === start ? number : text + separator + number;
        if (next.length >= limit) break;
        text = next;
      }
      return sample.setText(text);
    };
  },
};

const TO_HEX_GROUPS: Converter = {
  input: BIN,
  output: STR,
  make: (args, { environment }) => {
    const separator = textArgument(args[0]);
    const size = Math.min(countArgument(args[1], 0), 2 ** 30);
    const truncate = args[2] === '1';
    const whole = separator.length === 0 && !truncate;
    const limit = environment.bufferSize;
    return (sample) => {
      const { bytes, start, end } = sample;
      const group = whole ? Math.max(end - start, 1) : size;
      const last = truncate ? end - size + 1 : end;
      const most = limit - 2 * group - separator.length;
      const piece = takeScratch(limit);
      let length = 0;
      let at = start;
      while (at < last && (length <= most || (at === start && length <= most + separator.length))) {
        if (at > start) length += separator.copy(piece, length);
        for (let i = 0; i < group && at < end; i++) {
          const byte = bytes[at++] as number;
          piece[length++] = HEX[byte >>> 4] as number;
          piece[length++] = HEX[byte & 15] as number;
        }
      }
      return sample.setBytes(STR, piece, 0, length);
    };
  },
};

/** A negative offset is beyond the end, and a negative length is none: both are unsigned to HAProxy. */
const BYTES: Converter = {
  input: BIN,
  output: BIN,
  make: (args) => {
    const offset = countArgument(args[0], 0);
    const length = countArgument(args[1], -1);
    return (sample) => {
      if (offset < 0 || offset >= sample.length) {
        sample.end = sample.start;
        return true;
      }
      sample.start += offset;
      if (length >= 0 && length < sample.length) sample.end = sample.start + length;
      return true;
    };
  },
};

const PLUS = 43;
const PERCENT = 37;
const QUESTION = 63;
const BLANK = 32;

/** A NUL ends the text. A percent sign without two digits after it: there is no result. */
const URL_DECODE: Converter = {
  input: STR,
  output: STR,
  make: (args) => {
    const always = countArgument(args[0], 0) !== 0;
    return (sample) => {
      const { bytes, start, end } = sample;
      const piece = takeScratch(end - start);
      let inForm = always;
      let length = 0;
      for (let i = start; i < end; i++) {
        let byte = bytes[i] as number;
        if (byte === 0) break;
        if (byte === PLUS && inForm) byte = BLANK;
        else if (byte === QUESTION) inForm = true;
        else if (byte === PERCENT) {
          const high = i + 2 < end ? digitValue(bytes[i + 1] as number) : -1;
          const low = i + 2 < end ? digitValue(bytes[i + 2] as number) : -1;
          if (high < 0 || low < 0) return false;
          byte = high * 16 + low;
          i += 2;
        }
        piece[length++] = byte;
      }
      return sample.setBytes(STR, piece, 0, length);
    };
  },
};

const UNRESERVED = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9._~-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

const URL_ENCODE: Converter = {
  input: STR,
  output: STR,
  make: (_args, { environment }) => {
    const limit = environment.bufferSize - 1;
    return (sample) => {
      const { bytes, start, end } = sample;
      const piece = takeScratch(Math.min((end - start) * 3, limit));
      let length = 0;
      for (let i = start; i < end && length < limit; i++) {
        const byte = bytes[i] as number;
        if (UNRESERVED[byte] === 1) piece[length++] = byte;
        else {
          if (length + 3 >= limit) break;
          piece[length++] = PERCENT;
          piece[length++] = HEX[byte >>> 4] as number;
          piece[length++] = HEX[byte & 15] as number;
        }
      }
      return sample.setBytes(STR, piece, 0, length);
    };
  },
};

export const ENCODING_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['base64', base64('plain')],
  ['ub64enc', base64('url')],
  ['b64dec', base64Reader(decodeBase64)],
  ['ub64dec', base64Reader(decodeUrlBase64)],
  ['hex', TO_HEX],
  ['hex2i', { input: STR, output: SINT, make: () => hexToInteger }],
  ['be2dec', TO_DECIMALS],
  ['be2hex', TO_HEX_GROUPS],
  ['bytes', BYTES],
  ['url_dec', URL_DECODE],
  ['url_enc', URL_ENCODE],
];

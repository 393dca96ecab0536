/** `json_query` and the queries of tokens (manual 7.3.1): the value at a path in a JSON text. */
import { latin1Text } from '../../http/latin1-text.ts';
import type { Converter } from '../converter.ts';
import { findJson, readNumber, unescapeJson } from '../json-scanner.ts';
import { ANY, BIN, type Sample, STR, takeScratch } from '../sample.ts';
import { decodeUrlBase64 } from './base64.ts';

/** JSON's numbers are exact up to here (RFC 7159 section 6). */
const LARGEST = 2n ** 53n - 1n;

/** C's strtoll with base 0: 0x and 0 begin other bases. */
function readAnyBase(text: string): bigint {
  const [, sign, digits] = /^([-+]?)(0[xX][0-9A-Fa-f]+|0[0-7]*|\d+)/.exec(text) ?? ['', '', '0'];
  const octal = /^0[0-7]+$/.test(digits ?? '');
  const value = BigInt(octal ? `0o${digits?.slice(1)}` : (digits ?? '0'));
  return sign === '-' ? -value : value;
}

/** C's "%g": six digits, with an exponent where it is shorter. */
export function generalNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = '0'] = value.toExponential(5).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6)
    return value
      .toFixed(5 - power)
      .replace(/(\.\d*?)0+$/, '$1')
      .replace(/\.$/, '');
  const digits = mantissa.replace(/\.?0+$/, '');
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function setNumber(sample: Sample, text: string, whole: boolean): boolean {
  if (!whole) return sample.setText(generalNumber(readNumber(text).value));
  const value = readAnyBase(text);
  return value <= LARGEST && value >= -LARGEST && sample.setInteger(value);
}

/** Puts the value at `path` of the JSON text into the sample; arrays, objects and null are none. */
function query(sample: Sample, json: string, path: string, whole: boolean, limit: number): boolean {
  const token = findJson(json, path);
  switch (token?.kind) {
    case 'true':
    case 'false':
      return sample.setBoolean(token.kind === 'true');
    case 'number':
      return setNumber(sample, token.text, whole);
    case 'string': {
      const text = unescapeJson(token.text);
      return text !== undefined && text.length < limit && sample.setText(text);
    }
    default:
      return false;
  }
}

const JSON_QUERY: Converter = {
  input: STR,
  output: ANY,
  make: (args, { environment }) => {
    const [path = '', type] = args;
    const limit = environment.bufferSize;
    return (sample) => query(sample, sample.text(), path, type === 'int', limit);
  },
};

/** One of the three parts of a token in compact form (RFC 7515 section 7.1). */
function tokenPart(part: 0 | 1): Converter {
  return {
    input: BIN,
    output: ANY,
    make: (args, { environment }) => {
      const [path, type] = args;
      const limit = environment.bufferSize;
      return (sample) => {
        const text = sample.text().split('.')[part];
        if (text === undefined) return false;
        const piece = takeScratch(text.length + 3);
        const length = decodeUrlBase64(Buffer.from(text, 'latin1'), 0, text.length, piece);
        if (length < 0) return false;
        // The manual promises the whole part here; HAProxy 2.6 decodes it, and then has no sample.
        return path !== undefined && query(sample, latin1Text(piece, 0, length), path, type === 'int', limit);
      };
    },
  };
}

export const QUERY_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['json_query', JSON_QUERY],
  ['jwt_header_query', tokenPart(0)],
  ['jwt_payload_query', tokenPart(1)],
];

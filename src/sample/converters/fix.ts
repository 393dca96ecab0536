/** FIX messages (manual 7.3.1, `fix_is_valid` and `fix_tag_value`): `tag=value` with a byte 1 after each. */
import { fixTag } from '../../config/keywords/converters-protocols.ts';
import { latin1Text } from '../../http/latin1-text.ts';
import type { Converter } from '../converter.ts';
import { BIN, BOOL, type Sample } from '../sample.ts';

const DELIMITER = 1;
const EQUALS = 61;
const BEGIN_STRING = 8;
const BODY_LENGTH = 9;
const CHECK_SUM = 10;
const MESSAGE_TYPE = 35;
/** The smallest message there can be. */
const LEAST_BYTES = 26;

/** The largest tag of each version; those of users are above. */
const LARGEST_TAG: ReadonlyMap<string, number> = new Map([
  ['FIX.4.0', 140],
  ['FIX.4.1', 211],
  ['FIX.4.2', 446],
  ['FIX.4.3', 659],
  ['FIX.4.4', 956],
  ['FIXT.1.1', 1621],
]);

/** The field that was read last: its value is `[start,end)`. */
const field = { tag: 0, start: 0, end: 0 };

const MORE = 0;
const READ = 1;
const WRONG = 2;

/** Reads the field at `at`. */
function readField(bytes: Buffer, at: number, end: number): number {
  const equals = bytes.indexOf(EQUALS, at);
  if (equals < 0 || equals >= end) return MORE;
  // As HAProxy does, a delimiter is looked for from the equals sign on.
  const delimiter = bytes.indexOf(DELIMITER, equals);
  if (delimiter < 0 || delimiter >= end) return MORE;
  if (equals === at) return WRONG;
  const digits = latin1Text(bytes, at, equals);
  const tag = /^\d+$/.test(digits) ? Number(BigInt.asUintN(32, BigInt(digits))) : 0;
  if (tag === 0) return WRONG;
  field.tag = tag;
  field.start = equals + 1;
  field.end = delimiter;
  return READ;
}

function allowed(tag: number, largest: number): boolean {
  return tag <= largest || (tag >= 10_000 && tag <= 19_999);
}

/** The sum of the field's bytes, its delimiter included, to that of those before. */
function sumUp(sum: number, bytes: Buffer, start: number, end: number): number {
  let total = sum;
  for (let i = start; i <= end; i++) total += bytes[i] as number;
  return total & 255;
}

/** READ for a whole and correct message. */
function validate({ bytes, start, end }: Sample): number {
  if (end - start < LEAST_BYTES) return MORE;
  let largest = 0xffff_ffff;
  let bodyLength = 0;
  let body = -1;
  let sum = 0;
  let at = start;
  for (let count = 1; at < end; count++) {
    const result = readField(bytes, at, end);
    if (result !== READ) return result;
    const { tag } = field;
    if (!allowed(tag, largest)) return WRONG;
    const value = latin1Text(bytes, field.start, field.end);
    if (count === 1) {
      const known = LARGEST_TAG.get(value);
      if (tag !== BEGIN_STRING || known === undefined) return WRONG;
      largest = known;
    } else if (count === 2) {
      bodyLength = /^\d+$/.test(value) ? Number(BigInt.asUintN(32, BigInt(value))) : 0;
      if (tag !== BODY_LENGTH || bodyLength === 0) return WRONG;
      body = field.end + 1;
    } else if (count === 3) {
      if (tag !== MESSAGE_TYPE) return WRONG;
    } else if (tag === CHECK_SUM) {
      return bodyLength === at - body && /^\d{3}$/.test(value) && Number(value) === sum ? READ : WRONG;
    }
    sum = sumUp(sum, bytes, at, field.end);
    at = field.end + 1;
  }
  return body >= 0 ? MORE : WRONG;
}

const FIX_IS_VALID: Converter = {
  input: BIN,
  output: BOOL,
  make: () => (sample) => {
    const result = validate(sample);
    sample.mayChange = result === MORE;
    return result !== MORE && sample.setBoolean(result === READ);
  },
};

const FIX_TAG_VALUE: Converter = {
  input: BIN,
  output: BIN,
  make: (args) => {
    const wanted = fixTag(args[0] ?? '');
    return (sample) => {
      const { bytes, start, end } = sample;
      sample.mayChange = false;
      for (let at = start; at < end; at = field.end + 1) {
        const result = readField(bytes, at, end);
        if (result === MORE) break;
        if (result === WRONG) return false;
        if (field.tag === wanted) {
          sample.mayChange = field.start === field.end;
          return field.start < field.end && sample.setBytes(BIN, bytes, field.start, field.end);
        }
        if (field.tag === CHECK_SUM) return false;
      }
      sample.mayChange = true;
      return false;
    };
  },
};

export const FIX_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['fix_is_valid', FIX_IS_VALID],
  ['fix_tag_value', FIX_TAG_VALUE],
];

/** Dates as text (manual 7.3.1): `ltime`, `utime`, `http_date`. */
import { type CalendarDate, localDate, utcDate } from '../calendar.ts';
import type { Converter } from '../converter.ts';
import { SINT, STR } from '../sample.ts';
import { compileDateFormat } from '../strftime.ts';
import { integerArgument } from './arguments.ts';

type Integer = number | bigint;

const SECONDS_MASK = 0x7f_ffff_ffff_ffffn;

/** 55 bits of the number: HAProxy's way to have no negative dates. */
function dateSeconds(value: Integer): Integer {
  return typeof value === 'number' && value >= 0 ? value : BigInt(value) & SECONDS_MASK;
}

/** Dates are mostly those of now: the text of the last one is kept. */
function remembering(write: (value: Integer) => string): (value: Integer) => string {
  let last: Integer | undefined;
  let text = '';
  return (value) => {
    if (value !== last) {
      text = write(value);
      last = value;
    }
    return text;
  };
}

function formatted(dateOf: (seconds: Integer) => CalendarDate): Converter {
  return {
    input: SINT,
    output: STR,
    make: (args, { environment }) => {
      const format = compileDateFormat(args[0] ?? '');
      const offset = integerArgument(args[1] ?? '0');
      const limit = environment.bufferSize;
      const write = remembering((value) => {
        const text = format(dateOf(sum(dateSeconds(value), offset)));
        // C's strftime writes all of it, with a NUL, or nothing.
        return text.length < limit ? text : '';
      });
      return (sample) => sample.setText(write(sample.integer));
    },
  };
}

const DIVISORS: Readonly<Record<string, number>> = { ms: 1000, us: 1_000_000 };

/** 64 bits, wrapped around. */
function sum(left: Integer, right: Integer): Integer {
  const total = typeof left === 'number' && typeof right === 'number' ? left + right : Number.NaN;
  return Number.isSafeInteger(total) ? total : BigInt.asIntN(64, BigInt(left) + BigInt(right));
}

const writeHttpDate = compileDateFormat('%a, %d %b %Y %H:%M:%S');

const HTTP_DATE: Converter = {
  input: SINT,
  output: STR,
  make: (args) => {
    const offset = integerArgument(args[0] ?? '0');
    const divisor = DIVISORS[args[1] ?? ''];
    const write = remembering((value) => {
      const moved = sum(value, offset);
      if (divisor === undefined) return `${writeHttpDate(utcDate(dateSeconds(moved)))} GMT`;
      const exact = BigInt(moved);
      const date = utcDate(dateSeconds(exact / BigInt(divisor)));
      // The fraction has no leading zeros: so HAProxy writes it.
      return `${writeHttpDate(date)}.${exact % BigInt(divisor)} GMT`;
    });
    return (sample) => sample.setText(write(sample.integer));
  },
};

export const DATE_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['ltime', formatted(localDate)],
  ['utime', formatted(utcDate)],
  ['http_date', HTTP_DATE],
];

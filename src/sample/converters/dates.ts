/** Dates as text (manual 7.3.1): `ltime`, `utime`, `http_date`. */
import { type CalendarDate, localDate, utcDate } from '../calendar.ts';
import type { Converter } from '../converter.ts';
import { SINT, STR } from '../sample.ts';
import { formatDate } from '../strftime.ts';
import { integerArgument } from './arguments.ts';

type Integer = number | bigint;

const SECONDS_MASK = 0x7f_ffff_ffff_ffffn;

/** 55 bits of the number: HAProxy's way to have no negative dates. */
function dateSeconds(value: Integer): Integer {
  return typeof value === 'number' && value >= 0 ? value : BigInt(value) & SECONDS_MASK;
}

function formatted(dateOf: (seconds: Integer) => CalendarDate): Converter {
  return {
    input: SINT,
    output: STR,
    make: (args, { environment }) => {
      const format = args[0] ?? '';
      const offset = integerArgument(args[1] ?? '0');
      const limit = environment.bufferSize;
      return (sample) => {
        const text = formatDate(format, dateOf(sum(dateSeconds(sample.integer), offset)));
        // C's strftime writes all of it, with a NUL, or nothing.
        return sample.setText(text.length < limit ? text : '');
      };
    },
  };
}

const DIVISORS: Readonly<Record<string, number>> = { ms: 1000, us: 1_000_000 };

/** 64 bits, wrapped around. */
function sum(left: Integer, right: Integer): Integer {
  const total = typeof left === 'number' && typeof right === 'number' ? left + right : Number.NaN;
  return Number.isSafeInteger(total) ? total : BigInt.asIntN(64, BigInt(left) + BigInt(right));
}

const HTTP_DATE: Converter = {
  input: SINT,
  output: STR,
  make: (args) => {
    const offset = integerArgument(args[0] ?? '0');
    const divisor = DIVISORS[args[1] ?? ''];
    return (sample) => {
      const value = sum(sample.integer, offset);
      if (divisor === undefined) {
        return sample.setText(formatDate('%a, %d %b %Y %H:%M:%S GMT', utcDate(dateSeconds(value))));
      }
      // The fraction has no leading zeros: so HAProxy writes it.
      const exact = BigInt(value);
      const seconds = dateSeconds(exact / BigInt(divisor));
      const fraction = exact % BigInt(divisor);
      return sample.setText(formatDate(`%a, %d %b %Y %H:%M:%S.${fraction} GMT`, utcDate(seconds)));
    };
  },
};

export const DATE_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['ltime', formatted(localDate)],
  ['utime', formatted(utcDate)],
  ['http_date', HTTP_DATE],
];

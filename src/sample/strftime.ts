/** C's strftime as glibc has it in the C locale, flags and widths included. */
import { type CalendarDate, isLeap, zoneName } from './calendar.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/** Padding of numbers where the format does not say: zeros or blanks, and to which width. */
interface Field {
  readonly value: number | bigint | string;
  readonly width: number;
  readonly pad: string;
}

function zeros(value: number | bigint, width: number): Field {
  return { value, width, pad: '0' };
}

function blanks(value: number, width: number): Field {
  return { value, width, pad: ' ' };
}

function words(value: string): Field {
  return { value, width: 0, pad: ' ' };
}

/** Weeks of a year that begin on a weekday. */
function weekFrom(date: CalendarDate, first: number): number {
  return Math.floor((date.yearDay + 7 - ((date.weekday - first + 7) % 7)) / 7);
}

/** The year and week of ISO 8601: the first week is the one with the year's first Thursday. */
function isoWeek(date: CalendarDate): { year: number; week: number } {
  const monday = (date.weekday + 6) % 7;
  const week = Math.floor((date.yearDay - monday + 10) / 7);
  if (week < 1) {
    const year = date.year - 1;
    const length = isLeap(year) ? 366 : 365;
    return { year, week: Math.floor((date.yearDay + length - monday + 10) / 7) };
  }
  if (week === 53) {
    const left = (isLeap(date.year) ? 366 : 365) - date.yearDay;
    if (left <= 3 - monday) return { year: date.year + 1, week: 1 };
  }
  return { year: date.year, week };
}

function hour12(date: CalendarDate): number {
  return ((date.hour + 11) % 12) + 1;
}

function zoneOffset({ offset }: CalendarDate): Field {
  const minutes = Math.floor(Math.abs(offset) / 60);
  const digits = String(Math.floor(minutes / 60) * 100 + (minutes % 60)).padStart(4, '0');
  return words((offset < 0 ? '-' : '+') + digits);
}

const COMPOSED: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

const FIELDS: Readonly<Record<string, (date: CalendarDate) => Field>> = {
  a: (date) => words((DAYS[date.weekday] as string).slice(0, 3)),
  A: (date) => words(DAYS[date.weekday] as string),
  b: (date) => words((MONTHS[date.month] as string).slice(0, 3)),
  h: (date) => words((MONTHS[date.month] as string).slice(0, 3)),
  B: (date) => words(MONTHS[date.month] as string),
  C: (date) => zeros(Math.floor(date.year / 100), 2),
  d: (date) => zeros(date.day, 2),
  e: (date) => blanks(date.day, 2),
  g: (date) => zeros(((isoWeek(date).year % 100) + 100) % 100, 2),
  G: (date) => zeros(isoWeek(date).year, 0),
  H: (date) => zeros(date.hour, 2),
  I: (date) => zeros(hour12(date), 2),
  j: (date) => zeros(date.yearDay + 1, 3),
  k: (date) => blanks(date.hour, 2),
  l: (date) => blanks(hour12(date), 2),
  m: (date) => zeros(date.month + 1, 2),
  M: (date) => zeros(date.minute, 2),
  n: () => words('\n'),
  p: (date) => words(date.hour < 12 ? 'AM' : 'PM'),
  P: (date) => words(date.hour < 12 ? 'am' : 'pm'),
  s: (date) => zeros(date.epoch, 1),
  S: (date) => zeros(date.second, 2),
  t: () => words('\t'),
  u: (date) => zeros(date.weekday === 0 ? 7 : date.weekday, 1),
  U: (date) => zeros(weekFrom(date, 0), 2),
  V: (date) => zeros(isoWeek(date).week, 2),
  w: (date) => zeros(date.weekday, 1),
  W: (date) => zeros(weekFrom(date, 1), 2),
  y: (date) => zeros(((date.year % 100) + 100) % 100, 2),
  Y: (date) => zeros(date.year, 0),
  z: zoneOffset,
  Z: (date) => words(date.zone ?? zoneName(date.epoch)),
  '%': () => words('%'),
};

/** What may stand between the percent sign and the letter. */
interface Modifiers {
  readonly pad: string | undefined;
  readonly upper: boolean;
  readonly swap: boolean;
  readonly width: number | undefined;
}

function padded(text: string, pad: string, width: number): string {
  if (pad !== '0' || !/^[-+]/.test(text)) return text.padStart(width, pad === '' ? ' ' : pad);
  return text.charAt(0) + text.slice(1).padStart(width - 1, '0');
}

function write(field: Field, letter: string, { pad, upper, swap, width }: Modifiers): string {
  let text = String(field.value);
  if (upper) text = text.toUpperCase();
  if (swap) text = letter === 'p' || letter === 'Z' ? text.toLowerCase() : text.toUpperCase();
  if (pad === '-') return width === undefined ? text : padded(text, ' ', 0);
  const filling = pad === '_' ? ' ' : pad === '0' ? '0' : field.pad;
  return padded(text, filling, Math.max(field.width, width ?? 0));
}

type Piece = string | ((date: CalendarDate) => string);

const DIRECTIVE = /%([_\-0^#]*)(\d*)[EO]?([A-Za-z%])/g;

function pieceOf(whole: string, flags: string, digits: string, letter: string): Piece {
  const pads = flags.replace(/[^_\-0]/g, '');
  const modifiers: Modifiers = {
    pad: pads === '' ? undefined : pads.charAt(pads.length - 1),
    upper: flags.includes('^'),
    swap: flags.includes('#'),
    width: digits === '' ? undefined : Math.min(Number(digits), 16_384),
  };
  const composed = COMPOSED[letter];
  if (composed !== undefined) {
    const inner = compileDateFormat(composed);
    return (date) => write(words(inner(date)), letter, modifiers);
  }
  const field = FIELDS[letter];
  return field === undefined ? whole : (date) => write(field(date), letter, modifiers);
}

/** What writes dates in a format; what no format letter is known for stays as it is. */
export function compileDateFormat(format: string): (date: CalendarDate) => string {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of format.matchAll(DIRECTIVE)) {
    const [whole, flags = '', digits = '', letter = ''] = found;
    pieces.push(format.slice(at, found.index), pieceOf(whole, flags, digits, letter));
    at = found.index + whole.length;
  }
  pieces.push(format.slice(at));
  return (date) => {
    let text = '';
    for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(date);
    return text;
  };
}

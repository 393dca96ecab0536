/** Seconds since 1970 as a date, in UTC or in the machine's time zone: C's `struct tm`, for any year. */

export interface CalendarDate {
  readonly year: number;
  /** 0 to 11. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 0 to 365. */
  readonly yearDay: number;
  /** Seconds east of Greenwich. */
  readonly offset: number;
  /** Null: the machine's, see `zoneName`. */
  readonly zone: string | null;
  /** Seconds since 1970. */
  readonly epoch: number | bigint;
}

const DAY = 86_400;
/** What JavaScript's dates can hold, in seconds. */
const DATE_LIMIT = 8_640_000_000_000;
const DAYS_IN_400_YEARS = 146_097;

/** The proleptic Gregorian date of a day counted from 1970-01-01 (Hinnant's algorithm: years begin in March). */
function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / DAYS_IN_400_YEARS);
  const dayOfEra = shifted - era * DAYS_IN_400_YEARS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 2 : marchMonth - 10;
  return {
    year: yearOfEra + era * 400 + (month <= 1 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

export function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function dateAt(epoch: number | bigint, offset: number, zone: string | null): CalendarDate {
  // Seconds may be more than a double holds exactly; days are not.
  let days = Math.floor(Number(epoch) / DAY);
  if (typeof epoch === 'bigint') days = Number(epoch / BigInt(DAY));
  let second = typeof epoch === 'bigint' ? Number(epoch % BigInt(DAY)) : epoch - days * DAY;
  const moved = Math.floor((second + offset) / DAY);
  days += moved;
  second += offset - moved * DAY;
  const { year, month, day } = civil(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(second / 3600),
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: (DAYS_BEFORE[month] as number) + day - 1 + (month > 1 && isLeap(year) ? 1 : 0),
    offset,
    zone,
    epoch,
  };
}

export function utcDate(epoch: number | bigint): CalendarDate {
  return dateAt(epoch, 0, 'GMT');
}

function javascriptDate(epoch: number | bigint): Date {
  return new Date(Math.max(-DATE_LIMIT, Math.min(DATE_LIMIT, Number(epoch))) * 1000);
}

export function localDate(epoch: number | bigint): CalendarDate {
  // Minutes; no zone of our days has seconds.
  return dateAt(epoch, -javascriptDate(epoch).getTimezoneOffset() * 60, null);
}

/** The languages of the world's regions: each knows the abbreviations in use there, and none those of all. */
const REGIONS = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-ZA', 'en-IN', 'en-CA'];
let zoneFormats: readonly Intl.DateTimeFormat[] | undefined;
const zoneNames = new Map<number, string>();

/**
 * The machine's time zone at a date: "CET"; one without a name of letters is its offset: "+0330". Names that were used
 * long ago only are not known.
 */
export function zoneName(epoch: number | bigint): string {
  const date = javascriptDate(epoch);
  const offset = -date.getTimezoneOffset();
  const known = zoneNames.get(offset);
  if (known !== undefined) return known;
  zoneFormats ??= REGIONS.map((region) => new Intl.DateTimeFormat(region, { timeZoneName: 'short' }));
  for (const format of zoneFormats) {
    const name = format.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    if (!/^[A-Z]{2,5}$/.test(name)) continue;
    zoneNames.set(offset, name);
    return name;
  }
  const minutes = Math.abs(offset);
  const digits = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  if (digits[1] === '00') digits.pop();
  return (offset < 0 ? '-' : '+') + digits.join('');
}

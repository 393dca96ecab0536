/**
 * What stands before the text of a log line, in HAProxy's formats (manual, section 3.1, `log`; RFC 3164, RFC 5424). Pure: the
 * time is an argument. Headers are kept for the second they are good for, since busy proxies log thousands of lines in one.
 */

/** `default`: rfc3164 with log-send-hostname, else local. `priority`: the number in brackets alone. */
export type LogFormat = 'default' | 'local' | 'rfc3164' | 'rfc5424' | 'priority' | 'short' | 'timed' | 'iso' | 'raw';

/** Who logs. */
export interface LogIdentity {
  /** `log-tag`: the program's name. */
  readonly tag: string;
  readonly pid: number;
  /** `log-send-hostname`: the name to send, undefined for none. */
  readonly hostname: string | undefined;
}

/** Facilities by number, in HAProxy's spelling. */
export const LOG_FACILITIES = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'auth2',
  'ftp',
  'ntp',
  'audit',
  'alert',
  'cron2',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const;

export type LogFacility = (typeof LOG_FACILITIES)[number];

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Digits of the fraction of a second in ISO times. */
const FRACTION_DIGITS = 6;

const LEVELS = 8;

/** Makes the headers of one target. */
export class LogHeader {
  readonly #before: readonly string[];
  readonly #after: string;
  readonly #time: 'none' | 'legacy' | 'iso';
  /** By level: the header for `#second`; in ISO times the fraction is overwritten for each line. */
  readonly #cached: (Buffer | null)[] = new Array(LEVELS).fill(null);
  #second = -1;
  /** Where the fraction begins in each cached header. */
  readonly #fractionAt: number[] = new Array(LEVELS).fill(0);

  constructor(format: LogFormat, facility: LogFacility, identity: LogIdentity) {
    const { tag, pid, hostname } = identity;
    const actual = format === 'default' ? (hostname === undefined ? 'local' : 'rfc3164') : format;
    const facilityNumber = LOG_FACILITIES.indexOf(facility);
    const levels = Array.from({ length: LEVELS }, (_, level) => level);
    const priorities = levels.map((level) => `<${facilityNumber * 8 + level}>`);
    const none = levels.map(() => '');
    switch (actual) {
      case 'rfc3164':
        this.#before = priorities;
        this.#time = 'legacy';
        this.#after = ` ${hostname ?? 'localhost'} ${tag}[${pid}]: `;
        break;
      case 'local':
        this.#before = priorities;
        this.#time = 'legacy';
        this.#after = ` ${tag}[${pid}]: `;
        break;
      case 'rfc5424':
        this.#before = priorities.map((priority) => `${priority}1 `);
        this.#time = 'iso';
        this.#after = ` ${hostname ?? '-'} ${tag} ${pid} - - `;
        break;
      case 'priority':
        this.#before = priorities;
        this.#time = 'none';
        this.#after = '';
        break;
      case 'short':
        this.#before = levels.map((level) => `<${level}>`);
        this.#time = 'none';
        this.#after = '';
        break;
      case 'timed':
        this.#before = levels.map((level) => `<${level}>`);
        this.#time = 'iso';
        this.#after = ' ';
        break;
      case 'iso':
        this.#before = none;
        this.#time = 'iso';
        this.#after = ' ';
        break;
      case 'raw':
        this.#before = none;
        this.#time = 'none';
        this.#after = '';
        break;
    }
  }

  /** The header's bytes, good until the next call. `nowMs`: since 1970. */
  at(level: number, nowMs: number): Buffer {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      if (this.#time !== 'none') this.#cached.fill(null);
      this.#second = second;
    }
    const header = this.#cached[level] ?? this.#make(level, nowMs);
    if (this.#time === 'iso') {
      const at = this.#fractionAt[level] as number;
      const ms = nowMs - second * 1000;
      header[at] = 48 + Math.floor(ms / 100);
      header[at + 1] = 48 + (Math.floor(ms / 10) % 10);
      header[at + 2] = 48 + (Math.floor(ms) % 10);
    }
    return header;
  }

  #make(level: number, nowMs: number): Buffer {
    const before = this.#before[level] as string;
    let time = '';
    if (this.#time === 'legacy') time = legacyTime(nowMs);
    else if (this.#time === 'iso') {
      time = isoTime(nowMs);
      this.#fractionAt[level] = before.length + time.indexOf('.') + 1;
    }
    const header = Buffer.from(before + time + this.#after, 'utf8');
    this.#cached[level] = header;
    return header;
  }
}

/** `Nov  1 10:11:12`, local time. */
function legacyTime(nowMs: number): string {
  const date = new Date(nowMs);
  const day = String(date.getDate()).padStart(2);
  return `${MONTHS[date.getMonth()]} ${day} ${clock(date)}`;
}

/** `2026-11-01T10:11:12.000000+01:00`, local time. */
function isoTime(nowMs: number): string {
  const date = new Date(nowMs);
  const east = -date.getTimezoneOffset();
  const zone = `${east < 0 ? '-' : '+'}${two(Math.floor(Math.abs(east) / 60))}:${two(Math.abs(east) % 60)}`;
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${clock(date)}.${'0'.repeat(FRACTION_DIGITS)}${zone}`;
}

function clock(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

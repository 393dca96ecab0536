/** Numbers, times and addresses as keepalived's C writes them, for dumps that tools of keepalived read. */

import { ipv6Text } from '../../sys/socket-address.ts';

/** `printf("%g")`: six significant digits, no zeros at the end. */
export function generalNumber(value: number): string {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(6)))));
  if (exponent >= -4 && exponent < 6) return String(Number(value.toPrecision(6)));
  const [mantissa = '', power = ''] = value.toExponential(5).split('e');
  const digits = power.replace(/^[+-]/, '').padStart(2, '0');
  return `${Number(mantissa)}e${power.startsWith('-') ? '-' : '+'}${digits}`;
}

/** Seconds with six digits behind the point, of milliseconds. */
export function microsecondTime(ms: number): string {
  return (Math.round(ms * 1000) / 1e6).toFixed(6);
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (number: number): string => String(number).padStart(2, '0');

/** `Sat Nov 21 17:20:37.989001 2026`, local time; `fraction` as wanted. */
export function calendarTime(date: Date, fraction = ''): string {
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const day = String(date.getDate()).padStart(2, ' ');
  return `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${day} ${time}${fraction} ${date.getFullYear()}`;
}

/** `1795281637.989001 (Sat Nov 21 17:20:37.989001 2026)`. */
export function dumpedTime(wallClockMs: number): string {
  const seconds = microsecondTime(wallClockMs);
  const fraction = seconds.slice(seconds.indexOf('.'));
  return `${seconds} (${calendarTime(new Date(wallClockMs), fraction)})`;
}

/** 4 or 16 bytes as text. */
export function addressText(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : ipv6Text(Buffer.from(bytes), 0);
}

/** `10.0.0.0/24`; a whole address stands without its length. */
export function prefixText(bytes: Uint8Array, length: number): string {
  return length === bytes.length * 8 ? addressText(bytes) : `${addressText(bytes)}/${length}`;
}

export function macText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** The words of a command in quotes, as keepalived shows scripts; one that begins with a redirection stands bare. */
export function commandText(words: readonly string[]): string {
  return words.map((word, at) => (at === 0 && /^[<>]/.test(word) ? word : `'${word}'`)).join(' ');
}

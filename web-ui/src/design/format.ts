/** Numbers with their units, times in words: the same on every page. */

/** Nobody needs to know it more exactly, and clocks differ by as much. */
const JUST_NOW_MS = 3_000;

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** 12,345 */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** 950 B, 1.2 KB, 34 MB: powers of 1024, as HAProxy counts. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let index = 0;
  while (value >= 1024 && index < units.length - 1) {
    value /= 1024;
    index++;
  }
  return `${value >= 10 || index === 0 ? whole.format(value) : oneDigit.format(value)} ${units[index]}`;
}

/** 12/s, 0.4/s */
export function formatRate(perSecond: number): string {
  return `${perSecond >= 10 ? whole.format(perSecond) : oneDigit.format(perSecond)}/s`;
}

/** 8 ms, 1.5 s, 3 min, 2 h, 5 d: the largest unit that fits. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${whole.format(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${oneDigit.format(seconds)} s`;
  if (seconds < 3600) return `${whole.format(Math.floor(seconds / 60))} min`;
  if (seconds < 48 * 3600) return `${oneDigit.format(seconds / 3600)} h`;
  return `${whole.format(seconds / 86_400)} d`;
}

/** 2026-11-21 20:55:03, in the time of this browser. */
export function formatTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** "just now", "35 s ago", "3 min ago" */
export function formatAge(milliseconds: number, nowMs = Date.now()): string {
  const ageMs = nowMs - milliseconds;
  return ageMs < JUST_NOW_MS ? 'just now' : `${formatDuration(1000 * Math.floor(ageMs / 1000))} ago`;
}

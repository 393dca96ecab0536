/** timerfd_create(2): a deadline as a descriptor, for loops that have no timeout of their own. */
import { native, settle } from './ffi.ts';
import { allocate, writeWord } from './memory.ts';
import { read } from './pipe.ts';

const CLOCK_MONOTONIC = 1;
const TFD_FLAGS = 0o2004000; // TFD_NONBLOCK | TFD_CLOEXEC

const cCreate = native('int timerfd_create(int, int)');
const cSetTime = native('int timerfd_settime(int, int, uintptr_t, uintptr_t)');

/** struct itimerspec: interval and first expiry, seconds and nanoseconds, 8 bytes each. */
const setting = allocate(32);
const expirations = allocate(8);

/** A timer on the monotonic clock, not running; or `-errno`. */
export function create(): number {
  return settle(cCreate(CLOCK_MONOTONIC, TFD_FLAGS));
}

/** Expires once after `delayMs` (0 stops it), then every `intervalMs` unless that is 0. */
export function set(fd: number, delayMs: number, intervalMs = 0): number {
  writeSpan(0, intervalMs);
  writeSpan(16, delayMs);
  return settle(cSetTime(fd, 0, setting.address, 0));
}

/** How often it expired since the last look, or -EAGAIN. */
export function take(fd: number): number {
  const result = read(fd, expirations.address, 8);
  return result < 0 ? result : expirations.bytes.readUInt32LE(0);
}

function writeSpan(offset: number, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  writeWord(setting.bytes, offset, seconds);
  writeWord(setting.bytes, offset + 8, Math.round((ms - seconds * 1000) * 1e6));
}

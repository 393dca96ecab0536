/** Puts the machine's clock right (adjtimex(2), settimeofday(2)); needs CAP_SYS_TIME. */
import { nativeIfPresent, settle } from './ffi.ts';
import { allocate, writeWord } from './memory.ts';

/** struct timex of 64-bit Linux: u32 modes, then words of 8 bytes. */
const TIMEX_BYTES = 208;
const AT = { modes: 0, offset: 8, maximumError: 24, estimatedError: 32, status: 40, constant: 48 } as const;
const ADJ_OFFSET = 0x1;
const ADJ_MAXERROR = 0x4;
const ADJ_ESTERROR = 0x8;
const ADJ_STATUS = 0x10;
const ADJ_TIMECONST = 0x20;
/** The kernel's own loop follows the offset and learns the oscillator's error. */
const STA_PLL = 0x1;

const cAdjtimex = nativeIfPresent('int adjtimex(uintptr_t)');
const cSetTime = nativeIfPresent('int settimeofday(uintptr_t, uintptr_t)');
const ENOSYS = 38;

/** Sets the time at once; 0 or `-errno`. @param epochMs since 1970 */
export function setClock(epochMs: number): number {
  if (cSetTime === undefined) return -ENOSYS;
  // struct timeval: seconds, microseconds.
  const time = allocate(16);
  const seconds = Math.floor(epochMs / 1000);
  writeWord(time.bytes, 0, seconds);
  writeWord(time.bytes, 8, Math.floor((epochMs - seconds * 1000) * 1000));
  return settle(cSetTime(time.address, 0));
}

/**
 * Turns the time slowly by an offset of at most half a second, and tells the kernel that its clock is kept; the kernel
 * believes that for some hours. 0 or `-errno`.
 * @param errorMs how wrong it may be after that
 * @param constant binary logarithm of seconds between two calls, less 4
 */
export function steerClock(offsetMs: number, errorMs: number, constant: number): number {
  if (cAdjtimex === undefined) return -ENOSYS;
  const timex = allocate(TIMEX_BYTES);
  timex.bytes.writeUInt32LE(ADJ_OFFSET | ADJ_MAXERROR | ADJ_ESTERROR | ADJ_STATUS | ADJ_TIMECONST, AT.modes);
  timex.bytes.writeBigInt64LE(BigInt(Math.round(offsetMs * 1000)), AT.offset);
  const error = BigInt(Math.ceil(errorMs * 1000));
  timex.bytes.writeBigInt64LE(error, AT.maximumError);
  timex.bytes.writeBigInt64LE(error, AT.estimatedError);
  timex.bytes.writeInt32LE(STA_PLL, AT.status);
  timex.bytes.writeBigInt64LE(BigInt(constant), AT.constant);
  return Math.min(settle(cAdjtimex(timex.address)), 0);
}

/**
 * A hardware watchdog (linux/Documentation/watchdog/watchdog-api.rst): once opened it resets the machine unless something
 * is written to it in time. A `V` before close disarms it, where the driver lets it. Functions return >= 0 or -errno.
 */
import { native, settle } from './ffi.ts';
import { allocate } from './memory.ts';

// _IOR and _IOWR of 'W': read an int, or write and read one.
const WDIOC_GETBOOTSTATUS = 0x8004_5702;
const WDIOC_SETTIMEOUT = 0xc004_5706;
/** The last start was a reset by the watchdog. */
const WDIOF_CARDRESET = 0x20;

const cIoctl = native('int ioctl(int, unsigned long, uintptr_t)');
const word = allocate(4);

/** @returns the timeout granted, in seconds, which may be longer; or `-errno` (-ENOTTY: no watchdog) */
export function setWatchdogTimeout(fd: number, seconds: number): number {
  word.bytes.writeInt32LE(seconds);
  const result = settle(cIoctl(fd, WDIOC_SETTIMEOUT, word.address));
  return result < 0 ? result : word.bytes.readInt32LE();
}

/** 1: this watchdog reset the machine, and so it started; 0: it did not, or does not tell; or `-errno`. */
export function resetByWatchdog(fd: number): number {
  const result = settle(cIoctl(fd, WDIOC_GETBOOTSTATUS, word.address));
  return result < 0 ? result : Number((word.bytes.readInt32LE() & WDIOF_CARDRESET) !== 0);
}

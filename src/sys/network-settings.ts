/** The kernel's settings of the network, below /proc/sys/net. */
import { readFileSync, writeFileSync } from 'node:fs';
import { ENOENT } from './errno.ts';

const ROOT = '/proc/sys/net';

/** The number in a file below /proc/sys/net, such as `ipv4/conf/all/rp_filter`; or `-errno`. */
export function readSetting(path: string): number {
  try {
    return Number.parseInt(readFileSync(`${ROOT}/${path}`, 'utf8'), 10);
  } catch (error) {
    return errnoOf(error);
  }
}

/** 0 or `-errno` (-EROFS in a container that may not). */
export function writeSetting(path: string, value: number): number {
  try {
    writeFileSync(`${ROOT}/${path}`, `${value}`);
    return 0;
  } catch (error) {
    return errnoOf(error);
  }
}

function errnoOf(error: unknown): number {
  const { errno } = error as NodeJS.ErrnoException;
  return errno === undefined ? -ENOENT : errno;
}

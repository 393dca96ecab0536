/** Memory as /proc/meminfo tells it. */

import { readFileSync } from 'node:fs';

export interface MemoryReading {
  readonly totalBytes: number;
  /** What programs could still get. */
  readonly availableBytes: number;
  readonly swapTotalBytes: number;
  readonly swapUsedBytes: number;
}

/** @param text of /proc/meminfo */
export function readMemory(text = readFileSync('/proc/meminfo', 'latin1')): MemoryReading {
  const field = (name: string): number => 1024 * Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0);
  const swapTotalBytes = field('SwapTotal');
  return {
    totalBytes: field('MemTotal'),
    availableBytes: field('MemAvailable'),
    swapTotalBytes,
    swapUsedBytes: swapTotalBytes - field('SwapFree'),
  };
}

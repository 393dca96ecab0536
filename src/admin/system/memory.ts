/** Memory as /proc/meminfo tells it. */

import { readFileSync } from 'node:fs';
import type { MemoryReading } from '../answers/system.ts';

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

/**
 * Memory given back to the system when a process has started, and when it rests after a burst: a Node process comes up
 * with some 45 MB of its executable mapped in and a heap as large as compiling made it; V8's optimizing compiler then
 * leaves 10 MB behind in the C heap. A proxy at rest uses a fraction.
 *
 * Nothing is lost: the executable's pages are clean copies of a file, and those that are used again come back from the
 * page cache, 16 at a time (a minor fault, about 1 us).
 */
import { readFileSync } from 'node:fs';
import { native, nativeIfPresent } from './ffi.ts';

const MADV_DONTNEED = 4;

const cMadvise = native('int madvise(uintptr_t, size_t, int)');
/** The GNU C library has it, musl has not (and keeps less). */
const cMallocTrim = nativeIfPresent('int malloc_trim(size_t)');
const cMallopt = nativeIfPresent('int mallopt(int, int)');
const M_MMAP_THRESHOLD = -3;
const LARGE_BYTES = 1 << 20;

interface Mapping {
  readonly start: number;
  readonly length: number;
}

/**
 * Of the text of /proc/self/smaps, the mappings of files that cannot be written to and never were: code and constants.
 * Others that are read-only now hold addresses that the loader wrote (RELRO), which the file has not.
 */
export function cleanMappings(smaps: string): Mapping[] {
  const found: Mapping[] = [];
  for (const mapping of smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)) {
    const parts = /^([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ \d+ +\/.*$/m.exec(mapping);
    if (parts === null) continue;
    const counts = mapping.match(/^(?:Private_Dirty|Anonymous|Swap): +0 kB$/gm);
    if (counts?.length !== 3) continue;
    const start = Number.parseInt(parts[1] as string, 16);
    found.push({ start, length: Number.parseInt(parts[2] as string, 16) - start });
  }
  return found;
}

/**
 * Collects garbage (where Node was started with --expose-gc), trims the C heap, lets go of the clean pages of files.
 * `thoroughly` also throws away compiled code: right after the start, when hardly any of it will be used again.
 */
export function releaseMemory(thoroughly: boolean): void {
  const clean = ownCleanMappings();
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: thoroughly ? 'last-resort' : 'regular' });
  cMallocTrim?.(0);
  for (const { start, length } of clean) cMadvise(start, length, MADV_DONTNEED);
}

/**
 * From now on blocks of 1 MB and more go back to the system when they are freed. By itself the GNU C library learns to
 * keep them once one was freed: scrypt's 16 MB for a password would stay with each of Node's four threads.
 */
export function returnLargeBlocks(): void {
  cMallopt?.(M_MMAP_THRESHOLD, LARGE_BYTES);
}

function ownCleanMappings(): Mapping[] {
  try {
    return cleanMappings(readFileSync('/proc/self/smaps', 'latin1'));
  } catch {
    return []; // no /proc here: the pages stay, which harms nothing
  }
}

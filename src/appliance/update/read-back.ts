/**
 * What is on the medium, as opposed to what the kernel remembers of having written: read past the page cache (O_DIRECT),
 * which wants memory and places in whole pages.
 */

import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { allocate, type NativeMemory } from '../../sys/memory.ts';
import type { Region } from '../boot/region.ts';

const PAGE_SIZE = 4096;
const BLOCK_SIZE = 256 * 1024;

/**
 * sha256 of the first `size` bytes of the region, hexadecimal. Throws when the medium cannot be read, or ends before.
 */
export async function hashOnMedium(region: Region, size: number): Promise<string> {
  const file = await openPastCache(region.path);
  const memory = allocate(BLOCK_SIZE + PAGE_SIZE);
  const block = wholePages(memory);
  const hash = createHash('sha256');
  try {
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(block, 0, BLOCK_SIZE, region.offset + at);
      if (bytesRead === 0) throw new Error(`${region.path} ends before what was written to it does`);
      hash.update(block.subarray(0, Math.min(bytesRead, size - at)));
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** The part of the memory that begins with a page. */
function wholePages({ bytes, address }: NativeMemory): Buffer {
  return bytes.subarray((PAGE_SIZE - (address % PAGE_SIZE)) % PAGE_SIZE);
}

async function openPastCache(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_DIRECT);
  } catch (error) {
    // A file in memory has no medium below it.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
    return await open(path, constants.O_RDONLY);
  }
}

/** A stretch of a medium: a partition, or a part of a disk or of an image file. */

import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

export interface Region {
  readonly path: string;
  /** In bytes, from the start of what `path` names. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
}

/** The whole region; shorter where the medium ends before it does. Throws when the medium cannot be read. */
export function readRegion(region: Region): Buffer {
  const bytes = Buffer.alloc(region.size);
  const fd = openSync(region.path, 'r');
  try {
    let at = 0;
    while (at < bytes.length) {
      const count = readSync(fd, bytes, at, bytes.length - at, region.offset + at);
      if (count === 0) break;
      at += count;
    }
    return bytes.subarray(0, at);
  } finally {
    closeSync(fd);
  }
}

/** On the medium when it returns. Writes from the start of the region; throws a RangeError for more than it holds. */
export function writeRegion(region: Region, bytes: Buffer): void {
  if (bytes.length > region.size) throw new RangeError(`${bytes.length} bytes for a region of ${region.size}`);
  const fd = openSync(region.path, 'r+');
  try {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(fd, bytes, at, bytes.length - at, region.offset + at);
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

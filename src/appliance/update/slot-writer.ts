/**
 * Writes a slot from front to back, except for its beginning, which comes last: until then nothing there looks like a
 * file system, not even to a boot script that lost its environment.
 */

import { type FileHandle, open } from 'node:fs/promises';
import type { Region } from '../boot/region.ts';

/** What makes a squashfs one, and more. */
const BEGINNING = 4096;
/** So much may wait in the page cache: a slow card must not be given all at once, nor all the memory be filled. */
const FLUSH_EVERY = 4 * 1024 * 1024;

export class SlotWriter {
  readonly #region: Region;
  readonly #file: FileHandle;
  #first: Buffer | undefined;
  #at = 0;
  #unflushed = 0;

  private constructor(region: Region, file: FileHandle) {
    this.#region = region;
    this.#file = file;
  }

  /** What was in the slot is no longer a file system when this returns. Close it. */
  static async open(region: Region): Promise<SlotWriter> {
    const file = await open(region.path, 'r+');
    const writer = new SlotWriter(region, file);
    try {
      await writer.#put(Buffer.alloc(BEGINNING), 0);
      await file.datasync();
    } catch (error) {
      await file.close();
      throw error;
    }
    return writer;
  }

  /** So many bytes were given. */
  get bytes(): number {
    return this.#at;
  }

  /** Only the last part may be shorter than BEGINNING. The part is kept, or written when it returns. */
  async write(part: Buffer): Promise<void> {
    if (this.#first === undefined) this.#first = part;
    else await this.#put(part, this.#at);
    this.#at += part.length;
    this.#unflushed += part.length;
    if (this.#unflushed < FLUSH_EVERY) return;
    this.#unflushed = 0;
    await this.#file.datasync();
  }

  /** All is on the medium when it returns. */
  async finish(): Promise<void> {
    await this.#file.datasync();
    if (this.#first !== undefined) await this.#put(this.#first, 0);
    await this.#file.datasync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #put(bytes: Buffer, at: number): Promise<void> {
    if (at + bytes.length > this.#region.size) throw new RangeError('the slot is full');
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(
        bytes,
        done,
        bytes.length - done,
        this.#region.offset + at + done,
      );
      done += bytesWritten;
    }
  }
}

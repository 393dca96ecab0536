/**
 * A bundle from a stream: first its manifest, once that is known to be signed, then its payload in whole chunks, each
 * known to be what was signed. Never holds more than a chunk and what came with it.
 */

import { createHash, type KeyObject } from 'node:crypto';
import { Refusal } from '../control/command.ts';
import { headSize, type Manifest, readHead } from './bundle.ts';

export interface OpenBundle {
  readonly manifest: Manifest;
  /**
   * The payload, in chunks; to be read once, to its end. Throws a Refusal: `update-damaged` for a changed byte,
   * `update-truncated`. What follows the last chunk is refused before that chunk is given out.
   */
  chunks(): AsyncGenerator<Buffer>;
}

/** Reads as far as the manifest. Throws a Refusal, and whatever the source throws. */
export async function openBundle(source: AsyncIterable<Buffer>, keys: readonly KeyObject[]): Promise<OpenBundle> {
  const input = new Input(source);
  let wanted = headSize(Buffer.alloc(0));
  while (true) {
    const head = await input.peek(wanted);
    const needed = headSize(head);
    if (head.length < wanted) throw truncated();
    if (needed === wanted) break;
    wanted = needed;
  }
  const manifest = readHead(await input.take(wanted), keys);
  return { manifest, chunks: () => payload(input, manifest) };
}

async function* payload(input: Input, manifest: Manifest): AsyncGenerator<Buffer> {
  let left = manifest.size;
  for (const hash of manifest.chunks) {
    const size = Math.min(left, manifest.chunkSize);
    left -= size;
    const chunk = await input.take(size);
    if (chunk.length < size) throw truncated();
    if (createHash('sha256').update(chunk).digest('hex') !== hash) {
      throw new Refusal('update-damaged', 'the update was changed on its way: a part of it is not what was signed');
    }
    if (left === 0 && (await input.peek(1)).length > 0) {
      throw new Refusal('update-damaged', 'the update goes on behind its end');
    }
    yield chunk;
  }
}

function truncated(): Refusal {
  return new Refusal('update-truncated', 'the update is cut short: the end of the file is missing');
}

/** What has come and was not taken yet; asks the source for more only when that is not enough. */
class Input {
  readonly #source: AsyncIterator<Buffer>;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** So many bytes, or fewer where the source ends; they stay. */
  async peek(size: number): Promise<Buffer> {
    while (this.#length < size) {
      const next = await this.#source.next();
      if (next.done) break;
      this.#parts.push(next.value);
      this.#length += next.value.length;
    }
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)];
    return (this.#parts[0] ?? Buffer.alloc(0)).subarray(0, size);
  }

  async take(size: number): Promise<Buffer> {
    const taken = await this.peek(size);
    const rest = (this.#parts[0] ?? taken).subarray(taken.length);
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return taken;
  }
}

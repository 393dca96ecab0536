/**
 * What has arrived on a connection and nobody has read: lines, and bytes that follow a line. Bounded: `feed` says when
 * the sender has to wait, and a line that is longer than LONGEST_LINE is refused before it is whole.
 */

export const LONGEST_LINE = 64 * 1024;
const LINE_FEED = 0x0a;

export type ReadLine =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'end' };

export class Received {
  #chunks: Buffer[] = [];
  #length = 0;
  #ended = false;
  #wake: (() => void) | undefined;
  readonly #onDrained: () => void;

  /** @param onDrained called when there is room again */
  constructor(onDrained: () => void) {
    this.#onDrained = onDrained;
  }

  /** False: more than enough is here. */
  feed(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    this.#wakeUp();
    return this.#length < LONGEST_LINE;
  }

  end(): void {
    this.#ended = true;
    this.#wakeUp();
  }

  /** The next line, without its end. What stands behind the last line end is no line. */
  async line(): Promise<ReadLine> {
    let searched = 0;
    while (true) {
      const all = this.#joined();
      const at = all.indexOf(LINE_FEED, searched);
      if (at > LONGEST_LINE || (at < 0 && all.length > LONGEST_LINE)) return { kind: 'too-long' };
      if (at >= 0) {
        this.#take(at + 1);
        return { kind: 'line', text: all.toString('utf8', 0, at) };
      }
      if (this.#ended) return { kind: 'end' };
      searched = all.length;
      this.#onDrained(); // a line of the longest kind needs room for its end
      await this.#more();
    }
  }

  /** At most `most` bytes, at least one; undefined: there will be none. */
  async bytes(most: number): Promise<Buffer | undefined> {
    while (this.#length === 0) {
      if (this.#ended) return undefined;
      await this.#more();
    }
    const first = this.#chunks[0] as Buffer;
    const part = first.subarray(0, most);
    this.#take(part.length);
    return part;
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  #take(length: number): void {
    const first = this.#chunks[0] as Buffer;
    if (first.length === length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(length);
    this.#length -= length;
    if (this.#length < LONGEST_LINE) this.#onDrained();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

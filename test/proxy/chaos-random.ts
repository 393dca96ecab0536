/** Chance that can be played again: every actor draws from a sequence of its own, made of the seed and its name. */
export class Chance {
  #state: number;

  constructor(seed: number, name: string) {
    let hash = seed | 0;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    this.#state = hash;
  }

  /** 0 <= x < 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** Mostly small, sometimes larger than any buffer. */
  size(): number {
    return this.pick([
      0,
      1,
      this.below(100),
      this.below(3000),
      this.below(40_000),
      this.once(4) ? this.below(600_000) : 7,
    ]);
  }

  /** Cuts a text into random pieces. */
  pieces(text: string): string[] {
    if (this.once(3) || text.length === 0) return [text];
    const parts: string[] = [];
    const largest = this.pick([1, 3, 40, 2000, 30_000]);
    let at = 0;
    // Not more than a hundred: a large text ends with a large piece.
    while (at < text.length && parts.length < 100) {
      const end = at + 1 + this.below(largest);
      parts.push(text.slice(at, end));
      at = end;
    }
    if (at < text.length) parts.push(text.slice(at));
    return parts;
  }
}

/** The body that belongs to a request or response called `name`. */
export function bodyOf(name: string, size: number): string {
  return `${name}.`.repeat(Math.ceil(size / (name.length + 1))).slice(0, size);
}

export function chunked(body: string, chance: Chance): string {
  let text = '';
  for (let at = 0; at < body.length; ) {
    const end = Math.min(body.length, at + 1 + chance.below(chance.pick([1, 10, 5000, 50_000])) + body.length / 200);
    const part = body.slice(at, Math.floor(end));
    text += `${part.length.toString(16)}${chance.once(5) ? ';extension=1' : ''}\r\n${part}\r\n`;
    at += part.length;
  }
  return `${text}0\r\n${chance.once(4) ? 'x-trailer: yes\r\n' : ''}\r\n`;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

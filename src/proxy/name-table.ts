/** Things by names that rules compute: found by the name's bytes where they lie, without a string of them. */
import { equalPieces, foldOf, hashOf } from '../sample/patterns/text-hash.ts';
import { encoded } from '../sample/text-output.ts';

interface Entry<T> {
  readonly name: Buffer;
  readonly value: T;
}

const AS_IT_IS = foldOf(false);

export class NameTable<T> {
  readonly #buckets: readonly (readonly Entry<T>[])[];
  readonly #mask: number;

  constructor(named: ReadonlyMap<string, T>) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(named.size * 2, 2)));
    const buckets: Entry<T>[][] = Array.from({ length: size }, () => []);
    this.#mask = size - 1;
    for (const [text, value] of named) {
      const name = encoded(text);
      buckets[hashOf(name, 0, name.length, AS_IT_IS) & this.#mask]?.push({ name, value });
    }
    this.#buckets = buckets;
  }

  /** What has the name `bytes[start,end)`, or null. */
  find(bytes: Buffer, start: number, end: number): T | null {
    const bucket = this.#buckets[hashOf(bytes, start, end, AS_IT_IS) & this.#mask] as readonly Entry<T>[];
    const length = end - start;
    for (let i = 0; i < bucket.length; i++) {
      const { name, value } = bucket[i] as Entry<T>;
      if (name.length === length && equalPieces(name, 0, bytes, start, length, AS_IT_IS)) return value;
    }
    return null;
  }
}

/**
 * The entries of one list of patterns: key, value, line of the file, version, in the order of arrival. They are offsets
 * into the bytes of the file (or into what was added behind), not objects: a map of 300,000 lines costs a few megabytes.
 * An entry is known by its number, which changes only when the list is compacted.
 */
import { latin1Text } from '../../http/latin1-text.ts';

const FIRST_CAPACITY = 16;
const NO_VALUE = -1;

/** `version` of an entry that was deleted. */
export const DELETED = -1;

export class EntryStore {
  bytes: Buffer;
  /** Bytes in use; what is added goes behind. */
  #used: number;
  #capacity = FIRST_CAPACITY;
  keyStart = new Int32Array(FIRST_CAPACITY);
  keyEnd = new Int32Array(FIRST_CAPACITY);
  valueStart = new Int32Array(FIRST_CAPACITY);
  valueEnd = new Int32Array(FIRST_CAPACITY);
  /** 0: not from a file. */
  line = new Int32Array(FIRST_CAPACITY);
  version = new Float64Array(FIRST_CAPACITY);
  /** Ascending; unlike its number an entry's serial never changes. */
  serial = new Int32Array(FIRST_CAPACITY);
  #nextSerial = 0;
  /** Numbers given so far, those of deleted entries among them. */
  count = 0;
  /** Entries that are not deleted. */
  alive = 0;
  /** Bytes of values that have been replaced. */
  wasted = 0;

  /** `bytes`: where the first entries lie (`addAt`); it is not changed. */
  constructor(bytes: Buffer = Buffer.alloc(0)) {
    this.bytes = bytes;
    this.#used = bytes.length;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** An entry whose texts lie in `bytes`; `valueStart` -1: no value. */
  addAt(keyStart: number, keyEnd: number, valueStart: number, valueEnd: number, line: number, version: number): number {
    if (this.count === this.#capacity) this.#grow();
    const entry = this.count++;
    this.alive++;
    this.keyStart[entry] = keyStart;
    this.keyEnd[entry] = keyEnd;
    this.valueStart[entry] = valueStart;
    this.valueEnd[entry] = valueEnd;
    this.line[entry] = line;
    this.version[entry] = version;
    this.serial[entry] = this.#nextSerial++;
    return entry;
  }

  /** An entry of its own texts (one character a byte). */
  add(key: string, value: string | undefined, line: number, version: number): number {
    const keyStart = this.#keep(key);
    const valueStart = value === undefined ? NO_VALUE : this.#keep(value);
    return this.addAt(keyStart, keyStart + key.length, valueStart, valueStart + (value ?? '').length, line, version);
  }

  delete(entry: number): void {
    if (this.version[entry] === DELETED) return;
    this.version[entry] = DELETED;
    this.alive--;
  }

  setValue(entry: number, value: string): void {
    const room = (this.valueEnd[entry] as number) - (this.valueStart[entry] as number);
    const fits = this.valueStart[entry] !== NO_VALUE && value.length <= room;
    this.wasted += fits ? room - value.length : room;
    const start = fits ? (this.valueStart[entry] as number) : this.#keep(value);
    if (fits) {
      this.#own();
      this.bytes.write(value, start, 'latin1');
    }
    this.valueStart[entry] = start;
    this.valueEnd[entry] = start + value.length;
  }

  key(entry: number): string {
    return latin1Text(this.bytes, this.keyStart[entry] as number, this.keyEnd[entry] as number);
  }

  value(entry: number): string | undefined {
    const start = this.valueStart[entry] as number;
    return start === NO_VALUE ? undefined : latin1Text(this.bytes, start, this.valueEnd[entry] as number);
  }

  /** The living entry with this serial, or -1. */
  bySerial(serial: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.serial[middle] as number) < serial) low = middle + 1;
      else high = middle;
    }
    return low < this.count && this.serial[low] === serial && this.version[low] !== DELETED ? low : -1;
  }

  /** Forgets deleted entries and their bytes; numbers change: `moved` tells where each entry went (-1: gone). */
  compact(): Int32Array {
    const moved = new Int32Array(this.count).fill(-1);
    const { bytes: oldBytes, count: oldCount } = this;
    let size = 0;
    for (let entry = 0; entry < oldCount; entry++) {
      if (this.version[entry] === DELETED) continue;
      size += (this.keyEnd[entry] as number) - (this.keyStart[entry] as number);
      size += (this.valueEnd[entry] as number) - (this.valueStart[entry] as number);
    }
    const bytes = Buffer.allocUnsafeSlow(size);
    let at = 0;
    let next = 0;
    const copy = (start: number, end: number): number => {
      const begin = at;
      at += oldBytes.copy(bytes, at, start, end);
      return begin;
    };
    for (let entry = 0; entry < oldCount; entry++) {
      if (this.version[entry] === DELETED) continue;
      const number = next++;
      moved[entry] = number;
      const keyAt = copy(this.keyStart[entry] as number, this.keyEnd[entry] as number);
      const keyLength = (this.keyEnd[entry] as number) - (this.keyStart[entry] as number);
      const valueLength = (this.valueEnd[entry] as number) - (this.valueStart[entry] as number);
      const without = this.valueStart[entry] === NO_VALUE;
      const valueAt = without ? NO_VALUE : copy(this.valueStart[entry] as number, this.valueEnd[entry] as number);
      this.keyStart[number] = keyAt;
      this.keyEnd[number] = keyAt + keyLength;
      this.valueStart[number] = valueAt;
      this.valueEnd[number] = without ? NO_VALUE : valueAt + valueLength;
      this.line[number] = this.line[entry] as number;
      this.version[number] = this.version[entry] as number;
      this.serial[number] = this.serial[entry] as number;
    }
    this.count = next;
    this.bytes = bytes;
    this.#used = size;
    this.wasted = 0;
    this.#owned = true;
    return moved;
  }

  /** Where the text lies that is put behind the bytes in use. */
  #keep(text: string): number {
    const start = this.#used;
    const end = start + text.length;
    if (end > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.bytes.length * 2, 256));
      this.bytes.copy(larger, 0, 0, start);
      this.bytes = larger;
      this.#owned = true;
    }
    this.#own();
    this.bytes.write(text, start, 'latin1');
    this.#used = end;
    return start;
  }

  #owned = false;

  /** The bytes that were handed in belong to somebody else. */
  #own(): void {
    if (this.#owned) return;
    this.bytes = Buffer.from(this.bytes);
    this.#owned = true;
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    const enlarged = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(capacity);
      larger.set(old);
      return larger;
    };
    this.keyStart = enlarged(this.keyStart);
    this.keyEnd = enlarged(this.keyEnd);
    this.valueStart = enlarged(this.valueStart);
    this.valueEnd = enlarged(this.valueEnd);
    this.line = enlarged(this.line);
    this.serial = enlarged(this.serial);
    const versions = new Float64Array(capacity);
    versions.set(this.version);
    this.version = versions;
    this.#capacity = capacity;
  }
}

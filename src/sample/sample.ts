/**
 * A sample: the one value that fetches make, converters change and matches look at. The object is a register that is
 * used again and again; nothing is allocated per evaluation.
 *
 *   BOOL, SINT   `integer` (a number while that is exact, else a bigint; always within 64 signed bits)
 *   IPV4         `integer`, 0 to 2^32-1
 *   IPV6         16 bytes in `bytes[start,end)`
 *   STR, BIN     `bytes[start,end)`
 *   METH         the method's number in `integer`, its name in `bytes[start,end)`
 */
import { SAMPLE_TYPES, type SampleType } from '../config/sample-types.ts';
import { areaOf, type ByteArea } from '../http/copy-bytes.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { Span } from './span.ts';
import type { TextOutput } from './text-output.ts';

export const ANY = 0;
export const BOOL = 1;
export const SINT = 2;
export const ADDR = 3;
export const IPV4 = 4;
export const IPV6 = 5;
export const STR = 6;
export const BIN = 7;
export const METH = 8;

/** The number of a type that a declaration names. */
export function typeNumber(name: SampleType): number {
  return SAMPLE_TYPES.indexOf(name);
}

const LOWEST = -(1n << 63n);
const HIGHEST = (1n << 63n) - 1n;

/** Scratch memory for new text: used in turn, so that a result outlives a few more conversions, never a request. */
const SCRATCH_COUNT = 16;
const SCRATCH_SIZE = 16_384;
const SHORT_TEXT = 48;
const scratch: ByteArea[] = Array.from({ length: SCRATCH_COUNT }, () => makeScratch(SCRATCH_SIZE));
let turn = 0;

function makeScratch(size: number): ByteArea {
  return areaOf(Buffer.allocUnsafeSlow(size));
}

/** The next piece of scratch memory, at least `size` bytes. */
export function takeScratchArea(size: number): ByteArea {
  turn = (turn + 1) % SCRATCH_COUNT;
  let piece = scratch[turn] as ByteArea;
  if (piece.bytes.length < size) {
    piece = makeScratch(size);
    scratch[turn] = piece;
  }
  return piece;
}

/** The same for whoever writes byte by byte. */
export function takeScratch(size: number): Buffer {
  return takeScratchArea(size).bytes;
}

export class Sample extends Span {
  type = ANY;
  integer: number | bigint = 0;
  /** There is no sample yet, or not the last word on it: more data may come. */
  mayChange = false;

  setBoolean(value: boolean): true {
    this.type = BOOL;
    this.integer = value ? 1 : 0;
    return true;
  }

  /** A whole number; what does not fit into 64 signed bits becomes the nearest that does. */
  setInteger(value: number | bigint): true {
    this.type = SINT;
    if (typeof value === 'number') {
      this.integer = Number.isSafeInteger(value) ? value : BigInt(Math.trunc(value));
      if (typeof this.integer === 'number') return true;
      value = this.integer;
    }
    if (value > HIGHEST) this.integer = HIGHEST;
    else if (value < LOWEST) this.integer = LOWEST;
    else if (value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER) this.integer = Number(value);
    else this.integer = value;
    return true;
  }

  setIpv4(value: number): true {
    this.type = IPV4;
    this.integer = value >>> 0;
    return true;
  }

  /** 16 bytes that lie at `start`. */
  setIpv6(bytes: Buffer, start: number): true {
    this.type = IPV6;
    this.set(bytes, start, start + 16);
    return true;
  }

  /** Bytes where they lie: they are not copied. */
  setBytes(type: typeof STR | typeof BIN, bytes: Buffer, start: number, end: number): true {
    this.type = type;
    this.set(bytes, start, end);
    return true;
  }

  /** The same of bytes of which there is a view. */
  setViewedBytes(type: typeof STR | typeof BIN, { bytes, view }: ByteArea, start: number, end: number): true {
    this.type = type;
    this.setViewed(bytes, view, start, end);
    return true;
  }

  /** Text of one character a byte, copied into scratch memory. */
  setText(text: string): true {
    const { length } = text;
    const piece = takeScratch(length);
    // Below that, calling out of JavaScript costs more than the copy.
    if (length > SHORT_TEXT) piece.write(text, 'latin1');
    else for (let i = 0; i < length; i++) piece[i] = text.charCodeAt(i);
    return this.setBytes(STR, piece, 0, length);
  }

  /** The bytes of STR, BIN and METH (and of IPV6) as text of one character a byte. */
  text(): string {
    return latin1Text(this.bytes, this.start, this.end);
  }

  /** Writes a number or an IPv4 address as text, without bytes of its own on the way. Returns false for all else. */
  appendFigure(output: TextOutput): boolean {
    const { type, integer } = this;
    if (typeof integer !== 'number') return false;
    if (type === IPV4) output.ipv4(integer >>> 24, (integer >>> 16) & 255, (integer >>> 8) & 255, integer & 255);
    else if (type === SINT || type === BOOL) output.number(integer);
    else return false;
    return true;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Takes over another's value. */
  copy(other: Sample): void {
    this.type = other.type;
    this.integer = other.integer;
    this.set(other.bytes, other.start, other.end);
    this.mayChange = other.mayChange;
  }
}

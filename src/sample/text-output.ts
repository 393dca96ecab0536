/**
 * Text in the making: bytes, one character each, at the end of memory that is used again and again. Formats are written
 * piece by piece into it, and what takes the text copies it from there: no string is made on the way, for each would cost
 * a call or two out of JavaScript and memory to collect.
 *
 *   | room for a log line's header | text so far | free ...
 *                                  ^- TEXT_START ^- end
 *
 * Writers may nest: whoever begins in the middle of another's text takes its own part off the end again (`take`).
 */
import { areaOf, type ByteArea, copyRun } from '../http/copy-bytes.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { LOG_HEADER_ROOM } from '../net/syslog.ts';
import { allocate, type NativeMemory } from '../sys/memory.ts';

/** Where text begins. */
export const TEXT_START = LOG_HEADER_ROOM;
const FIRST_SIZE = TEXT_START + 32_768;
/** Below that, calling out of JavaScript costs more than a loop over the bytes. */
const SHORT = 48;
const ZERO = 48;
const MINUS = 45;
const WORD = 4;

/** The characters of a short text in one word, as `short` takes it. */
export function inWord(text: string): number {
  let word = 0;
  for (let i = 0; i < text.length; i++) word |= text.charCodeAt(i) << (8 * i);
  return word;
}

/** Numbers of up to three digits, as they are and with zeros in front. */
const DIGITS = Int32Array.from({ length: 1000 }, (_, value) => inWord(String(value)));
const PADDED_DIGITS = Int32Array.from({ length: 1000 }, (_, value) => inWord(String(value).padStart(3, '0')));

/** Node's Buffer has this method, its types do not; `write` would spend as much again on reading its arguments. */
interface Latin1Target {
  latin1Write(text: string, at: number): number;
}

class TextOutput {
  memory: NativeMemory = allocate(FIRST_SIZE);
  bytes: Buffer = this.memory.bytes;
  view: DataView = this.memory.view;
  end: number = TEXT_START;

  /** Forgets what is there: a text begins that is not part of another. */
  begin(): void {
    this.end = TEXT_START;
  }

  /** Makes sure of room for `length` bytes more, and one behind them. */
  reserve(length: number): void {
    if (this.end + length >= this.bytes.length) this.#grow(length);
  }

  #grow(length: number): void {
    const larger = allocate((this.end + length + 1) * 2);
    this.bytes.copy(larger.bytes, 0, 0, this.end);
    this.memory = larger;
    this.bytes = larger.bytes;
    this.view = larger.view;
  }

  byte(code: number): void {
    this.reserve(1);
    this.bytes[this.end++] = code;
  }

  text(text: string): void {
    const { length } = text;
    this.reserve(length);
    const { bytes, end } = this;
    if (length > SHORT) (bytes as unknown as Latin1Target).latin1Write(text, end);
    else for (let i = 0; i < length; i++) bytes[end + i] = text.charCodeAt(i);
    this.end = end + length;
  }

  /** Appends `from[start,end)`. */
  copy(from: Buffer, start: number, end: number): void {
    const length = end - start;
    this.reserve(length);
    const { bytes, end: at } = this;
    if (length > SHORT) from.copy(bytes, at, start, end);
    else for (let i = 0; i < length; i++) bytes[at + i] = from[start + i] as number;
    this.end = at + length;
  }

  /** The same where there is a view of the bytes. */
  run(from: Buffer, view: DataView, start: number, end: number): void {
    this.reserve(end - start);
    this.end = copyRun(from, view, start, end, this.bytes, this.view, this.end);
  }

  /** Up to four characters, the first in the lowest byte. */
  short(word: number, length: number): void {
    this.reserve(WORD);
    this.view.setInt32(this.end, word, true);
    this.end += length;
  }

  /** A whole number in decimal digits. */
  number(value: number): void {
    if (value !== (value | 0)) {
      this.text(String(value));
      return;
    }
    if (value >= 0 && value < DIGITS.length) {
      this.short(DIGITS[value] as number, value < 10 ? 1 : value < 100 ? 2 : 3);
      return;
    }
    this.reserve(11);
    const { bytes } = this;
    let rest = value;
    if (rest < 0) {
      bytes[this.end++] = MINUS;
      if (rest === -0x8000_0000) {
        this.text('2147483648');
        return;
      }
      rest = -rest;
    }
    let at = this.end + decimals(rest);
    this.end = at;
    do {
      const tenth = (rest / 10) | 0;
      bytes[--at] = ZERO + rest - tenth * 10;
      rest = tenth;
    } while (rest > 0);
  }

  /** Three digits, zeros in front. */
  threeDigits(value: number): void {
    this.short(PADDED_DIGITS[value | 0] as number, 3);
  }

  /** `192.0.2.1` of four numbers. */
  ipv4(a: number, b: number, c: number, d: number): void {
    this.number(a);
    this.byte(46);
    this.number(b);
    this.byte(46);
    this.number(c);
    this.byte(46);
    this.number(d);
  }

  /** The text written since `from`, which is taken away again. */
  take(from: number): string {
    const text = latin1Text(this.bytes, from, this.end);
    this.end = from;
    return text;
  }
}

/** How many digits a number has. */
function decimals(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1000) return 3;
  if (value < 10_000) return 4;
  if (value < 100_000) return 5;
  if (value < 1_000_000) return 6;
  if (value < 10_000_000) return 7;
  if (value < 100_000_000) return 8;
  return value < 1_000_000_000 ? 9 : 10;
}

export type { TextOutput };

/** One for all: rules and formats run one after another. */
export const output = new TextOutput();

/** The same with a view of it. */
export function encodedArea(text: string): ByteArea {
  return areaOf(encoded(text));
}

/** Text that is always the same, encoded once. */
export function encoded(text: string): Buffer {
  return Buffer.from(new Uint8Array(Buffer.from(text, 'latin1')).buffer);
}

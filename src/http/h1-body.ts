/**
 * Walks a chunked body (RFC 9112 section 7.1) that is relayed as it comes: checks the coding as HAProxy 2.6 does, finds
 * where the message ends, trailers included, and cuts chunk extensions out in place, so that no server behind us can
 * read them differently. Works on any split of the bytes; keeps numbers only, never data.
 *
 *   SIZE -> SIZE_BLANK -> (EXTENSION) -> SIZE_LF -> DATA -> DATA_CR -> DATA_LF -> SIZE ... 0 -> TRAILER lines -> END
 *
 * Chunk sizes have at most 13 significant hexadecimal digits (2^52 - 1), as in HAProxy.
 */
import { CR, HT, LF, SP, TOKEN_LOWER } from './char-classes.ts';
import { COMPLETE, INVALID, NEED_MORE } from './h1-verdict.ts';

const FIRST_DIGIT = 0;
const SIZE = 1;
const SIZE_BLANK = 2;
const EXTENSION = 3;
const SIZE_LF = 4;
const DATA = 5;
const DATA_CR = 6;
const DATA_LF = 7;
const TRAILER_START = 8;
const TRAILER_NAME = 9;
const TRAILER_VALUE = 10;
const TRAILER_LF = 11;
const LAST_LF = 12;
const ENDED = 13;
const FAILED = 14;
const TRAILER_FOLD = 15;

const SEMICOLON = 59;
const COLON = 58;
const SIZE_LIMIT = 2 ** 52;
/** HAProxy keeps a chunk-size line in its buffer; without a limit, extensions would be an endless free ride. */
const MAX_SIZE_LINE = 16384;
const MAX_TRAILERS = 16384;
/** Each missing CR moves all that follows: enough for a person with telnet, too few to be an attack. */
const MAX_INSERTED = 64;

/** Value of a hexadecimal digit, 255 for any other byte. */
const HEX = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

export class ChunkedDecoder {
  static readonly NEED_MORE = NEED_MORE;
  static readonly COMPLETE = COMPLETE;
  static readonly INVALID = INVALID;

  /** Payload bytes seen so far, and bytes of trailer names and values. */
  payload = 0;
  trailers = 0;
  /** After `decode`: index after the last byte that belongs to the message (compacted), or where it is wrong. */
  position = 0;
  /** After `decode`: bytes cut out by this call (negative: put in); everything behind them, up to `end`, moved up by as many. */
  removed = 0;
  errorReason = '';
  #state = FIRST_DIGIT;
  /** Size read so far, then bytes of the chunk still to come. */
  #left = 0;
  /** Bytes of the current size line or of the trailers. */
  #lineLength = 0;
  #inserted = 0;
  // What was cut out is closed up as late as possible, so that a body of nothing but extensions costs one pass: the bytes
  // `[#waiting, #limit)` still stand `#gap` bytes behind where they belong, and every index is counted with the gap.
  #waiting = 0;
  #limit = 0;
  #gap = 0;

  reset(): void {
    this.payload = 0;
    this.trailers = 0;
    this.position = 0;
    this.removed = 0;
    this.errorReason = '';
    this.#state = FIRST_DIGIT;
    this.#left = 0;
    this.#lineLength = 0;
    this.#inserted = 0;
  }

  /** Bytes of payload that the current chunk still owes; 0 between chunks. */
  get chunkLeft(): number {
    return this.#state === DATA ? this.#left : 0;
  }

  /**
   * Looks at `bytes[start,end)`, which follow what earlier calls saw. Returns NEED_MORE (all were looked at), COMPLETE
   * (`position` is after the message) or INVALID. After NEED_MORE, go on from `position`: the end of a trailer line is held
   * back until it is known not to be folded.
   */
  decode(bytes: Buffer, start: number, end: number, capacity = end): number {
    this.removed = 0;
    this.#limit = end;
    const verdict = this.#walk(bytes, start, end, capacity);
    this.position -= this.#closeGap(bytes);
    return verdict;
  }

  #walk(bytes: Buffer, start: number, end: number, capacity: number): number {
    let state = this.#state;
    let left = this.#left;
    let limit = end;
    let i = start;
    while (i < limit) {
      if (state === DATA) {
        const count = Math.min(left, limit - i);
        i += count;
        left -= count;
        this.payload += count;
        if (left === 0) state = DATA_CR;
        continue;
      }
      const byte = bytes[i] as number;
      switch (state) {
        case FIRST_DIGIT:
        case SIZE: {
          const digit = HEX[byte] as number;
          if (digit < 16) {
            left = left * 16 + digit;
            if (left >= SIZE_LIMIT) return this.#fail(i, 'chunk size too large');
            state = SIZE;
            i++;
            break;
          }
          if (state === FIRST_DIGIT) return this.#fail(i, 'invalid chunk size');
          state = SIZE_BLANK;
          break;
        }
        case SIZE_BLANK:
          if (byte === CR) {
            state = SIZE_LF;
            i++;
          } else if (byte === LF) {
            i -= this.#closeGap(bytes);
            if (!this.#insertReturn(bytes, i, capacity)) return this.#fail(i, 'LF without CR');
            limit = this.#limit;
          } else if (byte === SP || byte === HT || byte === SEMICOLON) {
            if (byte === SEMICOLON) state = EXTENSION;
            const next = state === EXTENSION ? lineEndAfter(bytes, i, limit) : i + 1;
            this.#lineLength += next - i;
            if (this.#lineLength > MAX_SIZE_LINE) return this.#fail(i, 'chunk size line too long');
            this.#cut(bytes, i, next);
            i = next;
          } else return this.#fail(i, 'invalid character after the chunk size');
          break;
        case EXTENSION: {
          const next = lineEndAfter(bytes, i, limit);
          if (next === i) {
            state = SIZE_BLANK;
            break;
          }
          this.#lineLength += next - i;
          if (this.#lineLength > MAX_SIZE_LINE) return this.#fail(i, 'chunk size line too long');
          this.#cut(bytes, i, next);
          i = next;
          break;
        }
        case SIZE_LF:
          if (byte !== LF) return this.#fail(i, 'CR without LF after the chunk size');
          this.#lineLength = 0;
          state = left === 0 ? TRAILER_START : DATA;
          i++;
          break;
        case DATA_CR:
          if (byte === LF) {
            i -= this.#closeGap(bytes);
            if (!this.#insertReturn(bytes, i, capacity)) return this.#fail(i, 'LF without CR');
            limit = this.#limit;
          } else if (byte !== CR) return this.#fail(i, 'no line end after the chunk');
          i++;
          state = DATA_LF;
          break;
        case DATA_LF:
          if (byte !== LF) return this.#fail(i, 'no line end after the chunk');
          state = FIRST_DIGIT;
          i++;
          break;
        case TRAILER_START:
          if (byte === CR) {
            state = LAST_LF;
            i++;
          } else if (byte === LF) {
            i -= this.#closeGap(bytes);
            if (!this.#insertReturn(bytes, i, capacity)) return this.#fail(i, 'LF without CR');
            limit = this.#limit;
          } else if (TOKEN_LOWER[byte] === 0) return this.#fail(i, 'invalid character in a trailer name');
          else state = TRAILER_NAME;
          break;
        case TRAILER_NAME:
          if (TOKEN_LOWER[byte] === 0) {
            if (byte !== COLON) return this.#fail(i, 'invalid character in a trailer name');
            state = TRAILER_VALUE;
          } else this.trailers++;
          this.#lineLength++;
          i++;
          break;
        case TRAILER_VALUE:
          if (byte !== SP && byte !== HT && byte !== CR && byte !== LF) this.trailers++;
          if (byte === CR) {
            state = TRAILER_LF;
            i++;
          } else if (byte === LF) {
            i -= this.#closeGap(bytes);
            if (!this.#insertReturn(bytes, i, capacity)) return this.#fail(i, 'LF without CR');
            limit = this.#limit;
          } else {
            i++;
            if (++this.#lineLength > MAX_TRAILERS) return this.#fail(i, 'trailers too long');
          }
          break;
        case TRAILER_LF:
          if (byte !== LF) return this.#fail(i, 'CR without LF in the trailers');
          state = TRAILER_FOLD;
          i++;
          break;
        case TRAILER_FOLD:
          if (byte === SP || byte === HT) {
            // A folded trailer is joined in place, as folded headers are.
            bytes[i - 1] = SP;
            if (bytes[i - 2] === CR) bytes[i - 2] = SP;
            state = TRAILER_VALUE;
          } else state = TRAILER_START;
          break;
        case LAST_LF:
          if (byte !== LF) return this.#fail(i, 'CR without LF after the trailers');
          this.#state = ENDED;
          this.position = i + 1;
          return COMPLETE;
        default:
          return state === ENDED ? this.#done(i) : this.#fail(i, this.errorReason);
      }
    }
    if (state === TRAILER_LF || state === TRAILER_FOLD) {
      // Whether the line goes on is not known yet: its end is looked at again with what follows.
      while (limit > start && (bytes[limit - 1] === CR || bytes[limit - 1] === LF)) limit--;
      state = TRAILER_VALUE;
    }
    this.#state = state;
    this.#left = left;
    this.position = limit;
    return NEED_MORE;
  }

  #done(at: number): number {
    this.position = at;
    return COMPLETE;
  }

  #fail(at: number, reason: string): number {
    this.#state = FAILED;
    this.position = at;
    this.errorReason = reason;
    return INVALID;
  }

  /** Puts the CR before a bare LF that its sender left out: the next reader may not be as lenient. False if it cannot. */
  #insertReturn(bytes: Buffer, at: number, capacity: number): boolean {
    if (this.#limit >= capacity || this.#inserted === MAX_INSERTED) return false;
    bytes.copyWithin(at + 1, at, this.#limit);
    bytes[at] = CR;
    this.#inserted++;
    this.removed--;
    this.#limit++;
    return true;
  }

  /** Takes `[from, to)` out. */
  #cut(bytes: Buffer, from: number, to: number): void {
    if (this.#gap > 0) bytes.copyWithin(this.#waiting - this.#gap, this.#waiting, from);
    this.#waiting = to;
    this.#gap += to - from;
  }

  /** Moves up what waits behind the gap; returns by how much. */
  #closeGap(bytes: Buffer): number {
    const gap = this.#gap;
    if (gap === 0) return 0;
    bytes.copyWithin(this.#waiting - gap, this.#waiting, this.#limit);
    this.#limit -= gap;
    this.removed += gap;
    this.#gap = 0;
    return gap;
  }
}

/** Index of the next CR or LF from `start` on, or `limit`. */
function lineEndAfter(bytes: Buffer, start: number, limit: number): number {
  let i = start;
  while (i < limit && bytes[i] !== CR && bytes[i] !== LF) i++;
  return i;
}

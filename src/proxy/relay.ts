/**
 * One direction of a stream's payload: from the input of one connection to the other, as far as the message goes.
 *
 * Bytes are sent from the very buffer they were received in. What the destination does not take stays in the source's
 * input, and the source is not read until the destination drained: no queue grows anywhere.
 */
import { ChunkedDecoder } from '../http/h1-body.ts';
import type { Connection } from '../net/connection.ts';

/** No payload, a known length, chunked coding, or all until the end of the connection. */
export const NO_BODY = 0;
export const BY_LENGTH = 1;
export const CHUNKED = 2;
export const UNTIL_CLOSE = 3;

/** What `pump` found: more input is needed; the destination is full; the message is complete and sent; its coding is
 * invalid; the destination broke; the source ended too early. */
export const MORE = 0;
export const BLOCKED = 1;
export const COMPLETE = 2;
export const INVALID = 3;
export const BROKEN = 4;
export const TRUNCATED = 5;

export class Relay {
  kind = NO_BODY;
  /** BY_LENGTH: payload bytes still to come from the source. */
  remaining = 0;
  /** Bytes at the start of the source's input that may be sent. */
  ready = 0;
  /** The end of the message stands behind those. */
  endSeen = false;
  /** Bytes seen since the transaction began, as HAProxy counts them: payload, trailers, one for the end of a chunked body. */
  counted = 0;
  #decoder: ChunkedDecoder | null = null;

  begin(kind: number, length: number): void {
    this.kind = kind;
    this.remaining = length;
    this.ready = 0;
    this.endSeen = kind === NO_BODY || (kind === BY_LENGTH && length === 0);
    if (kind === CHUNKED) {
      if (this.#decoder === null) this.#decoder = new ChunkedDecoder();
      else this.#decoder.reset();
    }
  }

  /**
   * Looks at the bytes of the source's input that are not `ready` yet. Returns false if their coding is invalid.
   * @param headLength bytes of a head that still stands before the payload
   */
  inspect(source: Connection, headLength = 0): boolean {
    const origin = source.inputStart + headLength;
    const start = origin + this.ready;
    const end = source.inputEnd;
    if (start >= end || this.endSeen) return true;
    if (this.kind === UNTIL_CLOSE) {
      this.counted += end - start;
      this.ready = end - origin;
    } else if (this.kind === BY_LENGTH) {
      const count = Math.min(end - start, this.remaining);
      this.remaining -= count;
      this.counted += count;
      this.ready += count;
      if (this.remaining === 0) this.endSeen = true;
    } else if (this.kind === CHUNKED && source.input !== null) {
      const decoder = this.#decoder as ChunkedDecoder;
      const before = decoder.payload;
      const verdict = decoder.decode(source.input.bytes, start, end, source.input.bytes.length);
      this.counted += decoder.payload - before;
      if (verdict === ChunkedDecoder.INVALID) return false;
      // Chunk extensions were cut out, missing CRs put in: the bytes behind them moved.
      source.inputEnd -= decoder.removed;
      if (verdict === ChunkedDecoder.COMPLETE) {
        this.endSeen = true;
        this.counted += decoder.trailers + 1;
      }
      this.ready = decoder.position - origin;
    }
    return true;
  }

  /** Sends what may be sent. Call when the source has input or ended, and when the destination drained. */
  pump(source: Connection, destination: Connection): number {
    if (!this.inspect(source)) return INVALID;
    if (this.ready > 0 && source.input !== null) {
      const taken = destination.send(source.input.address + source.inputStart, this.ready);
      if (taken < 0) return BROKEN;
      source.consume(taken);
      this.ready -= taken;
      if (this.ready > 0) return BLOCKED;
    }
    if (this.endSeen) return destination.pendingLength > 0 ? BLOCKED : COMPLETE;
    if (source.readEnded) return this.kind === UNTIL_CLOSE ? COMPLETE : TRUNCATED;
    // The decoder may have left the end of a trailer line at the very end of the buffer.
    source.makeRoom();
    return MORE;
  }
}

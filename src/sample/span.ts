/**
 * A piece of bytes that a fetch points at, and the fetch's place among several values. One object is used for every
 * evaluation: rules never run inside one another, and nothing is allocated per request.
 */

const EMPTY = Buffer.alloc(0);

export class Span {
  bytes: Buffer = EMPTY;
  start = 0;
  end = 0;
  /** To read several of `viewed` at a time: of use as long as `bytes` are still those. See `view`. */
  private ownView: DataView | null = null;
  private viewed: Buffer = EMPTY;
  /** Where the value list goes on: the header's index, and the offset after the last value within it (-1: next header). */
  header = 0;
  offset = -1;
  /** The same within a value that is a list itself (cookies, parameters): where to go on, and where it ends. */
  position = -1;
  limit = 0;

  set(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** The same of bytes of which there is a view. */
  setViewed(bytes: Buffer, view: DataView, start: number, end: number): void {
    this.bytes = bytes;
    this.viewed = bytes;
    this.ownView = view;
    this.start = start;
    this.end = end;
  }

  /** To read several of `bytes` at a time; null: whoever set them gave no view of them. */
  get view(): DataView | null {
    return this.viewed === this.bytes ? this.ownView : null;
  }
}

/**
 * Text of a request that outlives its buffer: the request line for the log, what `capture` lines keep. Bytes are copied
 * into memory that goes from request to request (last in, first out, so it is warm), and nothing is kept while a
 * connection waits for its next request.
 */
import { type ByteArea, copyBytes, copyRun, viewOf } from '../http/copy-bytes.ts';
import { latin1Text } from '../http/latin1-text.ts';

const FIRST_SIZE = 128;
/** Longer memory is left to the collector, and no more pieces than this are kept for later. */
const LONGEST_KEPT = 2048;
const MOST_KEPT = 512;

/** Bytes from 0 to `length`; whoever remembers something about them asks `serial` whether they are still the same. */
export class KeptText implements ByteArea {
  bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
  view: DataView = viewOf(this.bytes);
  length = 0;
  serial = 0;

  text(): string {
    return latin1Text(this.bytes, 0, this.length);
  }

  /** Makes room for `length` bytes, which are to be written now. */
  begin(length: number): Buffer {
    if (this.bytes.length < length) {
      this.bytes = Buffer.allocUnsafeSlow(length);
      this.view = viewOf(this.bytes);
    }
    this.length = length;
    this.serial = nextSerial++;
    return this.bytes;
  }
}

const spare: KeptText[] = [];
let nextSerial = 1;

/** Room for a text of `length` bytes. */
export function takeKeptText(length: number): KeptText {
  const kept = spare.pop() ?? new KeptText();
  kept.begin(length);
  return kept;
}

/** Keeps a copy of `bytes[start,end)`; `view`: of the same bytes, if there is one. */
export function keepText(bytes: Buffer, view: DataView | null, start: number, end: number): KeptText {
  const kept = takeKeptText(end - start);
  if (view === null) copyBytes(bytes, start, end, kept.bytes, 0);
  else copyRun(bytes, view, start, end, kept.bytes, kept.view, 0);
  return kept;
}

/** The same of a string of one character a byte. */
export function keepString(text: string): KeptText {
  const kept = takeKeptText(text.length);
  for (let i = 0; i < text.length; i++) kept.bytes[i] = text.charCodeAt(i);
  return kept;
}

/** The request it is of is over: nobody, not even a sample in the making, needs it any more. */
export function releaseKeptText(kept: KeptText | null): void {
  if (kept !== null && spare.length < MOST_KEPT && kept.bytes.length <= LONGEST_KEPT) spare.push(kept);
}

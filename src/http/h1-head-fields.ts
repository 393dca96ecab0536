/**
 * What a head remembers: where things lie in the received bytes, what they mean for the framing, what rules changed. Plain
 * fields and the arrays of the header index; `h1-head.ts` tells how they hang together and is the only one to extend this.
 */
import { viewOf } from './copy-bytes.ts';
import { BEFORE } from './h1-states.ts';
import { METHOD_OTHER } from './methods.ts';

const EMPTY = Buffer.alloc(0);
const ARENA_BYTES = 512;

export class Http1HeadFields {
  bytes: Buffer = EMPTY;
  /** The same bytes, to be read several at a time. */
  view: DataView = viewOf(EMPTY);
  /** Where the message begins: after the line ends that a sender may have put before it. */
  start = 0;
  /** Index of the first header's line. */
  headersStart = 0;
  /** Index of the line end that closes the headers, and after it. */
  blankLine = 0;
  headEnd = 0;

  /** Where the message is wrong, index into `bytes`; -1 if nowhere. With COMPLETE: what `acceptInvalid` let pass. */
  errorAt = -1;
  errorReason = '';
  /** Status that a refused request deserves: 400, 413 or 422. A refused response is always a 502. */
  errorStatus = 0;

  isRequest = true;
  /** The start line's bytes: `bytes`, or a line of its own after `setUri`. The offsets below are into it. */
  lineBytes: Buffer = EMPTY;
  /** Memory for such a line. */
  ownLine: Buffer = EMPTY;
  ownLineView: DataView = viewOf(EMPTY);
  method = METHOD_OTHER;
  methodStart = 0;
  methodEnd = 0;
  uriStart = 0;
  uriEnd = 0;
  versionStart = 0;
  versionEnd = 0;
  versionMajor = 0;
  versionMinor = 0;
  /** HTTP/1.1 or later. */
  version11 = false;
  status = 0;
  statusStart = 0;
  statusEnd = 0;
  reasonStart = 0;
  reasonEnd = 0;

  count = 0;
  parsedCount = 0;
  nameStart: Int32Array;
  nameEnd: Int32Array;
  valueStart: Int32Array;
  valueEnd: Int32Array;
  nameHash: Int32Array;
  /** Index after the header's line; 0 = removed. */
  lineEnd: Int32Array;
  /** 1: a received header whose value was replaced: its line lies in `arena` now, its place is the old one. */
  moved: Uint8Array;
  /** How many those are. */
  rewritten = 0;

  /** -1: none, or overruled by transfer-encoding. */
  contentLength = -1;
  /** The last transfer coding is chunked. */
  chunked = false;
  hasTransferEncoding = false;
  connectionClose = false;
  /** The framing is ambiguous (transfer-encoding and content-length, or in HTTP/1.0): no other message may follow. */
  lastOnConnection = false;
  connectionKeepAlive = false;
  connectionUpgrade = false;
  hasUpgrade = false;
  upgradeWebSocket = false;
  expectContinue = false;
  hostIndex = -1;
  /** `chunked` stood somewhere in transfer-encoding; some other coding did. */
  sawChunked = false;
  otherCoding = false;

  /** The received lines are not all to be sent as they came: some were added, removed, replaced or dropped. */
  edited = false;
  /** The received lines cannot be sent as they are (see h1-parser.ts). */
  irregular = false;
  /** Lines taken out: how many, and where the only one is. */
  gaps = 0;
  gapStart = 0;
  gapEnd = 0;
  arena: Buffer = Buffer.allocUnsafeSlow(ARENA_BYTES);
  arenaView: DataView = viewOf(this.arena);
  arenaEnd = 0;
  /** An added header was removed: the arena can no longer be copied whole. */
  arenaHoles = false;

  /** Parser state: what it waits for, where it stands, and whether the start line's CR was seen. */
  state = BEFORE;
  position = 0;
  carriageReturn = false;
  maxHeaders = 0;
  acceptInvalid = false;

  constructor(capacity = 128) {
    this.nameStart = new Int32Array(capacity);
    this.nameEnd = new Int32Array(capacity);
    this.valueStart = new Int32Array(capacity);
    this.valueEnd = new Int32Array(capacity);
    this.nameHash = new Int32Array(capacity);
    this.lineEnd = new Int32Array(capacity);
    this.moved = new Uint8Array(capacity);
  }

  protected reserve(capacity: number): void {
    this.nameStart = grown(this.nameStart, capacity);
    this.nameEnd = grown(this.nameEnd, capacity);
    this.valueStart = grown(this.valueStart, capacity);
    this.valueEnd = grown(this.valueEnd, capacity);
    this.nameHash = grown(this.nameHash, capacity);
    this.lineEnd = grown(this.lineEnd, capacity);
    const { moved } = this;
    this.moved = new Uint8Array(capacity);
    this.moved.set(moved);
  }
}

function grown(old: Int32Array, capacity: number): Int32Array {
  const larger = new Int32Array(capacity);
  larger.set(old);
  return larger;
}

/**
 * One HTTP/1 request or response head: what was parsed, as offsets into the received bytes, and what rules changed in
 * it. The object is pooled; `begin` makes it ready for the next message without allocating.
 *
 *   bytes  ...| GET /path HTTP/1.1 CR LF | Name: value CR LF | ... | CR LF | body ...
 *   start ---^ (leading CRLFs skipped)                      blankLine ^       ^ headEnd
 *
 * Headers 0 to parsedCount-1 lie in `bytes`, those from parsedCount to count-1 were added and lie in `arena`, where
 * they stand one after another as lines ready to be sent. `lineEnd[i] === 0` marks a removed header.
 */
import { CR, LF, SP } from './char-classes.ts';
import { areaOf, type ByteArea, copyBytes, copyRun, viewOf } from './copy-bytes.ts';
import { Http1HeadFields } from './h1-head-fields.ts';
import type { HeaderLine } from './h1-header-line.ts';
import { parseHead } from './h1-parser.ts';
import { BEFORE } from './h1-states.ts';
import * as verdict from './h1-verdict.ts';
import { writeHead } from './h1-writer.ts';
import { equalsName, hashName } from './header-hash.ts';
import { latin1Text } from './latin1-text.ts';

/** What `parse` answers. */
export const NEED_MORE = verdict.NEED_MORE;
export const COMPLETE = verdict.COMPLETE;
export const INVALID = verdict.INVALID;

export interface HeadOptions {
  /** `tune.http.maxhdr`: one less is the number of headers accepted. */
  readonly maxHeaders: number;
  /** `option accept-invalid-http-request` or `-response`. */
  readonly acceptInvalid: boolean;
}

/** What a request without a version speaks. */
const HTTP_1_0 = Buffer.from('HTTP/1.0', 'latin1');
const OWN_LINE_BYTES = 256;
const SPARE_HEADERS = 32;

export class Http1Head extends Http1HeadFields {
  /** Makes ready to parse a message that starts at `bytes[start]`; who owns the bytes keeps the view of them, too. */
  begin(kind: 'request' | 'response', bytes: Buffer, start: number, options: HeadOptions, view: DataView): void {
    this.bytes = this.lineBytes = bytes;
    this.view = view;
    this.start = this.position = start;
    this.isRequest = kind === 'request';
    this.maxHeaders = options.maxHeaders;
    this.acceptInvalid = options.acceptInvalid;
    if (this.nameStart.length < options.maxHeaders + SPARE_HEADERS) this.reserve(options.maxHeaders + SPARE_HEADERS);
    this.state = BEFORE;
    this.carriageReturn = false;
    this.errorAt = -1;
    this.errorStatus = 0;
    if (this.rewritten > 0) {
      for (let i = 0; i < this.parsedCount; i++) this.moved[i] = 0;
      this.rewritten = 0;
    }
    this.count = this.parsedCount = 0;
    this.status = 0;
    this.versionMajor = this.versionMinor = 0;
    this.version11 = false;
    this.contentLength = -1;
    this.chunked = this.hasTransferEncoding = this.sawChunked = this.otherCoding = false;
    this.lastOnConnection = this.connectionClose = this.connectionKeepAlive = this.connectionUpgrade = false;
    this.hasUpgrade = this.upgradeWebSocket = this.expectContinue = false;
    this.hostIndex = -1;
    this.edited = this.irregular = this.arenaHoles = false;
    this.gaps = 0;
    this.arenaEnd = 0;
  }

  /**
   * Parses the bytes up to `end` (exclusive), going on from the last call. Returns NEED_MORE, COMPLETE, INVALID or
   * TOO_MANY_HEADERS; after the latter three the head must not be given more.
   */
  parse(end: number): number {
    return parseHead(this, end);
  }

  /** The bytes have moved (a buffer was compacted or replaced): adjusts every offset by `delta`. */
  rebase(bytes: Buffer, delta: number): void {
    if (this.lineBytes === this.bytes) {
      this.lineBytes = bytes;
      this.methodStart += delta;
      this.methodEnd += delta;
      this.uriStart += delta;
      this.uriEnd += delta;
      this.versionStart += delta;
      this.versionEnd += delta;
      this.statusStart += delta;
      this.statusEnd += delta;
      this.reasonStart += delta;
      this.reasonEnd += delta;
    }
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = viewOf(bytes);
    }
    this.start += delta;
    this.headersStart += delta;
    this.blankLine += delta;
    this.headEnd += delta;
    this.position += delta;
    this.gapStart += delta;
    this.gapEnd += delta;
    if (this.errorAt >= 0) this.errorAt += delta;
    const parsed = this.parsedCount > 0 ? this.parsedCount : this.count + 1;
    for (let i = 0; i < parsed; i++) {
      if (this.rewritten > 0 && this.moved[i] !== 0) continue;
      this.nameStart[i] = (this.nameStart[i] as number) + delta;
      this.nameEnd[i] = (this.nameEnd[i] as number) + delta;
      this.valueStart[i] = (this.valueStart[i] as number) + delta;
      this.valueEnd[i] = (this.valueEnd[i] as number) + delta;
      if (this.lineEnd[i] !== 0) this.lineEnd[i] = (this.lineEnd[i] as number) + delta;
    }
  }

  /** Notes why the message is refused. Returns false, for its callers' convenience. */
  refuse(at: number, reason: string, status = 400): boolean {
    this.errorAt = at;
    this.errorReason = reason;
    this.errorStatus = status;
    return false;
  }

  /** Notes the first thing that `acceptInvalid` let pass. */
  tolerate(at: number, reason: string): void {
    if (this.errorAt >= 0) return;
    this.errorAt = at;
    this.errorReason = reason;
  }

  /** Notes that the line `[from, to)` of the received bytes is not to be sent. */
  dropped(from: number, to: number): void {
    this.edited = true;
    if (this.gaps === 0) {
      this.gapStart = from;
      this.gapEnd = to;
    }
    this.gaps++;
  }

  /** The buffer header `index` lies in. */
  source(index: number): Buffer {
    return index < this.parsedCount && (this.rewritten === 0 || this.moved[index] === 0) ? this.bytes : this.arena;
  }

  /** The same to be read several bytes at a time. */
  sourceView(index: number): DataView {
    return index < this.parsedCount && (this.rewritten === 0 || this.moved[index] === 0) ? this.view : this.arenaView;
  }

  /** Index of the first live header of that name from `from` on, or -1. `lowerName` must be in lower case. */
  find(hash: number, lowerName: string, from = 0): number {
    const count = this.count;
    const hashes = this.nameHash;
    for (let i = from; i < count; i++) {
      if (hashes[i] !== hash || this.lineEnd[i] === 0) continue;
      if (equalsName(this.source(i), this.nameStart[i] as number, this.nameEnd[i] as number, lowerName)) return i;
    }
    return -1;
  }

  /** Value of header `index` as text, one character a byte. */
  valueString(index: number): string {
    return latin1Text(this.source(index), this.valueStart[index] as number, this.valueEnd[index] as number);
  }

  nameString(index: number): string {
    return latin1Text(this.source(index), this.nameStart[index] as number, this.nameEnd[index] as number);
  }

  /** Value of the first header of that name, or undefined. */
  header(name: string): string | undefined {
    const index = this.find(hashName(name), name.toLowerCase());
    return index < 0 ? undefined : this.valueString(index);
  }

  /** Method or request target, version, reason: as text. */
  methodString(): string {
    return latin1Text(this.lineBytes, this.methodStart, this.methodEnd);
  }

  uriString(): string {
    return latin1Text(this.lineBytes, this.uriStart, this.uriEnd);
  }

  versionString(): string {
    if (this.versionStart === this.versionEnd) return 'HTTP/1.0';
    return latin1Text(this.lineBytes, this.versionStart, this.versionEnd);
  }

  reasonString(): string {
    return latin1Text(this.lineBytes, this.reasonStart, this.reasonEnd);
  }

  /** `METHOD target VERSION`: how long it is, and the line itself. Returns where it ends. */
  get requestLineLength(): number {
    return this.methodEnd - this.methodStart + this.uriEnd - this.uriStart + 2 + this.versionLength;
  }

  get versionLength(): number {
    return this.versionStart === this.versionEnd ? HTTP_1_0.length : this.versionEnd - this.versionStart;
  }

  writeRequestLine({ bytes: out, view }: ByteArea, start: number): number {
    const line = this.lineBytes;
    // As it came it has one blank between its words.
    if (line === this.bytes && !this.irregular && this.versionStart < this.versionEnd) {
      return copyRun(line, this.view, this.methodStart, this.versionEnd, out, view, start);
    }
    let at = copyBytes(line, this.methodStart, this.methodEnd, out, start);
    out[at++] = SP;
    at = copyBytes(line, this.uriStart, this.uriEnd, out, at);
    out[at++] = SP;
    return this.writeVersion(out, at);
  }

  /** The version in the request line; one that has none speaks HTTP/1.0. */
  writeVersion(out: Buffer, at: number): number {
    if (this.versionStart === this.versionEnd) return copyBytes(HTTP_1_0, 0, HTTP_1_0.length, out, at);
    return copyBytes(this.lineBytes, this.versionStart, this.versionEnd, out, at);
  }

  /** Adds a header after the others. `value` must hold no CR or LF: the caller's format compiler sees to that. */
  addHeader(name: string, value: string | Uint8Array): void {
    const nameLength = name.length;
    const valueLength = value.length;
    this.reserveArena(nameLength + valueLength + 4);
    const arena = this.arena;
    const start = this.arenaEnd;
    let at = start;
    for (let i = 0; i < nameLength; i++) arena[at++] = name.charCodeAt(i);
    arena[at++] = 58;
    arena[at++] = 32;
    if (typeof value === 'string') for (let i = 0; i < valueLength; i++) arena[at++] = value.charCodeAt(i);
    else for (let i = 0; i < valueLength; i++) arena[at++] = value[i] as number;
    arena[at++] = CR;
    arena[at++] = LF;
    this.index(start, nameLength, hashName(name), at);
  }

  /** Adds a header: `prefix` is its name, a colon and a blank, `hash` the name's; the value, without line ends, is in `from[start,end)`. */
  addBytes(prefix: ByteArea, hash: number, from: ByteArea, start: number, end: number): void {
    const prefixLength = prefix.bytes.length;
    this.reserveArena(prefixLength + end - start + 2);
    const { arena, arenaView, arenaEnd } = this;
    let at = copyRun(prefix.bytes, prefix.view, 0, prefixLength, arena, arenaView, arenaEnd);
    at = copyRun(from.bytes, from.view, start, end, arena, arenaView, at);
    arena[at++] = CR;
    arena[at++] = LF;
    this.index(arenaEnd, prefixLength - 2, hash, at);
  }

  /** Adds a header whose line was prepared beforehand; costs a short copy. */
  addLine(line: HeaderLine): void {
    const from = line.bytes;
    const length = from.length;
    this.reserveArena(length);
    const start = this.arenaEnd;
    copyRun(from, line.view, 0, length, this.arena, this.arenaView, start);
    this.index(start, line.nameLength, line.hash, start + length);
  }

  removeAt(index: number): void {
    const end = this.lineEnd[index] as number;
    if (end === 0) return;
    this.edited = true;
    if (this.source(index) === this.bytes) this.dropped(this.nameStart[index] as number, end);
    else this.arenaHoles = true;
    this.lineEnd[index] = 0;
    if (index === this.hostIndex) this.hostIndex = -1;
  }

  /** Removes every header of that name; returns how many. `lowerName` must be in lower case. */
  removeAll(hash: number, lowerName: string): number {
    let removed = 0;
    for (let i = this.find(hash, lowerName); i >= 0; i = this.find(hash, lowerName, i + 1)) {
      this.removeAt(i);
      removed++;
    }
    return removed;
  }

  /** Removes the headers of that name and adds one at the end, like `http-request set-header`. */
  setHeader(name: string, value: string | Uint8Array): void {
    this.removeAll(hashName(name), name.toLowerCase());
    this.addHeader(name, value);
  }

  /** Replaces the bytes `[from, to)` of header `index`'s value, offsets into its source; the header keeps its place. */
  replaceValue(index: number, from: number, to: number, text: string): void {
    this.replaceBytes(index, from, to, areaOf(Buffer.from(text, 'latin1')), 0, text.length);
  }

  /** The same by `by[start,end)`. */
  replaceBytes(index: number, from: number, to: number, by: ByteArea, start: number, end: number): void {
    const nameLength = (this.nameEnd[index] as number) - (this.nameStart[index] as number);
    const kept = (this.valueEnd[index] as number) - (this.valueStart[index] as number) - (to - from);
    this.reserveArena(nameLength + kept + end - start + 4);
    const source = this.source(index);
    const view = this.sourceView(index);
    const { arena, arenaView, arenaEnd: lineStart } = this;
    const nameStart = this.nameStart[index] as number;
    let at = copyRun(source, view, nameStart, nameStart + nameLength, arena, arenaView, lineStart);
    arena[at++] = 58;
    arena[at++] = 32;
    at = copyRun(source, view, this.valueStart[index] as number, from, arena, arenaView, at);
    at = copyRun(by.bytes, by.view, start, end, arena, arenaView, at);
    at = copyRun(source, view, to, this.valueEnd[index] as number, arena, arenaView, at);
    arena[at++] = CR;
    arena[at++] = LF;
    if (index < this.parsedCount && source !== arena) {
      this.dropped(this.nameStart[index] as number, this.lineEnd[index] as number);
      this.moved[index] = 1;
      this.rewritten++;
    }
    // The arena is no longer just the added lines in their order.
    this.arenaHoles = true;
    this.edited = true;
    this.nameStart[index] = lineStart;
    this.nameEnd[index] = lineStart + nameLength;
    this.valueStart[index] = lineStart + nameLength + 2;
    this.valueEnd[index] = at - 2;
    this.lineEnd[index] = at;
    this.arenaEnd = at;
  }

  /** Replaces the request target; the text must hold no blank or control character. */
  setUri(text: string): void {
    this.replaceRequestLine(this.methodString(), text);
  }

  /** Replaces method and request target. */
  replaceRequestLine(method: string, uri: string): void {
    const line = Buffer.from(`${method} ${uri} ${this.versionString()}`, 'latin1');
    this.takeRequestLine(areaOf(line), 0, method.length, uri.length, line.length);
  }

  /** The request line becomes a copy of `from[start,end)`: method, blank, target, blank, version. */
  takeRequestLine(from: ByteArea, start: number, methodLength: number, uriLength: number, end: number): void {
    const length = end - start;
    if (this.ownLine.length < length) {
      this.ownLine = Buffer.allocUnsafeSlow(Math.max(length, OWN_LINE_BYTES));
      this.ownLineView = viewOf(this.ownLine);
    }
    copyRun(from.bytes, from.view, start, end, this.ownLine, this.ownLineView, 0);
    this.lineBytes = this.ownLine;
    this.methodStart = 0;
    this.methodEnd = methodLength;
    this.uriStart = methodLength + 1;
    this.uriEnd = this.uriStart + uriLength;
    this.versionStart = this.uriEnd + 1;
    this.versionEnd = length;
    this.edited = true;
  }

  /** Replaces status and reason of a response. */
  replaceStatusLine(status: number, reason: string): void {
    const version = this.versionString();
    const line = Buffer.from(`${version} ${status} ${reason}`, 'latin1');
    this.lineBytes = line;
    this.status = status;
    this.versionStart = 0;
    this.versionEnd = version.length;
    this.statusStart = version.length + 1;
    this.statusEnd = this.statusStart + String(status).length;
    this.reasonStart = this.statusEnd + 1;
    this.reasonEnd = line.length;
    this.edited = true;
  }

  /** Bytes of the start line's three parts, without blanks and line end. */
  get startLineSize(): number {
    const version = this.versionEnd - this.versionStart;
    if (this.isRequest) return this.methodEnd - this.methodStart + this.uriEnd - this.uriStart + version;
    return version + this.statusEnd - this.statusStart + this.reasonEnd - this.reasonStart;
  }

  /** No more bytes than this are written by `writeTo`. */
  get sizeEstimate(): number {
    const lines = this.irregular ? this.count * 4 + 16 : 0;
    return (
      this.headEnd -
      this.start +
      this.arenaEnd +
      lines +
      (this.lineBytes === this.bytes ? 4 : this.lineBytes.length + 8)
    );
  }

  /** Writes the head as it now is; `out` must have `sizeEstimate` bytes of room from `at`. Returns where it ends. */
  writeTo(out: ByteArea, at: number): number {
    return writeHead(this, out.bytes, out.view, at);
  }

  private index(start: number, nameLength: number, hash: number, end: number): void {
    const index = this.count;
    if (index >= this.nameStart.length) this.reserve(index * 2);
    this.nameStart[index] = start;
    this.nameEnd[index] = start + nameLength;
    this.valueStart[index] = start + nameLength + 2;
    this.valueEnd[index] = end - 2;
    this.nameHash[index] = hash;
    this.lineEnd[index] = end;
    this.count = index + 1;
    this.arenaEnd = end;
    this.edited = true;
  }

  private reserveArena(length: number): void {
    const needed = this.arenaEnd + length;
    if (needed <= this.arena.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.arena.length * 2));
    this.arena.copy(larger, 0, 0, this.arenaEnd);
    this.arena = larger;
    this.arenaView = viewOf(larger);
  }
}

/**
 * Log lines out: filters a line by level for each target, puts the target's header before it and hands it to the outlet.
 * Never waits, never throws; drops are counted (manual, sections 3.1 and 4.2, `log`).
 *
 * The line stands in a buffer behind room for a header (`sendInPlace`), or is copied into one shared by all senders; each
 * target's header is then written just before it:
 *
 *   | ......... header | text ................ | LF |
 *             ^-- start                        ^-- or earlier: `length` counts header and text
 */
import { realtimeMs } from '../sys/clock.ts';
import { allocate, type NativeMemory } from '../sys/memory.ts';
import { type LogFacility, type LogFormat, LogHeader, type LogIdentity } from './syslog-header.ts';
import type { LogOutlet } from './syslog-outlet.ts';
import type { LogAddress, LogOutlets } from './syslog-outlets.ts';

export const LOG_EMERG = 0;
export const LOG_ALERT = 1;
export const LOG_CRIT = 2;
export const LOG_ERR = 3;
export const LOG_WARNING = 4;
export const LOG_NOTICE = 5;
export const LOG_INFO = 6;
export const LOG_DEBUG = 7;

/** A `log` line. The configuration model's LogTargetModel is one. */
export interface LogTarget {
  readonly address: LogAddress;
  readonly protocol: 'datagram' | 'stream';
  readonly format: LogFormat;
  readonly facility: LogFacility;
  /** Messages less urgent than this are dropped. */
  readonly maxLevel: number;
  /** Messages more urgent than this are sent as this. */
  readonly minLevel: number;
  /** Longest line, bytes, header included. */
  readonly length: number;
  /** Of every `size` lines those are sent whose numbers, from 1, are in a range; undefined: all. */
  readonly sample?: LogSample | undefined;
}

export interface LogSample {
  readonly ranges: readonly { readonly low: number; readonly high: number }[];
  readonly size: number;
}

interface PreparedTarget {
  readonly outlet: LogOutlet;
  readonly header: LogHeader;
  readonly maxLevel: number;
  readonly minLevel: number;
  readonly length: number;
  /** The header ends with structured data. */
  readonly structured: boolean;
  readonly sample: LogSample | undefined;
  /** How many lines of the sample's size there have been. */
  seen: number;
}

/** Room for the longest header: tag and host name come from the configuration. */
export const LOG_HEADER_ROOM = 4096;
/** Longest text: `len` allows 65535 for header and text together. */
const TEXT_ROOM = 65_536;
const LINE_FEED = 10;

const shared = allocate(LOG_HEADER_ROOM + TEXT_ROOM + 1);

/** Below that, calling out of JavaScript costs more than the copy. */
const SHORT_HEADER = 48;

/** What a header of RFC 5424 ends with. */
const NO_STRUCTURED_DATA = '- ';

/** Counts a line; whether it is one of those that are sent. */
function isSampled(target: PreparedTarget, { ranges, size }: LogSample): boolean {
  target.seen++;
  const number = target.seen;
  if (number === size) target.seen = 0;
  return ranges.some(({ low, high }) => number >= low && number <= high);
}

/** Puts a header just before the text at `textStart`; returns where it begins. */
function writeHeader(header: Buffer, bytes: Buffer, textStart: number): number {
  const length = Math.min(header.length, LOG_HEADER_ROOM);
  const start = textStart - length;
  if (length > SHORT_HEADER) header.copy(bytes, start, 0, length);
  else for (let i = 0; i < length; i++) bytes[start + i] = header[i] as number;
  return start;
}

export class LogSender {
  readonly #targets: readonly PreparedTarget[];
  readonly #clock: () => number;
  /** What stands in place of the dash at the end of the headers of the line being sent. */
  #structured = '';
  /** The least urgent level that any target wants; -1 without targets. Ask before making a line in vain. */
  readonly maxLevel: number;

  constructor(
    targets: readonly LogTarget[],
    identity: LogIdentity,
    outlets: LogOutlets,
    clock: () => number = realtimeMs,
  ) {
    this.#clock = clock;
    this.#targets = targets.map((target) => ({
      outlet: outlets.outlet(target.address, target.protocol),
      header: new LogHeader(target.format, target.facility, identity),
      maxLevel: target.maxLevel,
      minLevel: target.minLevel,
      structured: target.format === 'rfc5424',
      sample: target.sample,
      seen: 0,
      // HAProxy keeps a place for the line feed within `len` on descriptors only.
      length: target.address.kind === 'fd' ? target.length - 1 : target.length,
    }));
    this.maxLevel = targets.reduce((most, target) => Math.max(most, target.maxLevel), -1);
  }

  /** Sends a line. Characters are bytes (latin1, as message heads are decoded). Line feeds at the end are taken off. */
  send(level: number, line: string): void {
    if (level > this.maxLevel) return;
    const length = shared.bytes.write(line, LOG_HEADER_ROOM, TEXT_ROOM, 'latin1');
    this.#sendText(level, shared, LOG_HEADER_ROOM, LOG_HEADER_ROOM + length);
  }

  /**
   * Sends memory.bytes[start, end). LOG_HEADER_ROOM bytes before it and one behind it are overwritten.
   * @param structuredData RFC 5424 section 6.3, for targets of that format; blanks at its end are taken off
   */
  sendInPlace(level: number, memory: NativeMemory, start: number, end: number, structuredData = ''): void {
    if (level > this.maxLevel) return;
    this.#structured = structuredData === '' ? '' : structuredData.replace(/ +$/, '');
    this.#sendText(level, memory, start, Math.min(end, start + TEXT_ROOM));
    this.#structured = '';
  }

  /** The same for bytes[start, end). */
  sendBytes(level: number, bytes: Buffer, start = 0, end = bytes.length): void {
    if (level > this.maxLevel) return;
    const length = bytes.copy(shared.bytes, LOG_HEADER_ROOM, start, Math.min(end, start + TEXT_ROOM));
    this.#sendText(level, shared, LOG_HEADER_ROOM, LOG_HEADER_ROOM + length);
  }

  /** The header with the structured data of the line; returns where it begins. */
  #writeStructured(header: Buffer, bytes: Buffer, textStart: number): number {
    const before = header.length - NO_STRUCTURED_DATA.length;
    const data = `${this.#structured.slice(0, LOG_HEADER_ROOM - header.length)} `;
    const start = textStart - before - data.length;
    header.copy(bytes, start, 0, before);
    bytes.write(data, start + before, 'latin1');
    return start;
  }

  #sendText(level: number, memory: NativeMemory, textStart: number, end: number): void {
    const bytes = memory.bytes;
    const nowMs = this.#clock();
    let textEnd = end;
    while (textEnd > textStart && (bytes[textEnd - 1] === LINE_FEED || bytes[textEnd - 1] === 0)) textEnd--;
    for (let i = 0; i < this.#targets.length; i++) {
      const target = this.#targets[i] as PreparedTarget;
      if (level > target.maxLevel || (target.sample !== undefined && !isSampled(target, target.sample))) continue;
      const header = target.header.at(Math.max(level, target.minLevel), nowMs);
      const start =
        this.#structured !== '' && target.structured
          ? this.#writeStructured(header, bytes, textStart)
          : writeHeader(header, bytes, textStart);
      const lineEnd = Math.min(textEnd, start + target.length);
      const replaced = bytes[lineEnd] as number;
      bytes[lineEnd] = LINE_FEED;
      target.outlet.write(memory, start, lineEnd + 1 - start);
      bytes[lineEnd] = replaced;
    }
  }
}

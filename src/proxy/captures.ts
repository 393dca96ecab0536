/** What `capture` lines keep of a request and its response, for the log and for `capture.*` (manual 4.2). */
import type { CaptureModel } from '../config/model.ts';
import type { Http1Head } from '../http/h1-head.ts';
import { hashName } from '../http/header-hash.ts';
import { type KeptText, keepText, releaseKeptText } from '../sample/kept-text.ts';
import type { Stream } from './stream.ts';

export type Slots = (KeptText | null)[];

/** One header that is kept: where, and how much of it. */
interface HeaderCapture {
  readonly slot: number;
  readonly name: string;
  readonly hash: number;
  readonly length: number;
}

export interface CompiledCaptures {
  readonly count: number;
  readonly headers: readonly HeaderCapture[];
}

export function compileCaptures(models: readonly CaptureModel[]): CompiledCaptures {
  const headers = models.flatMap(({ header, length }, slot) => {
    if (header === undefined) return [];
    const name = header.toLowerCase();
    return [{ slot, name, hash: hashName(name), length }];
  });
  return { count: models.length, headers };
}

/** A request begins: nothing is kept yet. */
export function beginCaptures(stream: Stream): void {
  const { requestCaptures, responseCaptures } = stream.frontend;
  if (requestCaptures.count > 0) stream.requestCaptures = emptySlots(stream.requestCaptures, requestCaptures.count);
  if (responseCaptures.count > 0) stream.responseCaptures = emptySlots(stream.responseCaptures, responseCaptures.count);
  stream.serverSource = null;
  stream.clientCookie = null;
  stream.serverCookie = null;
  stream.madeUniqueId = null;
}

/** The same places for every request of a connection. */
function emptySlots(slots: Slots | null, count: number): Slots {
  if (slots === null) return new Array<KeptText | null>(count).fill(null);
  releaseSlots(slots);
  return slots;
}

function releaseSlots(slots: Slots | null): void {
  if (slots === null) return;
  for (let i = 0; i < slots.length; i++) {
    releaseKeptText(slots[i] as KeptText | null);
    slots[i] = null;
  }
}

/** The stream ends. */
export function endCaptures(stream: Stream): void {
  releaseSlots(stream.requestCaptures);
  releaseSlots(stream.responseCaptures);
}

/** Keeps the headers; of several lines of one name the last. */
export function captureHeaders(head: Http1Head, { headers }: CompiledCaptures, slots: Slots | null): void {
  if (slots === null) return;
  for (const { slot, name, hash, length } of headers) {
    for (let i = head.find(hash, name); i >= 0; i = head.find(hash, name, i + 1)) {
      const start = head.valueStart[i] as number;
      const end = Math.min(head.valueEnd[i] as number, start + length);
      slots[slot] = keepText(head.source(i), head.sourceView(i), start, end);
    }
  }
}

const COOKIE = hashName('cookie');
const SET_COOKIE = hashName('set-cookie');

/**
 * The first cookie whose name begins with the wanted one, as `name=value`; null: none. A cookie without an equals sign is
 * none, and in requests attributes (`$Version`) are not either.
 */
export function findCookie(head: Http1Head, response: boolean, wanted: string, length: number): string | null {
  const name = response ? 'set-cookie' : 'cookie';
  const hash = response ? SET_COOKIE : COOKIE;
  for (let i = head.find(hash, name); i >= 0; i = head.find(hash, name, i + 1)) {
    const value = head.valueString(i);
    // Only the first part of Set-Cookie is the cookie.
    const parts = response ? [value.split(';', 1)[0] ?? ''] : splitCookies(value);
    for (const part of parts) {
      const cookie = part.trim().replace(/[ \t]*=[ \t]*/, '=');
      if (!cookie.includes('=') || (!response && cookie.startsWith('$'))) continue;
      if (cookie.startsWith(wanted)) return cookie.slice(0, length);
    }
  }
  return null;
}

/** Cookies are separated by semicolons or commas that stand in no quotes. */
const REQUEST_COOKIE = /(?:"(?:\\.|[^"\\])*"|[^;,"]|")+/g;

function splitCookies(value: string): readonly string[] {
  return value.match(REQUEST_COOKIE) ?? [];
}

/** Where cookies of requests are looked at, HAProxy takes the blanks around their equals signs away. */
export function tidyCookies(head: Http1Head): void {
  for (let i = head.find(COOKIE, 'cookie'); i >= 0; i = head.find(COOKIE, 'cookie', i + 1)) {
    const value = head.valueString(i);
    const tidy = value.replace(REQUEST_COOKIE, (part) => part.replace(/[ \t]*=[ \t]*/, '='));
    if (tidy !== value) head.replaceValue(i, head.valueStart[i] as number, head.valueEnd[i] as number, tidy);
  }
}

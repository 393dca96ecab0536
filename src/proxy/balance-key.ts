/**
 * What a backend hashes to find a server (manual section 4.2, `balance`), compiled once: from the stream to 32 bits, or -1
 * when the request has no such thing.
 */

import type { BalanceKeyModel, BalanceModel } from '../config/model.ts';
import type { Http1Head } from '../http/h1-head.ts';
import { hashName } from '../http/header-hash.ts';
import { METHOD_POST } from '../http/methods.ts';
import { pathStart } from '../http/uri.ts';
import { cast } from '../sample/casts.ts';
import type { CompileOptions } from '../sample/context.ts';
import { compileExpression } from '../sample/expression.ts';
import { hashAddress, hashCrc32, hashDjb2, hashSdbm, hashWt6 } from '../sample/hash/hash32.ts';
import { firstValue } from '../sample/header-values.ts';
import { BIN, Sample } from '../sample/sample.ts';
import { AF_INET } from '../sys/socket-constants.ts';
import type { Stream } from './stream.ts';

export type BalanceKey = (stream: Stream) => number;
type HashFunction = (key: Uint8Array, start: number, end: number) => number;

const ABSENT = -1;
const SLASH = 47;
const QUESTION = 63;
const EQUALS = 61;
const AMPERSAND = 38;
const DOT = 46;
const LINE_FEED = 10;

const FUNCTIONS: Readonly<Record<BalanceModel['hashFunction'], HashFunction>> = {
  sdbm: hashSdbm,
  djb2: hashDjb2,
  wt6: hashWt6,
  crc32: hashCrc32,
};

const sample = new Sample();

/** Null: the algorithm hashes nothing. */
export function compileBalanceKey(model: BalanceModel, options: CompileOptions): BalanceKey | null {
  if (model.algorithm === 'source') return sourceHash;
  if (model.key === undefined) return null;
  const hash = FUNCTIONS[model.hashFunction];
  switch (model.key.kind) {
    case 'uri':
      return uriHash(model.key, hash);
    case 'url_param':
      return parameterHash(Buffer.from(`${model.key.name}=`, 'latin1'), hash);
    case 'hdr':
      return headerHash(model.key.name, model.key.domainOnly, hash);
    case 'expression': {
      const { read } = compileExpression(model.key.expression, options);
      return (stream) => {
        sample.mayChange = false;
        if (!read(stream, sample) || sample.mayChange || !cast(sample, BIN)) return ABSENT;
        return hash(sample.bytes, sample.start, sample.end);
      };
    }
  }
}

function sourceHash(stream: Stream): number {
  const peer = stream.clientAddress;
  if (peer === null) return 0;
  return peer.family === AF_INET ? hashAddress(peer.bytes, 4, 4) : hashAddress(peer.bytes, 8, 16);
}

function uriHash(key: BalanceKeyModel & { readonly kind: 'uri' }, hash: HashFunction): BalanceKey {
  return (stream) => {
    const head = stream.requestHead;
    if (head === null) return ABSENT;
    const bytes = head.lineBytes;
    let start = head.uriStart;
    let end = head.uriEnd;
    if (key.pathOnly) {
      const path = pathStart(bytes, start, end);
      start = path < 0 ? end : path;
    }
    if (key.length > 0) end = Math.min(end, start + key.length);
    let slashes = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      // The slash that would open one directory too many ends it, and so does the query.
      if ((byte === SLASH && key.depth > 0 && ++slashes > key.depth) || (byte === QUESTION && !key.whole)) end = at;
    }
    return hash(bytes, start, end);
  };
}

/** `name` with its equals sign: in the query, else in a form that came along with a POST. */
function parameterHash(name: Buffer, hash: HashFunction): BalanceKey {
  return (stream) => {
    const head = stream.requestHead;
    if (head === null) return ABSENT;
    const bytes = head.lineBytes;
    const question = bytes.indexOf(QUESTION, head.uriStart);
    if (question >= 0 && question < head.uriEnd) {
      const found = hashParameter(bytes, question + 1, head.uriEnd, name, hash);
      if (found !== ABSENT) return found;
    }
    return head.method === METHOD_POST ? hashFormParameter(stream, head, name, hash) : ABSENT;
  };
}

function hashParameter(bytes: Buffer, from: number, end: number, name: Buffer, hash: HashFunction): number {
  for (let at = from; at + name.length <= end; ) {
    let next = bytes.indexOf(AMPERSAND, at);
    if (next < 0 || next > end) next = end;
    if (bytes[at + name.length - 1] === EQUALS && bytes.compare(name, 0, name.length, at, at + name.length) === 0) {
      return hash(bytes, at + name.length, next);
    }
    at = next + 1;
  }
  return ABSENT;
}

/** What has arrived of the body when the server is chosen is all that counts. */
function hashFormParameter(stream: Stream, head: Http1Head, name: Buffer, hash: HashFunction): number {
  const input = stream.client.input;
  if (input === null) return ABSENT;
  const { bytes } = input;
  let start = head.headEnd;
  let end = stream.client.inputEnd;
  if (head.chunked) {
    const line = bytes.indexOf(LINE_FEED, start);
    if (line < 0 || line >= end) return ABSENT;
    const size = Number.parseInt(bytes.toString('latin1', start, line), 16);
    start = line + 1;
    end = Math.min(end, start + size);
  } else end = Math.min(end, start + Math.max(head.contentLength, 0));
  return hashParameter(bytes, start, end, name, hash);
}

function headerHash(name: string, domainOnly: boolean, hash: HashFunction): BalanceKey {
  const lower = name.toLowerCase();
  const nameHash = hashName(name);
  return (stream) => {
    const head = stream.requestHead;
    if (head === null || !firstValue(head, nameHash, lower, sample) || sample.start === sample.end) return ABSENT;
    const { bytes, start, end } = sample;
    return domainOnly ? hashDomain(bytes, start, end, hash) : hash(bytes, start, end);
  };
}

/** The label before the last dot; all of it where there is none, or only at the very beginning. */
function hashDomain(bytes: Buffer, start: number, end: number, hash: HashFunction): number {
  let dot = end - 1;
  while (dot > start && bytes[dot] !== DOT) dot--;
  if (dot <= start) return hash(bytes, start, end);
  let from = dot;
  while (from > start && bytes[from - 1] !== DOT) from--;
  return hash(bytes, from, dot);
}

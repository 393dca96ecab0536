/**
 * Writes a head back as bytes. What no rule touched is copied in runs as it came; one message in a thousand (see
 * `irregular` in h1-parser.ts) is spelt anew line by line.
 */
import { CR, LF, SP } from './char-classes.ts';
import { areaOf, copyBytes, copyRun } from './copy-bytes.ts';
import type { Http1Head } from './h1-head.ts';

const COLON = 58;
const HTTP_1_1 = areaOf(Buffer.from('HTTP/1.1', 'latin1'));
const HTTP_1_0 = areaOf(Buffer.from('HTTP/1.0', 'latin1'));

export function writeHead(head: Http1Head, out: Buffer, outView: DataView, start: number): number {
  let at = start;
  if (head.irregular) at = spellAll(head, out, outView, at);
  else {
    const { bytes, view } = head;
    let from = head.start;
    if (head.lineBytes !== bytes) {
      at = spellStartLine(head, out, outView, at);
      from = head.headersStart;
    }
    if (head.gaps === 0) at = copyRun(bytes, view, from, head.blankLine, out, outView, at);
    else if (head.gaps === 1 && head.rewritten === 0) {
      at = copyRun(bytes, view, from, head.gapStart, out, outView, at);
      at = copyRun(bytes, view, head.gapEnd, head.blankLine, out, outView, at);
    } else at = copyRuns(head, from, out, outView, at);
  }
  if (head.arenaEnd > 0) at = copyAdded(head, out, outView, at);
  out[at++] = CR;
  out[at++] = LF;
  return at;
}

/** Copies `[from, first header)` and the live headers, neighbours in one copy. */
function copyRuns(head: Http1Head, from: number, out: Buffer, outView: DataView, start: number): number {
  const { bytes, view, nameStart, lineEnd, parsedCount } = head;
  let at = start;
  let runStart = from;
  let runEnd = head.headersStart;
  for (let i = 0; i < parsedCount; i++) {
    const end = lineEnd[i] as number;
    if (end === 0) continue;
    const begin = nameStart[i] as number;
    if (head.rewritten > 0 && head.moved[i] !== 0) {
      at = copyRun(bytes, view, runStart, runEnd, out, outView, at);
      at = copyRun(head.arena, head.arenaView, begin, end, out, outView, at);
      runStart = runEnd = 0;
      continue;
    }
    if (begin !== runEnd) {
      at = copyRun(bytes, view, runStart, runEnd, out, outView, at);
      runStart = begin;
    }
    runEnd = end;
  }
  return copyRun(bytes, view, runStart, runEnd, out, outView, at);
}

function copyAdded(head: Http1Head, out: Buffer, outView: DataView, start: number): number {
  const { arena, arenaView } = head;
  if (!head.arenaHoles) return copyRun(arena, arenaView, 0, head.arenaEnd, out, outView, start);
  let at = start;
  for (let i = head.parsedCount; i < head.count; i++) {
    const end = head.lineEnd[i] as number;
    if (end !== 0) at = copyRun(arena, arenaView, head.nameStart[i] as number, end, out, outView, at);
  }
  return at;
}

function spellAll(head: Http1Head, out: Buffer, outView: DataView, start: number): number {
  let at = spellStartLine(head, out, outView, start);
  for (let i = 0; i < head.parsedCount; i++) {
    if (head.lineEnd[i] === 0) continue;
    const source = head.source(i);
    at = copyBytes(source, head.nameStart[i] as number, head.nameEnd[i] as number, out, at);
    out[at++] = COLON;
    out[at++] = SP;
    at = copyBytes(source, head.valueStart[i] as number, head.valueEnd[i] as number, out, at);
    out[at++] = CR;
    out[at++] = LF;
  }
  return at;
}

function spellStartLine(head: Http1Head, out: Buffer, outView: DataView, start: number): number {
  const line = head.lineBytes;
  let at = start;
  if (head.isRequest) {
    if (line === head.ownLine) at = copyRun(line, head.ownLineView, head.methodStart, head.uriEnd, out, outView, at);
    else {
      at = copyBytes(line, head.methodStart, head.methodEnd, out, at);
      out[at++] = SP;
      at = copyBytes(line, head.uriStart, head.uriEnd, out, at);
    }
    out[at++] = SP;
    at = spellVersion(head, out, outView, at);
  } else {
    at = spellVersion(head, out, outView, at);
    out[at++] = SP;
    at = copyBytes(line, head.statusStart, head.statusEnd, out, at);
    out[at++] = SP;
    at = copyBytes(line, head.reasonStart, head.reasonEnd, out, at);
  }
  out[at++] = CR;
  out[at++] = LF;
  return at;
}

/** Whatever is 1.1 or later goes on as 1.1: that is what we speak. */
function spellVersion(head: Http1Head, out: Buffer, outView: DataView, at: number): number {
  if (head.version11) return copyRun(HTTP_1_1.bytes, HTTP_1_1.view, 0, 8, out, outView, at);
  if (head.versionStart === head.versionEnd) return copyRun(HTTP_1_0.bytes, HTTP_1_0.view, 0, 8, out, outView, at);
  return copyBytes(head.lineBytes, head.versionStart, head.versionEnd, out, at);
}

/** Actions on the request line and the status line (manual 4.2, `set-path`, `replace-uri`, `normalize-uri`, `set-status`). */
import type { HttpActionModel, UriNormalizer } from '../../config/model-rules.ts';
import type { Http1Head } from '../../http/h1-head.ts';
import { latin1Text } from '../../http/latin1-text.ts';
import { methodNumber } from '../../http/methods.ts';
import { reasonOf } from '../../http/reasons.ts';
import { pathEnd, pathStart } from '../../http/uri.ts';
import * as normal from '../../http/uri-normalizer.ts';
import { Substitution } from '../../sample/substitution.ts';
import { output, TEXT_START } from '../../sample/text-output.ts';
import type { Stream } from '../stream.ts';
import { type Action, type ActionOptions, BAD, compileOutput, lineEnd, NEXT, singleLine } from './action.ts';
import { replaceHost } from './authority.ts';
import { ReplacementText } from './replacement-text.ts';
import { hasRoom, rewriteFailed } from './rewriting.ts';

type Kind<K extends HttpActionModel['kind']> = HttpActionModel & { readonly kind: K };
const SPACE = 32;
const QUESTION = 63;

type Part = 'method' | 'path' | 'pathq' | 'query' | 'uri';

/** Where the path of the target begins in the start line; -1 without one. */
function pathAt(head: Http1Head): number {
  return pathStart(head.lineBytes, head.uriStart, head.uriEnd);
}

/** Puts the output's `[start,end)` in place of a part of the request line. Returns a verdict. */
function replacePart(stream: Stream, head: Http1Head, part: Part, start: number, end: number): number {
  if (!hasRoom(stream, head, end - start, 0)) return rewriteFailed(stream);
  const line = head.lineBytes;
  const { uriStart, uriEnd } = head;
  const lineStart = output.end;
  if (part === 'method') output.copy(output.bytes, start, end);
  else output.copy(line, head.methodStart, head.methodEnd);
  const methodLength = output.end - lineStart;
  output.byte(SPACE);
  const target = output.end;
  if (part === 'method') output.copy(line, uriStart, uriEnd);
  else if (part === 'uri') output.copy(output.bytes, start, end);
  else if (part === 'query') {
    const question = pathEnd(line, uriStart, uriEnd);
    output.copy(line, uriStart, question);
    if (question < uriEnd || start < end) output.byte(QUESTION);
    output.copy(output.bytes, start, end);
  } else {
    const path = Math.max(pathAt(head), uriStart);
    output.copy(line, uriStart, path);
    output.copy(output.bytes, start, end);
    if (part === 'path') output.copy(line, pathEnd(line, path, uriEnd), uriEnd);
  }
  const targetLength = output.end - target;
  output.byte(SPACE);
  output.reserve(head.versionLength);
  output.end = head.writeVersion(output.bytes, output.end);
  head.takeRequestLine(output.memory, lineStart, methodLength, targetLength, output.end);
  if (part === 'method') {
    stream.rules.serverMethod = methodNumber(head.lineBytes, head.methodStart, head.methodEnd);
  }
  if (part === 'uri' && !replaceHost(head)) return rewriteFailed(stream);
  return NEXT;
}

function replaceByText(stream: Stream, head: Http1Head, part: Part, text: string): number {
  output.begin();
  output.text(singleLine(text));
  return replacePart(stream, head, part, TEXT_START, output.end);
}

const SET_PARTS = {
  'set-method': 'method',
  'set-path': 'path',
  'set-pathq': 'pathq',
  'set-query': 'query',
  'set-uri': 'uri',
} as const;

export function compileSetPart(model: Kind<keyof typeof SET_PARTS>, options: ActionOptions): Action {
  const part = SET_PARTS[model.kind];
  const write = compileOutput(model.value, options.samples);
  return {
    run(stream, head) {
      write(stream);
      return replacePart(stream, head, part, TEXT_START, lineEnd(TEXT_START));
    },
  };
}

const REPLACED_PARTS = { 'replace-path': 'path', 'replace-pathq': 'pathq', 'replace-uri': 'uri' } as const;

/** Where the part begins that an expression is matched against; -1: there is none. */
function partStart(head: Http1Head, part: Part): number {
  return part === 'uri' ? head.uriStart : pathAt(head);
}

function partEnd(head: Http1Head, part: Part, start: number): number {
  return part === 'path' ? pathEnd(head.lineBytes, start, head.uriEnd) : head.uriEnd;
}

export function compileReplacePart(model: Kind<keyof typeof REPLACED_PARTS>, options: ActionOptions): Action {
  const part = REPLACED_PARTS[model.kind];
  const pattern = new Substitution(model.pattern);
  const text = new ReplacementText(model.value, options.samples);
  return {
    run(stream, head) {
      const start = partStart(head, part);
      const end = partEnd(head, part, start);
      if (start < 0 || start === end || !pattern.find(head.lineBytes, start, end)) return NEXT;
      text.prepare(stream);
      if (!text.make(pattern, stream.runtime.bufferSize)) return rewriteFailed(stream);
      return replacePart(stream, head, part, text.start, text.end);
    },
  };
}

/** Which part each normal form is of, and how it is made. */
function normalForm(name: UriNormalizer): { readonly part: Part; readonly make: (text: string) => string | null } {
  switch (name) {
    case 'path-merge-slashes':
      return { part: 'path', make: normal.mergeSlashes };
    case 'path-strip-dot':
      return { part: 'path', make: normal.stripDots };
    case 'path-strip-dotdot':
    case 'path-strip-dotdot full':
      return { part: 'path', make: (path) => normal.stripDoubleDots(path, name !== 'path-strip-dotdot') };
    case 'query-sort-by-name':
      return { part: 'query', make: normal.sortQuery };
    case 'percent-to-uppercase':
    case 'percent-to-uppercase strict':
      return { part: 'pathq', make: (text) => normal.upperPercent(text, name.endsWith('strict')) };
    case 'percent-decode-unreserved':
    case 'percent-decode-unreserved strict':
      return { part: 'pathq', make: (text) => normal.decodeUnreserved(text, name.endsWith('strict')) };
    case 'fragment-strip':
      return { part: 'pathq', make: normal.stripFragment };
    case 'fragment-encode':
      return { part: 'pathq', make: normal.encodeFragment };
  }
}

export function compileNormalize(model: Kind<'normalize-uri'>): Action {
  const { part, make } = normalForm(model.normalizer);
  return {
    run(stream, head) {
      const line = head.lineBytes;
      const start = pathAt(head);
      if (start < 0) return NEXT;
      if (part === 'query') {
        const question = pathEnd(line, start, head.uriEnd);
        if (question === head.uriEnd) return NEXT;
        return replaceByText(stream, head, part, (make(latin1Text(line, question, head.uriEnd)) as string).slice(1));
      }
      const made = make(latin1Text(line, start, partEnd(head, part, start)));
      return made === null ? BAD : replaceByText(stream, head, part, made);
    },
  };
}

export function compileStatus(model: Kind<'set-status'>): Action {
  const reason = model.reason ?? reasonOf(model.status);
  return {
    run(stream, head) {
      if (!hasRoom(stream, head, reason.length, 0)) return rewriteFailed(stream);
      head.replaceStatusLine(model.status, reason);
      // The log tells what the client is told.
      stream.status = model.status;
      return NEXT;
    },
  };
}

/** The path and query of the request; an absolute target loses its scheme and authority; '/' when there is none. */
export function pathAndQuery(head: Http1Head, dropQuery: boolean): string {
  const start = pathStart(head.lineBytes, head.uriStart, head.uriEnd);
  if (start < 0) return '/';
  const text = latin1Text(head.lineBytes, start, head.uriEnd);
  const question = dropQuery ? text.indexOf('?') : -1;
  return question < 0 ? text : text.slice(0, question);
}

/** Actions on the request line and the status line (manual 4.2, `set-path`, `replace-uri`, `normalize-uri`, `set-status`). */
import type { HttpActionModel, UriNormalizer } from '../../config/model-rules.ts';
import { compileRegex } from '../../config/regex/regex.ts';
import type { Http1Head } from '../../http/h1-head.ts';
import { latin1Text } from '../../http/latin1-text.ts';
import { methodNumber } from '../../http/methods.ts';
import { reasonOf } from '../../http/reasons.ts';
import { pathStart } from '../../http/uri.ts';
import * as normal from '../../http/uri-normalizer.ts';
import { expandReplacement } from '../../sample/replacement.ts';
import type { Stream } from '../stream.ts';
import { type Action, type ActionOptions, BAD, compileText, NEXT, singleLine } from './action.ts';
import { replaceHost } from './authority.ts';
import { hasRoom, rewriteFailed } from './rewriting.ts';

type Kind<K extends HttpActionModel['kind']> = HttpActionModel & { readonly kind: K };
type Part = 'method' | 'path' | 'pathq' | 'query' | 'uri';

/** Where the path of the target begins as text; -1 without one. */
function pathIndex(head: Http1Head): number {
  const start = pathStart(head.lineBytes, head.uriStart, head.uriEnd);
  return start < 0 ? -1 : start - head.uriStart;
}

/** The target with `text` in place of one part of it. */
function withPart(head: Http1Head, part: Part, text: string): string {
  if (part === 'uri') return text;
  const uri = head.uriString();
  if (part === 'query') {
    const question = uri.indexOf('?');
    if (question >= 0) return uri.slice(0, question + 1) + text;
    return text === '' ? uri : `${uri}?${text}`;
  }
  const start = Math.max(pathIndex(head), 0);
  if (part === 'pathq') return uri.slice(0, start) + text;
  const question = uri.indexOf('?', start);
  return uri.slice(0, start) + text + (question < 0 ? '' : uri.slice(question));
}

/** Puts `text` in place of a part of the request line. Returns a verdict. */
function replacePart(stream: Stream, head: Http1Head, part: Part, text: string): number {
  const value = singleLine(text);
  if (!hasRoom(stream, head, value.length, 0)) return rewriteFailed(stream);
  if (part === 'method') {
    head.replaceRequestLine(value, head.uriString());
    stream.rules.serverMethod = methodNumber(head.lineBytes, head.methodStart, head.methodEnd);
    return NEXT;
  }
  head.setUri(withPart(head, part, value));
  if (part === 'uri' && !replaceHost(head)) return rewriteFailed(stream);
  return NEXT;
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
  const text = compileText(model.value, options.samples);
  return { run: (stream, head) => replacePart(stream, head, part, text(stream)) };
}

const REPLACED_PARTS = { 'replace-path': 'path', 'replace-pathq': 'pathq', 'replace-uri': 'uri' } as const;

/** What of the target an expression is matched against. */
function partText(head: Http1Head, part: Part): string {
  const uri = head.uriString();
  if (part === 'uri') return uri;
  const start = pathIndex(head);
  if (start < 0) return '';
  const question = part === 'path' ? uri.indexOf('?', start) : -1;
  return question < 0 ? uri.slice(start) : uri.slice(start, question);
}

export function compileReplacePart(model: Kind<keyof typeof REPLACED_PARTS>, options: ActionOptions): Action {
  const part = REPLACED_PARTS[model.kind];
  const pattern = compileRegex(model.pattern);
  const text = compileText(model.value, options.samples);
  return {
    run(stream, head) {
      const subject = partText(head, part);
      if (subject === '') return NEXT;
      const match = pattern.exec(subject);
      if (match === null) return NEXT;
      const made = expandReplacement(text(stream), match, stream.runtime.bufferSize);
      return made === null ? rewriteFailed(stream) : replacePart(stream, head, part, made);
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
      const start = pathIndex(head);
      if (start < 0) return NEXT;
      if (part === 'query') {
        const uri = head.uriString();
        const question = uri.indexOf('?', start);
        if (question < 0) return NEXT;
        return replacePart(stream, head, 'query', (make(uri.slice(question)) as string).slice(1));
      }
      const made = make(partText(head, part));
      return made === null ? BAD : replacePart(stream, head, part, made);
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

/** The former rules on whole lines (manual 1.9, 4.2: `reqrep`, `rspdel`, ...): an expression against "Name: value". */
import type { HttpActionModel } from '../../config/model-rules.ts';
import { compileRegex } from '../../config/regex/regex.ts';
import type { Http1Head } from '../../http/h1-head.ts';
import { expandReplacement } from '../../sample/replacement.ts';
import type { Stream } from '../stream.ts';
import { type Action, BAD, DENY, NEXT, TARPIT } from './action.ts';
import { hasRoom, rewriteFailed } from './rewriting.ts';

type LineFilter = HttpActionModel & { readonly kind: 'filter-lines' };

function startLine(head: Http1Head): string {
  if (head.isRequest) return `${head.methodString()} ${head.uriString()} ${head.versionString()}`;
  return `${head.versionString()} ${head.status} ${head.reasonString()}`;
}

/** Reads a start line that a replacement made. Returns false when it is none. */
function setStartLine(head: Http1Head, text: string): boolean {
  if (head.isRequest) {
    const words = /^([!-~]+) +([!-~\x80-\xff]+) +HTTP\/1\.[01]$/.exec(text);
    if (words === null) return false;
    head.replaceRequestLine(words[1] as string, words[2] as string);
    return true;
  }
  const words = /^HTTP\/1\.[01] +(\d{3})(?: +([^\r\n]*))?$/.exec(text);
  if (words === null) return false;
  head.replaceStatusLine(Number(words[1]), words[2] ?? '');
  return true;
}

/** Puts a line, or several, in place of header `index`. */
function setHeaderLine(head: Http1Head, index: number, text: string): boolean {
  const lines = text.split(/\r?\n/).map((line) => /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line));
  if (lines.some((line) => line === null)) return false;
  const name = head.nameString(index).toLowerCase();
  const [first, ...rest] = lines as RegExpExecArray[];
  if (first?.[1]?.toLowerCase() === name) {
    head.replaceValue(index, head.valueStart[index] as number, head.valueEnd[index] as number, first[2] as string);
  } else {
    head.removeAt(index);
    if (first !== undefined) rest.unshift(first);
  }
  for (const line of rest) head.addHeader((line[1] as string).toLowerCase(), line[2] as string);
  return true;
}

/** Replaces the whole start line, or else every header line, that matches somewhere. Returns a verdict. */
function replaceLines(stream: Stream, head: Http1Head, pattern: RegExp, replacement: string): number {
  const limit = stream.runtime.bufferSize;
  const start = startLine(head);
  const found = pattern.exec(start);
  if (found !== null) {
    const text = expandReplacement(replacement, found, limit);
    if (text === null) return BAD;
    if (!hasRoom(stream, head, text.length, 0)) return rewriteFailed(stream);
    if (!setStartLine(head, text)) return BAD;
    if (!head.isRequest) stream.status = head.status;
    return NEXT;
  }
  const count = head.count;
  for (let i = 0; i < count; i++) {
    if (head.lineEnd[i] === 0) continue;
    const match = pattern.exec(`${head.nameString(i)}: ${head.valueString(i)}`);
    if (match === null) continue;
    const text = expandReplacement(replacement, match, limit);
    if (text === null) return BAD;
    if (!hasRoom(stream, head, text.length, 1)) return rewriteFailed(stream);
    if (!setHeaderLine(head, i, text)) return BAD;
  }
  return NEXT;
}

function deleteLines(head: Http1Head, pattern: RegExp): number {
  for (let i = 0; i < head.count; i++) {
    if (head.lineEnd[i] !== 0 && pattern.test(`${head.nameString(i)}: ${head.valueString(i)}`)) head.removeAt(i);
  }
  return NEXT;
}

function matchesAny(head: Http1Head, pattern: RegExp): boolean {
  if (pattern.test(startLine(head))) return true;
  for (let i = 0; i < head.count; i++) {
    if (head.lineEnd[i] !== 0 && pattern.test(`${head.nameString(i)}: ${head.valueString(i)}`)) return true;
  }
  return false;
}

export function compileLineFilter(model: LineFilter): Action {
  const pattern = compileRegex(model.pattern, model.ignoreCase);
  const { effect, replacement, status } = model;
  switch (effect) {
    case 'replace':
      return { run: (stream, head) => replaceLines(stream, head, pattern, replacement) };
    case 'delete':
      return { run: (_stream, head) => deleteLines(head, pattern) };
    case 'allow':
      return {
        run(stream, head) {
          if (!stream.rules.linesAllowed && matchesAny(head, pattern)) stream.rules.linesAllowed = true;
          return NEXT;
        },
      };
    case 'deny':
    case 'tarpit': {
      const verdict = effect === 'deny' ? DENY : TARPIT;
      const refuse = (stream: Stream, head: Http1Head): number =>
        (head.isRequest && stream.rules.linesAllowed) || !matchesAny(head, pattern) ? NEXT : verdict;
      return { run: refuse, reply: null, status };
    }
    case 'pass':
      return { run: () => NEXT };
  }
}

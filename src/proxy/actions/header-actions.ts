/** Actions on header fields: set, add, delete, replace, and hints sent ahead (manual 4.2). */
import type { HttpActionModel } from '../../config/model-rules.ts';
import { compileRegex } from '../../config/regex/regex.ts';
import type { Http1Head } from '../../http/h1-head.ts';
import { headerLine } from '../../http/h1-header-line.ts';
import { hashName } from '../../http/header-hash.ts';
import { latin1Text } from '../../http/latin1-text.ts';
import { listItemEnd } from '../../http/list-item.ts';
import { Substitution } from '../../sample/substitution.ts';
import { encodedArea, output, TEXT_START } from '../../sample/text-output.ts';
import type { Stream } from '../stream.ts';
import { type Action, type ActionOptions, compileOutput, constantText, lineEnd, NEXT, singleLine } from './action.ts';
import { replaceAuthority } from './authority.ts';
import { ReplacementText } from './replacement-text.ts';
import { hasRoom, rewriteFailed } from './rewriting.ts';

type Kind<K extends HttpActionModel['kind']> = HttpActionModel & { readonly kind: K };

/** A header that is always the same: its line is made once. */
function constantHeader(name: string, hash: number, value: string, replaces: boolean): Action {
  const line = headerLine(name, value);
  return {
    run(stream, head) {
      if (replaces) head.removeAll(hash, name);
      if (!hasRoom(stream, head, line.bytes.length, 1)) return rewriteFailed(stream);
      head.addLine(line);
      return NEXT;
    },
  };
}

export function compileSetHeader(
  model: Kind<'set-header' | 'add-header' | 'early-hint'>,
  options: ActionOptions,
): Action {
  // HAProxy sends all names in lower case.
  const name = model.name.toLowerCase();
  const hash = hashName(name);
  const host = name === 'host';
  const replaces = model.kind !== 'add-header';
  const constant = constantText(model.value);
  if (constant !== undefined && !host) return constantHeader(name, hash, singleLine(constant), replaces);
  const prefix = encodedArea(`${name}: `);
  const write = compileOutput(model.value, options.samples);
  return {
    run(stream, head) {
      // The value is made first: it may speak of the header it replaces.
      write(stream);
      const { bytes } = output;
      const end = lineEnd(TEXT_START);
      if (replaces) head.removeAll(hash, name);
      if (!hasRoom(stream, head, name.length + end - TEXT_START, 1)) return rewriteFailed(stream);
      head.addBytes(prefix, hash, output.memory, TEXT_START, end);
      // The request target follows its Host header.
      if (host && head.isRequest && !replaceAuthority(head, latin1Text(bytes, TEXT_START, end))) {
        return rewriteFailed(stream);
      }
      return NEXT;
    },
  };
}

function compileNameMatch(model: Kind<'del-header'>): (name: string) => boolean {
  const wanted = model.name.toLowerCase();
  switch (model.match) {
    case 'str':
      return (name) => name.toLowerCase() === wanted;
    case 'beg':
      return (name) => name.toLowerCase().startsWith(wanted);
    case 'end':
      return (name) => name.toLowerCase().endsWith(wanted);
    case 'sub':
      return (name) => name.toLowerCase().includes(wanted);
    case 'reg': {
      // HAProxy holds names in lower case, and the expression minds the case.
      const pattern = compileRegex(model.name);
      return (name) => pattern.test(name.toLowerCase());
    }
  }
}

export function compileDeleteHeader(model: Kind<'del-header'>): Action {
  if (model.match === 'str') {
    const name = model.name.toLowerCase();
    const hash = hashName(name);
    return {
      run(_stream, head) {
        head.removeAll(hash, name);
        return NEXT;
      },
    };
  }
  const matches = compileNameMatch(model);
  return {
    run(_stream, head) {
      for (let i = 0; i < head.count; i++) if (head.lineEnd[i] !== 0 && matches(head.nameString(i))) head.removeAt(i);
      return NEXT;
    },
  };
}

export function compileReplaceHeader(model: Kind<'replace-header' | 'replace-value'>, options: ActionOptions): Action {
  const name = model.name.toLowerCase();
  const hash = hashName(name);
  const host = name === 'host';
  const pattern = new Substitution(model.pattern);
  const text = new ReplacementText(model.value, options.samples);
  const whole = model.kind === 'replace-header';
  return {
    run(stream, head) {
      text.prepare(stream);
      for (let i = head.find(hash, name); i >= 0; i = head.find(hash, name, i + 1)) {
        const done = whole
          ? replaceWhole(stream, head, i, pattern, text)
          : replaceItems(stream, head, i, pattern, text);
        if (!done) return rewriteFailed(stream);
        if (host && head.isRequest && !replaceAuthority(head, head.valueString(i))) return rewriteFailed(stream);
      }
      return NEXT;
    },
  };
}

/** Replaces `[from, to)` of a value if what of it is looked at matches. Returns the length of what stands there now, -1 on failure. */
function replacePart(
  stream: Stream,
  head: Http1Head,
  index: number,
  from: number,
  to: number,
  start: number,
  end: number,
  pattern: Substitution,
  text: ReplacementText,
): number {
  if (!pattern.find(head.source(index), start, end, head.sourceView(index))) return to - from;
  if (!text.make(pattern, stream.runtime.bufferSize)) return -1;
  const length = text.end - text.start;
  if (!hasRoom(stream, head, length - (to - from), 0)) return -1;
  head.replaceBytes(index, from, to, output.memory, text.start, text.end);
  return length;
}

function replaceWhole(
  stream: Stream,
  head: Http1Head,
  index: number,
  pattern: Substitution,
  text: ReplacementText,
): boolean {
  const start = head.valueStart[index] as number;
  const end = head.valueEnd[index] as number;
  return replacePart(stream, head, index, start, end, start, end, pattern, text) >= 0;
}

const BLANK = 32;
const TAB = 9;

/** The same for each item of a list; blanks around a replaced one go. */
function replaceItems(
  stream: Stream,
  head: Http1Head,
  index: number,
  pattern: Substitution,
  text: ReplacementText,
): boolean {
  // Offsets relative to the value, which moves when something is replaced.
  let offset = 0;
  for (;;) {
    const base = head.valueStart[index] as number;
    const bytes = head.source(index);
    const from = base + offset;
    const to = listItemEnd(bytes, from, head.valueEnd[index] as number);
    let start = from;
    let end = to;
    while (start < end && (bytes[start] === BLANK || bytes[start] === TAB)) start++;
    while (end > start && (bytes[end - 1] === BLANK || bytes[end - 1] === TAB)) end--;
    const length = replacePart(stream, head, index, from, to, start, end, pattern, text);
    if (length < 0) return false;
    offset += length;
    if ((head.valueStart[index] as number) + offset >= (head.valueEnd[index] as number)) return true;
    offset++;
  }
}

/**
 * Sample expressions: `fetch(arguments),converter(arguments)...` (manual 7.3). Checked against the registry of fetches
 * and converters; what a fetch means is for `src/sample` to know.
 */

import { CONVERTERS } from './keywords/converters.ts';
import { FETCHES, type FetchEntry } from './keywords/fetches.ts';
import { KNOWN_CONVERTERS, KNOWN_FETCHES } from './keywords/known-samples.ts';
import type { ExpressionModel } from './model.ts';
import { canCast, type SampleType } from './sample-types.ts';

export interface ParsedExpression {
  readonly expression: ExpressionModel;
  readonly fetch: FetchEntry;
  readonly type: SampleType;
  /** What follows the expression in the text: '' or, within `%[...]`, what starts with the closing bracket. */
  readonly rest: string;
}

export type ExpressionResult = ParsedExpression | { readonly error: string };

const IDENTIFIER = /^[A-Za-z0-9._:+-]*/;

interface Arguments {
  readonly values: readonly string[];
  readonly rest: string;
}

const TYPE_NAMES: Readonly<Record<string, string>> = { string: 'string', integer: 'integer' };

/** `(a,"b,c",d\ e)` at the start of a text; quotes and backslashes as in a configuration line. */
function readArguments(text: string, types: readonly string[], least: number): Arguments | { readonly error: string } {
  const empty = text.charAt(0) !== '(';
  if (empty && least === 0) return { values: [], rest: text };
  const values: string[] = [];
  let at = empty ? 0 : 1;
  while (!empty && values.length < types.length) {
    let value = '';
    let quote = '';
    for (; at < text.length; at++) {
      const character = text.charAt(at);
      const next = text.charAt(at + 1);
      if (quote === '' && (character === ',' || character === ')')) break;
      if (character === quote) quote = '';
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === '\\' && quote !== "'" && next !== '') {
        const plain = { '\\': '\\', ' ': ' ', '"': '"', "'": "'", r: '\r', n: '\n', t: '\t' }[next];
        value += plain ?? character;
        if (plain !== undefined) at++;
      } else value += character;
    }
    const type = types[values.length] ?? 'string';
    if (type === 'integer') {
      if (value === '') {
        if (values.length >= least) break;
        return { error: `expected type 'integer' at position ${values.length + 1}, but got nothing` };
      }
      if (!/^[+-]?\d+$/.test(value)) {
        return { error: `failed to parse '${value}' as type 'integer' at position ${values.length + 1}` };
      }
    }
    values.push(value);
    if (text.charAt(at) !== ',' || values.length >= types.length) break;
    at++;
  }
  if (values.length < least) {
    const type = TYPE_NAMES[types[values.length] ?? ''] ?? 'string';
    return { error: `missing arguments (got ${values.length}/${least}), type '${type}' expected` };
  }
  if (empty) return { values, rest: text };
  if (text.charAt(at) !== ')') {
    const word = text.slice(at);
    return { error: word === '' ? "expected ')'" : `expected ')' before '${word}'` };
  }
  return { values, rest: text.slice(at + 1) };
}

interface Converters {
  readonly list: ExpressionModel['converters'];
  readonly type: SampleType;
  readonly rest: string;
}

/** The wording differs between plain expressions and those of ACL keywords. */
interface ConverterWording {
  readonly prefix: string;
  readonly missingComma: (converter: string | undefined) => string;
  /** Stop at what is no comma instead of refusing it. */
  readonly mayEnd: boolean;
}

function readConverters(text: string, from: SampleType, wording: ConverterWording): Converters | { error: string } {
  const list: { name: string; args: readonly string[] }[] = [];
  let rest = text;
  let type = from;
  for (;;) {
    if (rest !== '' && !rest.startsWith(',')) {
      if (wording.mayEnd) break;
      return { error: wording.missingComma(list.at(-1)?.name) };
    }
    rest = rest.replace(/^,+/, '');
    if (rest === '') break;
    const name = IDENTIFIER.exec(rest)?.[0] ?? '';
    const entry = CONVERTERS.get(name);
    if (entry === undefined) {
      if (KNOWN_CONVERTERS.has(name)) return { error: `${wording.prefix}'${name}' is not implemented yet` };
      return { error: `${wording.prefix}unknown converter '${name}'${wording.prefix === '' ? '' : '.'}` };
    }
    const read = readArguments(rest.slice(name.length), entry.arguments, entry.least);
    if ('error' in read) return { error: `${wording.prefix}invalid arg 1 in converter '${name}' : ${read.error}` };
    const refusal = entry.validate?.(read.values);
    if (refusal !== undefined) return { error: `${wording.prefix}invalid args in converter '${name}' : ${refusal}` };
    if (!canCast(type, entry.input)) return { error: `${wording.prefix}converter '${name}' cannot be applied` };
    list.push({ name, args: read.values });
    type = entry.output;
    rest = read.rest;
  }
  return { list, type, rest };
}

/** Reads an expression; with `mayEnd` it stops at the first character that cannot belong to it. */
export function parseExpression(text: string, mayEnd = false): ExpressionResult {
  const name = IDENTIFIER.exec(text)?.[0] ?? '';
  if (name === '') return { error: 'missing fetch method' };
  const fetch = FETCHES.get(name);
  if (fetch === undefined) {
    return { error: KNOWN_FETCHES.has(name) ? `'${name}' is not implemented yet` : `unknown fetch method '${name}'` };
  }
  const read = readArguments(text.slice(name.length), fetch.arguments, fetch.least);
  if ('error' in read) return { error: `fetch method '${name}' : ${read.error}` };
  const refusal = fetch.validate?.(read.values);
  if (refusal !== undefined) return { error: `invalid args in fetch method '${name}' : ${refusal}` };
  const converters = readConverters(read.rest, fetch.output, {
    prefix: '',
    missingComma: (converter) =>
      converter === undefined
        ? `missing comma after fetch keyword '${name}'`
        : `missing comma after converter '${converter}'`,
    mayEnd,
  });
  if ('error' in converters) return converters;
  return {
    expression: { fetch: fetch.meaning, args: read.values, converters: converters.list },
    fetch,
    type: converters.type,
    rest: converters.rest,
  };
}

/** The same for an ACL keyword such as `path_beg`, which implies a fetch. `name` is the keyword as written. */
export function parseAclKeyword(text: string, name: string, fetch: FetchEntry): ExpressionResult {
  const read = readArguments(text.slice(name.length), fetch.arguments, fetch.least);
  if ('error' in read) return { error: `ACL keyword '${name}' : ${read.error}` };
  const refusal = fetch.validate?.(read.values);
  if (refusal !== undefined) return { error: `in argument to '${name}', ${refusal}` };
  const converters = readConverters(read.rest, fetch.output, {
    prefix: `ACL keyword '${name}' : `,
    missingComma: (converter) =>
      converter === undefined
        ? `ACL keyword '${name}' : missing comma after fetch keyword.`
        : `ACL keyword '${name}' : missing comma after converter '${converter}'.`,
    mayEnd: false,
  });
  if ('error' in converters) return converters;
  return {
    expression: { fetch: fetch.meaning, args: read.values, converters: converters.list },
    fetch,
    type: converters.type,
    rest: '',
  };
}

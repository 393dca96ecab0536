/**
 * Sample expressions: `fetch(arguments),converter(arguments)...` (manual 7.3). Checked against the registry of fetches
 * and converters; what a fetch means is for `src/sample` to know.
 */

import { type ArgumentGrammar, type ArgumentType, isLate, type LateType, readArguments } from './arguments.ts';
import { CONVERTERS } from './keywords/converters.ts';
import type { FetchEntry } from './keywords/fetch-entry.ts';
import { FETCHES } from './keywords/fetches.ts';
import type { ExpressionModel } from './model-rules.ts';
import { canCast, type SampleType } from './sample-types.ts';

export interface ParsedExpression {
  readonly expression: ExpressionModel;
  readonly fetch: FetchEntry;
  readonly type: SampleType;
  /** What follows the expression in the text: '' or, within `%[...]`, what starts with the closing bracket. */
  readonly rest: string;
  /** How many of the words that follow were converters. */
  readonly wordCount: number;
}

export type ExpressionResult = ParsedExpression | { readonly error: string };

/** An argument that has to wait until all of the configuration is read. */
export interface LateArgument {
  readonly type: LateType;
  readonly index: number;
  /** The fetch, and the converter if it is an argument of one. */
  readonly keyword: string;
  readonly converter: string | undefined;
}

/** By the array of arguments in the model, which outlives copies of the expression. */
const LATE_ARGUMENTS = new WeakMap<readonly string[], readonly LateArgument[]>();

export function lateArguments(args: readonly string[]): readonly LateArgument[] {
  return LATE_ARGUMENTS.get(args) ?? [];
}

function rememberLate(
  values: readonly string[],
  types: readonly ArgumentType[],
  keyword: string,
  converter?: string,
): void {
  const late = values.flatMap((_, index) => {
    const type = types[index];
    return isLate(type) ? [{ type, index, keyword, converter }] : [];
  });
  if (late.length > 0) LATE_ARGUMENTS.set(values, late);
}

const IDENTIFIER = /^[A-Za-z0-9._:+-]*/;

interface Converters {
  readonly list: ExpressionModel['converters'];
  readonly type: SampleType;
  readonly rest: string;
  readonly wordCount: number;
}

/** The wording differs between plain expressions and those of ACL keywords. */
interface ConverterContext {
  readonly keyword: string;
  /** Set: an ACL keyword, as it stands in front of messages. */
  readonly prefix: string;
  readonly missingComma: (converter: string | undefined) => string;
  /** Stop at what is no comma instead of refusing it. */
  readonly mayEnd: boolean;
  /** The words after the expression: converters may stand there too. */
  readonly following: readonly string[];
}

function readConverters(text: string, from: SampleType, context: ConverterContext): Converters | { error: string } {
  const { prefix, following } = context;
  const fail = (message: string): { error: string } => ({ error: `${prefix}${message}${prefix === '' ? '' : '.'}` });
  const list: { name: string; args: readonly string[] }[] = [];
  let rest = text;
  let type = from;
  let wordCount = 0;
  for (;;) {
    if (rest !== '' && !rest.startsWith(',')) {
      if (context.mayEnd) break;
      return { error: context.missingComma(list.at(-1)?.name) };
    }
    rest = rest.replace(/^,+/, '');
    const nextWord = rest === '';
    if (nextWord) rest = following[wordCount] ?? '';
    const name = IDENTIFIER.exec(rest)?.[0] ?? '';
    const entry = CONVERTERS.get(name);
    if (nextWord && entry === undefined) {
      rest = '';
      break;
    }
    if (nextWord) wordCount++;
    if (entry === undefined) return fail(`unknown converter '${name}'`);
    if (!canCast(type, entry.input)) return fail(`converter '${name}' cannot be applied`);
    const read = readArguments(rest.slice(name.length), entry);
    if ('error' in read) return fail(`invalid arg ${read.position} in converter '${name}' : ${read.error}`);
    const refusal = entry.validate?.(read.values);
    if (refusal !== undefined) {
      if (refusal.endsWith('is not implemented yet')) return { error: `${prefix}${refusal}` };
      return fail(`invalid args in converter '${name}' : ${refusal}`);
    }
    if (!entry.implemented) return { error: `${prefix}'${name}' is not implemented yet` };
    rememberLate(read.values, entry.arguments, context.keyword, name);
    list.push({ name, args: entry.complete?.(read.values) ?? read.values });
    type = entry.output;
    rest = read.rest;
  }
  return { list, type, rest, wordCount };
}

/** A fetch's arguments, or what is wrong with them. */
function readFetchArguments(
  text: string,
  fetch: FetchEntry & ArgumentGrammar,
  words: { readonly invalid: string; readonly refused: string },
): { readonly values: readonly string[]; readonly rest: string } | { readonly error: string } {
  const read = readArguments(text, fetch);
  if ('error' in read) return { error: `${words.invalid}${read.error}` };
  const refusal = fetch.validate?.(read.values);
  if (refusal !== undefined) {
    return { error: refusal.endsWith('is not implemented yet') ? refusal : `${words.refused}${refusal}` };
  }
  if (!fetch.implemented) return { error: `'${fetch.name}' is not implemented yet` };
  return read;
}

/**
 * Reads an expression; with `mayEnd` it stops at the first character that cannot belong to it. The words that follow
 * may be converters as well, and the result says how many of them are.
 */
export function parseExpression(text: string, mayEnd = false, following: readonly string[] = []): ExpressionResult {
  const name = IDENTIFIER.exec(text)?.[0] ?? '';
  if (name === '') return { error: 'missing fetch method' };
  const fetch = FETCHES.get(name);
  if (fetch === undefined) return { error: `unknown fetch method '${name}'` };
  const read = readFetchArguments(text.slice(name.length), fetch, {
    invalid: `fetch method '${name}' : `,
    refused: `invalid args in fetch method '${name}' : `,
  });
  if ('error' in read) return read;
  rememberLate(read.values, fetch.arguments, name);
  const converters = readConverters(read.rest, fetch.output, {
    keyword: name,
    prefix: '',
    missingComma: (converter) =>
      converter === undefined
        ? `missing comma after fetch keyword '${name}'`
        : `missing comma after converter '${converter}'`,
    mayEnd,
    following,
  });
  if ('error' in converters) return converters;
  return {
    expression: { fetch: fetch.meaning, args: read.values, converters: converters.list },
    fetch,
    type: converters.type,
    rest: converters.rest,
    wordCount: converters.wordCount,
  };
}

/** The same for an ACL keyword such as `path_beg`, which implies a fetch. `name` is the keyword as written. */
export function parseAclKeyword(text: string, name: string, fetch: FetchEntry): ExpressionResult {
  const read = readFetchArguments(text.slice(name.length), fetch, {
    invalid: `ACL keyword '${name}' : `,
    refused: `in argument to '${name}', `,
  });
  if ('error' in read) return read;
  // Messages about these name the whole word.
  rememberLate(read.values, fetch.arguments, text);
  const converters = readConverters(read.rest, fetch.output, {
    keyword: fetch.name,
    prefix: `ACL keyword '${name}' : `,
    missingComma: (converter) =>
      converter === undefined
        ? `ACL keyword '${name}' : missing comma after fetch keyword.`
        : `ACL keyword '${name}' : missing comma after converter '${converter}'.`,
    mayEnd: false,
    following: [],
  });
  if ('error' in converters) return converters;
  return {
    expression: { fetch: fetch.meaning, args: read.values, converters: converters.list },
    fetch,
    type: converters.type,
    rest: '',
    wordCount: 0,
  };
}

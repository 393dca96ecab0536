/** The actions on the request line (manual 4.2, `http-request set-path`, `replace-uri`, `normalize-uri` and their kin). */

import {
  type ActionContext,
  type ActionEntry,
  type ActionResult,
  action,
  beginsCondition,
  checkRegex,
  REQUEST,
  readFormat,
} from '../action.ts';
import type { UriNormalizer } from '../model-rules.ts';

type SetKind = 'set-method' | 'set-path' | 'set-pathq' | 'set-query' | 'set-uri';
type ReplaceKind = 'replace-path' | 'replace-pathq' | 'replace-uri';

function endsHere(word: string): boolean {
  return word === '' || beginsCondition(word);
}

function parseSet(kind: SetKind) {
  return (context: ActionContext): ActionResult => {
    const { statement } = context;
    if (statement.word(2) === '' || !endsHere(statement.word(3)))
      return { error: 'expects exactly 1 argument <format>' };
    const value = readFormat(context, statement.word(2));
    return 'error' in value ? value : { action: { kind, value }, next: 3 };
  };
}

function parseReplace(kind: ReplaceKind) {
  return (context: ActionContext): ActionResult => {
    const { statement } = context;
    const pattern = statement.word(2);
    if (pattern === '' || statement.word(3) === '' || !endsHere(statement.word(4))) {
      return { error: 'expects exactly 2 arguments <match-regex> and <replace-format>' };
    }
    const refusal = checkRegex(pattern);
    if (refusal !== undefined) return { error: `failed to parse the regex : ${refusal.error}` };
    const value = readFormat(context, statement.word(3));
    return 'error' in value ? value : { action: { kind, pattern, value }, next: 4 };
  };
}

/** Each with the word that may follow it. */
const NORMALIZERS: ReadonlyMap<string, string> = new Map([
  ['path-merge-slashes', ''],
  ['path-strip-dot', ''],
  ['path-strip-dotdot', 'full'],
  ['query-sort-by-name', ''],
  ['percent-to-uppercase', 'strict'],
  ['percent-decode-unreserved', 'strict'],
  ['fragment-strip', ''],
  ['fragment-encode', ''],
]);

function parseNormalize({ statement }: ActionContext): ActionResult {
  const name = statement.word(2);
  if (name === '') return { error: 'missing argument <normalizer>' };
  const option = NORMALIZERS.get(name);
  if (option === undefined) return { error: `unknown normalizer '${name}'` };
  const word = statement.word(3);
  const full = option !== '' && word === option;
  if (option !== '' && !full && !endsHere(word))
    return { error: `unknown argument '${word}' for '${name}' normalizer` };
  const normalizer = (full ? `${name} ${option}` : name) as UriNormalizer;
  return { action: { kind: 'normalize-uri', normalizer }, next: full ? 4 : 3 };
}

function setter(name: SetKind, since: string, help: string): ActionEntry {
  return action({ name, arguments: '<format>', directions: REQUEST, since, help, parse: parseSet(name) });
}

function replacer(name: ReplaceKind, since: string, help: string): ActionEntry {
  const parse = parseReplace(name);
  return action({ name, arguments: '<regex> <format>', directions: REQUEST, since, help, parse });
}

export const URI_ACTIONS: readonly ActionEntry[] = [
  setter('set-method', '1.5', 'Replaces the request method.'),
  setter('set-path', '1.5', 'Replaces the path; the query stays.'),
  setter('set-pathq', '2.2', 'Replaces path and query.'),
  setter('set-query', '1.5', 'Replaces what stands after the question mark.'),
  setter('set-uri', '1.5', 'Replaces the whole request target.'),
  replacer('replace-path', '2.0', 'Replaces the path if the expression matches it; the query stays.'),
  replacer('replace-pathq', '2.2', 'Replaces path and query if the expression matches them.'),
  replacer('replace-uri', '2.0', 'Replaces the request target if the expression matches it.'),
  action({
    name: 'normalize-uri',
    arguments: '<normalizer> [full | strict]',
    directions: REQUEST,
    experimental: true,
    since: '2.4',
    help: 'Brings the request target into a normal form.',
    parse: parseNormalize,
  }),
];

/**
 * Rules that are never reached: behind one that always ends the evaluation, or with a condition that an earlier rule has
 * already taken. Conditions are compared as they are written; what may answer differently each time it is asked (random
 * numbers, counters) is left alone, and so are rules behind one that may change the request.
 */

import type { ConfigurationDraft, ProxyDraft } from '../draft.ts';
import { type SourceLine, wordOf } from '../source-lines.ts';
import { type Condition, conditionOf, type Report, termKey } from './report.ts';

const ENDINGS: Readonly<Record<string, ReadonlySet<string>>> = {
  'http-request': new Set([
    'allow',
    'deny',
    'tarpit',
    'auth',
    'redirect',
    'return',
    'reject',
    'silent-drop',
    'use-service',
  ]),
  'http-response': new Set(['allow', 'deny', 'redirect', 'return', 'silent-drop']),
  'http-after-response': new Set(['allow']),
  'tcp-request connection': new Set(['accept', 'reject', 'silent-drop']),
  'tcp-request session': new Set(['accept', 'reject', 'silent-drop']),
  'tcp-request content': new Set(['accept', 'reject', 'silent-drop', 'use-service', 'switch-mode']),
  'tcp-response content': new Set(['accept', 'close', 'reject', 'silent-drop']),
};

interface Rule {
  readonly line: SourceLine;
  readonly ends: boolean;
  readonly condition: Condition | undefined;
}

/** The list of rules that a line belongs to; undefined when it is no rule. */
function listOf(line: SourceLine): string | undefined {
  const keyword = wordOf(line, 0);
  if (keyword === 'use_backend' || keyword === 'redirect' || keyword === 'use-server') return keyword;
  if (keyword in ENDINGS) return keyword;
  const both = `${keyword} ${wordOf(line, 1)}`;
  return both in ENDINGS ? both : undefined;
}

function ruleOf(line: SourceLine, list: string): Rule {
  const endings = ENDINGS[list];
  const action = wordOf(line, list.includes(' ') ? 2 : 1).replace(/\(.*/, '');
  const condition = conditionOf(line);
  return { line, ends: endings?.has(action) ?? true, condition };
}

/** May answer differently each time, or does something by being asked. */
const UNSTEADY =
  /\b(?:rand|uuid|date|sc\w*_(?:inc|clr)\w*|src_(?:inc|clr)\w*|nbsrv|queue|be_\w+|fe_\w+|srv_\w+|\w*conn\w*)\b/;

/** The conditions that earlier rules have taken: sets of terms, small ones looked up, larger ones compared. */
class Taken {
  readonly #single = new Map<string, SourceLine>();
  readonly #larger: { readonly keys: readonly string[]; readonly line: SourceLine }[] = [];
  readonly #unsteady: (term: string) => boolean;

  constructor(unsteady: (term: string) => boolean) {
    this.#unsteady = unsteady;
  }

  forget(): void {
    this.#single.clear();
    this.#larger.length = 0;
  }

  add(alternatives: readonly (readonly string[])[], line: SourceLine): void {
    for (const keys of alternatives) {
      if (keys.some(this.#unsteady)) continue;
      const [first, second] = keys;
      if (first === undefined) continue;
      if (second === undefined) this.#single.set(first, this.#single.get(first) ?? line);
      else if (this.#larger.length < 200) this.#larger.push({ keys, line });
    }
  }

  /** The earlier rule that takes all that this conjunction would. */
  find(keys: readonly string[]): SourceLine | undefined {
    for (const key of keys) {
      const line = this.#single.get(key);
      if (line !== undefined) return line;
    }
    return this.#larger.find((one) => one.keys.every((key) => keys.includes(key)))?.line;
  }
}

/** A condition as alternatives of terms; undefined where that takes more than renaming (`unless a b`). */
function alternativesOf({ unless, alternatives }: Condition): readonly (readonly string[])[] | undefined {
  if (!unless) return alternatives.map((terms) => terms.map(termKey));
  const [only, second] = alternatives;
  if (only === undefined || second !== undefined || only.length !== 1) return undefined;
  return only.map((term) => [termKey({ ...term, negated: !term.negated })]);
}

function checkList(rules: readonly Rule[], unsteady: (term: string) => boolean, report: Report): void {
  const taken = new Taken(unsteady);
  let everything: SourceLine | undefined;
  for (const { line, ends, condition } of rules) {
    const name = wordOf(line, 0);
    if (everything !== undefined) {
      const message = `this '${name}' rule is never reached: the one in line ${everything.place.line} has no condition.`;
      report(line, 0, message, `move it above line ${everything.place.line}, or give that one a condition`);
      return;
    }
    const alternatives = condition === undefined ? undefined : alternativesOf(condition);
    if (alternatives !== undefined && alternatives.length > 0) {
      const found = alternatives.map((keys) => taken.find(keys));
      const [earlier] = found;
      if (earlier !== undefined && found.every((one) => one !== undefined)) {
        const message = `this '${name}' rule never applies: line ${earlier.place.line} takes all that its condition matches.`;
        report(line, (condition?.index ?? 0) + 1, message, `move it above line ${earlier.place.line}, or leave it out`);
      }
    }
    if (!ends) taken.forget();
    else if (condition === undefined) everything = line;
    else if (alternatives !== undefined) taken.add(alternatives, line);
  }
}

/** ACLs of a section whose criteria are unsteady, and criteria in braces that are. */
function unsteadyTerms(lines: readonly SourceLine[]): (term: string) => boolean {
  const names = new Set<string>();
  for (const line of lines) {
    if (wordOf(line, 0) === 'acl' && UNSTEADY.test(wordOf(line, 2))) names.add(wordOf(line, 1));
  }
  return (term) => {
    const text = term.replace(/^!/, '');
    return text.startsWith('{') ? UNSTEADY.test(text) : names.has(text);
  };
}

function checkSection(section: ProxyDraft, draft: ConfigurationDraft, report: Report): void {
  const lines = draft.lines.of(section);
  const lists = new Map<string, Rule[]>();
  for (const line of lines) {
    const list = listOf(line);
    if (list === undefined) continue;
    const rules = lists.get(list) ?? [];
    rules.push(ruleOf(line, list));
    lists.set(list, rules);
  }
  const unsteady = unsteadyTerms(lines);
  for (const rules of lists.values()) checkList(rules, unsteady, report);
  const always = lists.get('use_backend')?.find((rule) => rule.condition === undefined);
  const target = draft.lines.find(section, 'default_backend');
  if (always !== undefined && target !== undefined) {
    const message = `'default_backend' is never used: the 'use_backend' in line ${always.line.place.line} has no condition.`;
    report(target, 0, message, 'leave one of them out');
  }
}

export function findUnreachableRules(draft: ConfigurationDraft, report: Report): void {
  for (const section of [...draft.defaults, ...draft.proxies]) checkSection(section, draft, report);
}

/** Whether rules of a section answer every request by themselves. */
export function answersEverything(lines: readonly SourceLine[]): boolean {
  return lines.some((line) => {
    const list = listOf(line);
    if (list === undefined || list.includes('response') || list === 'use-server') return false;
    const rule = ruleOf(line, list);
    const passes = ['allow', 'accept', 'switch-mode'].includes(wordOf(line, list.includes(' ') ? 2 : 1));
    return rule.ends && rule.condition === undefined && !passes;
  });
}

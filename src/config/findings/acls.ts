/** ACLs that nothing uses, that are declared in vain, or that can never match. */

import type { ConfigurationDraft, ProxyDraft } from '../draft.ts';
import { PREDEFINED_ACLS } from '../keywords/fetches.ts';
import { type SourceLine, wordOf } from '../source-lines.ts';
import { conditionOf, type Report, termKey } from './report.ts';

function isAcl(line: SourceLine): boolean {
  return wordOf(line, 0) === 'acl';
}

/** All words after an `if` or `unless`: rather too many than too few are taken for uses. */
function usedNames(lines: readonly SourceLine[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const line of lines) {
    if (isAcl(line)) continue;
    const start = line.words.findIndex((word) => word.text === 'if' || word.text === 'unless');
    if (start < 0) continue;
    for (const word of line.words.slice(start + 1)) names.add(word.text.replace(/^!+/, ''));
  }
  return names;
}

function checkDeclarations(lines: readonly SourceLine[], report: Report): void {
  const used = usedNames(lines);
  const seen = new Map<string, SourceLine>();
  const names = new Set<string>();
  for (const line of lines) {
    if (!isAcl(line)) continue;
    const name = wordOf(line, 1);
    const text = line.words.map((word) => word.text).join(' ');
    const earlier = seen.get(text);
    if (!names.has(name)) {
      if (!used.has(name))
        report(line, 1, `acl '${name}' is never used.`, 'leave it out, or ask for it in a condition');
      if (PREDEFINED_ACLS.has(name)) {
        report(line, 1, `acl '${name}' hides the predefined one.`, 'choose another name unless that is meant');
      }
    } else if (earlier !== undefined) {
      report(line, 1, `this line of acl '${name}' is the same as line ${earlier.place.line}.`, 'leave one of them out');
    }
    names.add(name);
    seen.set(text, line);
  }
}

interface Criterion {
  readonly line: SourceLine;
  /** The words of the criterion and its flags and patterns. */
  readonly start: number;
  readonly end: number;
}

function criteriaOf(line: SourceLine): readonly Criterion[] {
  if (isAcl(line)) return [{ line, start: 2, end: line.words.length }];
  const terms = conditionOf(line)?.alternatives.flat() ?? [];
  return terms
    .filter((term) => term.text.startsWith('{'))
    .map((term) => ({ line, start: term.start + 1, end: term.end }));
}

const FLAGS_WITH_VALUE = new Set(['-f', '-m', '-M', '-u']);

interface Patterns {
  readonly indexes: readonly number[];
  readonly method: string | undefined;
}

function patternsOf({ line, start, end }: Criterion): Patterns {
  let at = start + 1;
  let method: string | undefined;
  for (; at < end && wordOf(line, at).startsWith('-'); at++) {
    const flag = wordOf(line, at);
    if (flag === '--') {
      at++;
      break;
    }
    if (flag === '-m') method = wordOf(line, at + 1);
    if (FLAGS_WITH_VALUE.has(flag)) at++;
  }
  const indexes: number[] = [];
  for (; at < end; at++) indexes.push(at);
  return { indexes, method };
}

const PATHS = /^(?:path|base)(?:_beg|_dir|_dom|_end|_len|_sub)?$/;
const HOSTS = /^(?:req\.)?s?hdr(?:_beg|_dir|_dom|_end|_sub)?\(host\)$/i;

/** Patterns that no path and no Host header can equal. */
function checkPatterns(criterion: Criterion, report: Report): void {
  const { line } = criterion;
  const keyword = wordOf(line, criterion.start);
  const { indexes, method } = patternsOf(criterion);
  const regex = method === 'reg' || method === 'len';
  for (const index of indexes) {
    const pattern = wordOf(line, index);
    const fromStart = (keyword === 'path' && (method ?? 'str') === 'str') || keyword === 'path_beg' || method === 'beg';
    if (PATHS.test(keyword) && !regex && pattern.includes('?')) {
      const hint = "match the query string by 'query' or 'url_param(<name>)'";
      report(line, index, `'${keyword}' never has a question mark: '${pattern}' never matches.`, hint);
    } else if (fromStart && /^path(_beg)?$/.test(keyword) && pattern !== '' && !/^[/*]/.test(pattern)) {
      report(line, index, `a path starts with '/': '${pattern}' never matches.`, `did you mean '/${pattern}'?`);
    } else if (HOSTS.test(keyword) && !regex && pattern.includes('/')) {
      const host = pattern.replace(/^\w+:\/\//, '').replace(/\/.*$/, '');
      report(line, index, `a Host header has no '/': '${pattern}' never matches.`, `did you mean '${host}'?`);
    }
  }
}

/** `a !a` never holds. */
function checkContradictions(line: SourceLine, report: Report): void {
  const condition = conditionOf(line);
  for (const alternative of condition?.alternatives ?? []) {
    const keys = new Set(alternative.map(termKey));
    const against = alternative.find((term) => term.negated && keys.has(term.text));
    if (against === undefined) continue;
    report(
      line,
      against.start,
      `'${against.text}' is asked for and against: this never holds.`,
      "write 'or' between the two?",
    );
  }
  if (condition !== undefined && condition.alternatives.length === 0 && !isAcl(line)) {
    report(
      line,
      condition.index,
      'the condition is empty: it never holds.',
      'name what must hold, or leave the word out',
    );
  }
}

function checkSection(section: ProxyDraft, draft: ConfigurationDraft, report: Report): void {
  const lines = draft.lines.of(section);
  checkDeclarations(lines, report);
  for (const line of lines) {
    for (const criterion of criteriaOf(line)) checkPatterns(criterion, report);
    checkContradictions(line, report);
  }
}

export function findAclProblems(draft: ConfigurationDraft, report: Report): void {
  for (const section of [...draft.defaults, ...draft.proxies]) checkSection(section, draft, report);
}

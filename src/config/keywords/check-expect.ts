/** `http-check expect` and `tcp-check expect` (manual 4.2), read into rules. */

import type { CheckRule } from '../check-rules.ts';
import type { CheckHeaderModel, CheckPatternModel, HeaderMatch } from '../model-checks.ts';
import { readInt32 } from '../numbers.ts';
import { compileRegex } from '../regex/regex.ts';
import type { Statement } from '../statement.ts';
import { checkExpression, constantText, type Failure, readBinary } from './check-steps.ts';

const OK_STATUSES = ['L7OK', 'L7OKC', 'L6OK', 'L4OK'] as const;
const ERROR_STATUSES = ['L7RSP', 'L7STS', 'L7OKC', 'L6RSP', 'L4CON'] as const;
const TIMEOUT_STATUSES = ['L7TOUT', 'L6TOUT', 'L4TOUT'] as const;

const STATUS_LISTS = {
  'ok-status': { known: OK_STATUSES, listed: "'L4OK', 'L6OK', 'L7OK' or 'L7OKC'" },
  'error-status': { known: ERROR_STATUSES, listed: "'L4CON', 'L6RSP', 'L7RSP' or 'L7STS'" },
  'tout-status': { known: TIMEOUT_STATUSES, listed: "'L4TOUT', 'L6TOUT' or 'L7TOUT'" },
} as const;

const HTTP_PATTERNS = ['status', 'rstatus', 'string', 'rstring', 'string-lf'];
const TCP_PATTERNS = ['string', 'rstring', 'string-lf', 'binary', 'rbinary', 'binary-lf'];

/** `http-check expect` and `tcp-check expect`. */
export function readExpect(statement: Statement, at: number, http: boolean): CheckRule | Failure {
  if (statement.word(at + 1) === '') return { error: 'expects at least a matching pattern as arguments' };
  let header: CheckHeaderModel | undefined;
  const common = {
    negated: false,
    minimum: -1,
    onSuccess: '',
    onError: '',
    okStatus: undefined as (typeof OK_STATUSES)[number] | undefined,
    errorStatus: undefined as (typeof ERROR_STATUSES)[number] | undefined,
    timeoutStatus: undefined as (typeof TIMEOUT_STATUSES)[number] | undefined,
  };
  let comment = '';
  let what: string | undefined;
  let pattern = '';
  for (let index = at + 1; statement.word(index) !== ''; index++) {
    let marks = 0;
    while (/^!+$/.test(statement.word(index))) marks += statement.word(index++).length;
    const attached = /^!*/.exec(statement.word(index))?.[0].length ?? 0;
    const word = statement.word(index).slice(attached);
    marks += attached;
    if (marks % 2 === 1) common.negated = !common.negated;
    const value = statement.word(index + 1);
    if ((http ? HTTP_PATTERNS : TCP_PATTERNS).includes(word)) {
      if (what !== undefined) return { error: 'only on pattern expected' };
      if (value === '') return { error: `'${word}' expects a <pattern> as argument` };
      what = word;
      pattern = value;
      index++;
      continue;
    }
    if (http && (word === 'hdr' || word === 'fhdr')) {
      if (what !== undefined) return { error: 'only on pattern expected' };
      const read = readHeaderPattern(statement, index, word);
      if ('error' in read) return read;
      what = 'header';
      header = read.header;
      index = read.last;
      continue;
    }
    const named = ['min-recv', 'comment', 'on-success', 'on-error', 'status-code', ...Object.keys(STATUS_LISTS)];
    if (!named.includes(word)) return { error: unknownExpect(word, http) };
    if (marks > 0) return { error: `[!] not supported with '${word}'` };
    if (value === '') return { error: `'${word}' expects a ${word === 'min-recv' ? 'integer' : 'string'} as argument` };
    index++;
    switch (word) {
      case 'comment':
        comment = value;
        break;
      case 'min-recv':
        common.minimum = readInt32(value);
        if (common.minimum < -1) return { error: "'min-recv' expects -1 or an integer from 0 to INT_MAX" };
        break;
      case 'on-success':
      case 'on-error': {
        const text = constantText(value, word);
        if ('error' in text) return text;
        common[word === 'on-success' ? 'onSuccess' : 'onError'] = text.text;
        break;
      }
      case 'status-code': {
        const read = checkExpression(statement, index);
        return {
          error:
            typeof read === 'number'
              ? "'status-code' is not implemented yet"
              : `error detected while parsing status-code expression : ${read.error}`,
        };
      }
      default: {
        const { known, listed } = STATUS_LISTS[word as keyof typeof STATUS_LISTS];
        const status = known.find((name) => name === value.toUpperCase());
        if (status === undefined) return { error: `'${word}' only supports ${listed} status (got '${value}').` };
        if (word === 'ok-status') common.okStatus = status as typeof common.okStatus;
        else if (word === 'error-status') common.errorStatus = status as typeof common.errorStatus;
        else common.timeoutStatus = status as typeof common.timeoutStatus;
      }
    }
  }
  if (what === undefined) return { error: 'pattern not found' };
  if (header !== undefined) return { kind: 'expect', comment, expect: { ...common, ...header } };
  const checked = checkPattern(what, pattern, statement);
  if ('error' in checked) return checked;
  return { kind: 'expect', comment, expect: { ...common, ...checked } };
}

function unknownExpect(word: string, http: boolean): string {
  return http
    ? "'only supports min-recv, [!]string', '[!]rstring', '[!]string-lf', '[!]status', '[!]rstatus', [!]hdr, [!]fhdr or " +
        `comment but got '${word}' as argument.`
    : "'only supports min-recv, '[!]binary', '[!]string', '[!]rstring', '[!]string-lf''[!]rbinary', '[!]binary-lf' or " +
        `comment but got '${word}' as argument.`;
}

function checkPattern(word: string, text: string, statement: Statement): CheckPatternModel | Failure {
  switch (word) {
    case 'string':
      return { what: 'string', pattern: text };
    case 'binary': {
      const binary = readBinary(text);
      return 'error' in binary
        ? { error: `invalid binary string (${binary.error})` }
        : { what: 'binary', pattern: binary.text };
    }
    case 'string-lf':
    case 'binary-lf': {
      const constant = constantText(text, word);
      if ('error' in constant) return constant;
      return checkPattern(word.replace('-lf', ''), constant.text, statement);
    }
    case 'status':
      return checkStatuses(text);
    default: {
      const refusal = refuseRegex(text);
      return refusal ?? { what: word as 'rstatus' | 'rstring' | 'rbinary', pattern: text };
    }
  }
}

function checkStatuses(text: string): CheckPatternModel | Failure {
  const ranges = text.split(',').filter((range) => range !== '');
  for (const range of ranges) {
    const wrong = /[^\d-]/.exec(range)?.[0];
    if (wrong !== undefined) return { error: `invalid character '${wrong}' in the list of status codes` };
    const match = /^(\d+)(?:-(\d+))?$/.exec(range);
    if (match === null || Number(match[1]) > Number(match[2] ?? match[1])) {
      return { error: `invalid range of status codes '${range}'` };
    }
  }
  return { what: 'status', pattern: ranges.join(',') };
}

function refuseRegex(text: string): Failure | undefined {
  try {
    compileRegex(text, false, { capture: false });
    return undefined;
  } catch (problem) {
    return { error: problem instanceof Error ? problem.message : String(problem) };
  }
}

const HEADER_MATCHES: readonly HeaderMatch[] = ['str', 'beg', 'end', 'sub', 'reg'];

/** `hdr name [-m <match>] <name> [value [-m <match>] <value>]`; `last` is the index of its last word. */
function readHeaderPattern(
  statement: Statement,
  at: number,
  keyword: 'hdr' | 'fhdr',
): { readonly header: CheckHeaderModel; readonly last: number } | Failure {
  const named = statement.word(at + 1);
  if ((named !== 'name' && named !== 'name-lf') || statement.word(at + 2) === '') {
    return { error: `'${keyword}' expects at the name keyword as first argument followed by a pattern` };
  }
  let last = at + 2;
  const nameMatch = readMatch(statement, last, keyword, named === 'name-lf');
  if (typeof nameMatch !== 'string') return nameMatch;
  if (statement.word(last) === '-m') last += 2;
  const name = constantOf(statement.word(last), named);
  if ('error' in name) return name;
  const whole = keyword === 'fhdr';
  const valued = statement.word(last + 1);
  if (valued !== 'value' && valued !== 'value-lf') {
    return { header: { what: 'header', name: name.text, nameMatch, value: undefined, valueMatch: 'str', whole }, last };
  }
  last += 2;
  const valueMatch = readMatch(statement, last, keyword, valued === 'value-lf');
  if (typeof valueMatch !== 'string') return valueMatch;
  if (statement.word(last) === '-m') last += 2;
  if (statement.word(last) === '') return { error: `'${keyword}' expect a pattern with the value keyword` };
  const value = constantOf(statement.word(last), valued);
  if ('error' in value) return value;
  for (const [match, text] of [
    [nameMatch, name.text],
    [valueMatch, value.text],
  ] as const) {
    const refusal = match === 'reg' ? refuseRegex(text) : undefined;
    if (refusal !== undefined) return refusal;
  }
  return { header: { what: 'header', name: name.text, nameMatch, value: value.text, valueMatch, whole }, last };
}

function constantOf(text: string, keyword: string): { readonly text: string } | Failure {
  return keyword.endsWith('-lf') ? constantText(text, keyword) : { text };
}

function readMatch(statement: Statement, at: number, keyword: string, formatted: boolean): HeaderMatch | Failure {
  if (statement.word(at) !== '-m') return 'str';
  const word = statement.word(at + 1);
  if (word === '') {
    return { error: `'${keyword}' : '-m' expects at a matching pattern ('str', 'beg', 'end', 'sub' or 'reg')` };
  }
  const match = HEADER_MATCHES.find((known) => known === word);
  if (match === undefined) {
    return { error: `'${keyword}' : '-m' only supports 'str', 'beg', 'end', 'sub' or 'reg' (got '${word}')` };
  }
  if (match === 'reg' && formatted) {
    return { error: `'${keyword}': log-format string is not supported with a regex matching method` };
  }
  return match;
}

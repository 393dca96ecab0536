/** The lines of `http-check` and `tcp-check` (manual 4.2), read into rules. */

import { type CheckRule, mayConnect, type NumberedRule } from '../check-rules.ts';
import { parseExpression } from '../expression.ts';
import { parseFormat } from '../format.ts';
import type { AddressModel, CheckHeaderModel, CheckPatternModel, HeaderMatch } from '../model.ts';
import { readInt32 } from '../numbers.ts';
import { compileRegex } from '../regex/regex.ts';
import type { Statement } from '../statement.ts';
import { pointMask } from './check-points.ts';

export type Failure = { readonly error: string };
type Header = { readonly name: string; readonly value: string };

/** Where the expressions of checks are evaluated. */
export const IN_CHECKS = pointMask('backend tcp-check rule');

/** What is wrong with an expression, or how many words it takes. */
function checkExpression(statement: Statement, at: number): number | Failure {
  const parsed = parseExpression(statement.word(at), false, statement.from(at + 1));
  if ('error' in parsed) return parsed;
  if ((parsed.fetch.places & IN_CHECKS) === 0) {
    const sources = `extracts information from '${parsed.fetch.source}', none of which is available here`;
    return { error: `fetch method '${statement.word(at)}' ${sources}` };
  }
  return 1 + parsed.wordCount;
}

/**
 * Formatted strings of checks: constants are taken, `%%` being one percent sign. What would have to be evaluated is
 * refused.
 */
export function constantText(text: string, subject: string): { readonly text: string } | Failure {
  const format = parseFormat(text, { where: IN_CHECKS, http: true, use: 'text', response: false });
  if ('error' in format) return { error: `'${text}' invalid log-format string (${format.error})` };
  return /%(?!%)/.test(text.replaceAll('%%', ''))
    ? { error: `log-format in '${subject}' is not implemented yet` }
    : { text: text.replaceAll('%%', '%') };
}

const LATER_PROTOCOLS = ['h1', 'h2', 'fcgi', 'none'];

/** What is wrong with the value of an option of `connect` that is not implemented, said before that. */
function connectComplaint(word: string, value: string, http: boolean): string {
  const later = `'${word}' is not implemented yet`;
  switch (word) {
    case 'sni':
      return value === '' ? "'sni' expects a string as argument." : later;
    case 'alpn':
      return value === '' ? "'alpn' : missing the comma-delimited ALPN protocol suite" : later;
    case 'proto':
      if (value === '') return "'proto' expects a MUX protocol as argument.";
      if (!LATER_PROTOCOLS.includes(value)) return `'proto' : unknown MUX protocol '${value}'.`;
      return http || value === 'none' ? later : `'proto' : invalid MUX protocol '${value}' for tcp-check`;
    default:
      return later;
  }
}

export function readConnect(
  statement: Statement,
  at: number,
  rules: readonly NumberedRule[],
  http: boolean,
): CheckRule | Failure {
  if (!mayConnect(rules)) {
    return {
      error:
        "first step MUST also be a 'connect', optionally preceded by a 'set-var', an 'unset-var' or a 'comment', when " +
        "there is a 'connect' step in the tcp-check ruleset",
    };
  }
  let address: AddressModel | undefined;
  let port: number | undefined;
  let comment = '';
  const flags = { asServer: false, sendProxy: false, linger: false };
  for (let index = at + 1; statement.word(index) !== ''; index++) {
    const word = statement.word(index);
    const value = statement.word(index + 1);
    switch (word) {
      case 'default':
        flags.asServer = true;
        break;
      case 'send-proxy':
        flags.sendProxy = true;
        break;
      case 'linger':
        flags.linger = true;
        break;
      case 'comment':
        if (value === '') return { error: "'comment' expects a string as argument." };
        comment = value;
        index++;
        break;
      case 'addr': {
        if (value === '') return { error: "'addr' expects <ipv4|ipv6> as argument." };
        const parsed = statement.address(value, { port: 'optional', stream: true, datagram: false, connect: true });
        if ('error' in parsed) return { error: `'addr' : ${parsed.error}.` };
        address = parsed.parsed.address;
        index++;
        break;
      }
      case 'port': {
        if (value === '') return { error: "'port' expects a port number or a sample expression as argument." };
        if (!/^\d+$/.test(value)) {
          const read = checkExpression(statement, index + 1);
          if (typeof read !== 'number')
            return { error: `error detected while parsing port expression : ${read.error}` };
          return { error: "'port' with a sample expression is not implemented yet" };
        }
        port = readInt32(value);
        if (port < 1 || port > 65_535) {
          return {
            error: `expects a valid TCP port (from range 1 to 65535) or a sample expression, got ${value}.`,
          };
        }
        index++;
        break;
      }
      case 'ssl':
      case 'sni':
      case 'alpn':
      case 'proto':
      case 'via-socks4':
        return { error: connectComplaint(word, value, http) };
      default:
        return {
          error:
            "expects 'comment', 'port', 'addr', 'send-proxy', 'ssl', 'sni', 'alpn' or 'via-socks4', 'linger', 'default' " +
            `but got '${word}' as argument.`,
        };
    }
  }
  return { kind: 'connect', implicit: false, ...flags, address, port, comment };
}

const HEXADECIMAL = /^(?:[0-9a-fA-F]{2})*$/;

/** Hexadecimal digits as the bytes they say, one character each. */
function readBinary(text: string): { readonly text: string } | Failure {
  if (text.length % 2 === 1) return { error: 'an even number of hex digit is expected' };
  if (!HEXADECIMAL.test(text)) {
    return { error: `an hex digit is expected (found '${/[^0-9a-fA-F]/.exec(text)?.[0]}')` };
  }
  return { text: Buffer.from(text, 'hex').toString('latin1') };
}

/** `send`, `send-lf`, `send-binary`, `send-binary-lf` of tcp-check. */
export function readTcpSend(statement: Statement, at: number): CheckRule | Failure {
  const name = statement.word(at);
  const data = statement.word(at + 1);
  if (data === '') {
    return { error: `'${name === 'send-binary' ? 'binary string' : 'string'}' expects a ${name} as argument` };
  }
  let comment = '';
  for (let index = at + 2; statement.word(index) !== ''; index += 2) {
    if (statement.word(index) !== 'comment') {
      return { error: `expects 'comment' but got '${statement.word(index)}' as argument.` };
    }
    if (statement.word(index + 1) === '') return { error: "'comment' expects a string as argument." };
    comment = statement.word(index + 1);
  }
  let bytes: { readonly text: string } | Failure = { text: data };
  if (name.endsWith('-lf')) bytes = constantText(data, name);
  if (!('error' in bytes) && name.startsWith('send-binary')) {
    bytes = readBinary(bytes.text);
    if ('error' in bytes) return { error: `'${data}' invalid binary string (${bytes.error}).\n` };
  }
  if ('error' in bytes) return bytes;
  return { kind: 'send', bytes: Buffer.from(bytes.text, 'latin1'), comment };
}

/** `http-check send`. */
export function readRequest(statement: Statement, at: number): CheckRule | Failure {
  const given: { meth?: string; uri?: string; ver?: string; body?: string } = {};
  const headers: Header[] = [];
  let comment = '';
  for (let index = at + 1; statement.word(index) !== ''; index++) {
    const word = statement.word(index);
    const value = statement.word(index + 1);
    if (word === 'hdr') {
      const text = statement.word(index + 2);
      if (value === '' || text === '') return { error: "'hdr' expects <name> and <value> as arguments" };
      const known = headers.find(({ name }) => name.toLowerCase() === 'host');
      if (value.toLowerCase() === 'host' && known !== undefined) {
        return { error: `'${value}' header already defined (previous value is '${known.value}')` };
      }
      const constant = constantText(text, 'hdr');
      if ('error' in constant) return constant;
      // The length of the body is for the check itself to say.
      if (!/^(?:content-length|transfer-encoding)$/i.test(value)) headers.push({ name: value, value: constant.text });
      index += 2;
      continue;
    }
    const name = word.replace(/-lf$/, '');
    const formatted = word === 'uri-lf' || word === 'body-lf';
    if (!['comment', 'meth', 'uri', 'ver', 'body'].includes(formatted ? name : word)) {
      return {
        error:
          "expects 'comment', 'meth', 'uri', 'uri-lf', 'ver', 'hdr', 'body' or 'body-lf' but got " +
          `'${word}' as argument.`,
      };
    }
    if (value === '') return { error: `'${word}' expects a string as argument.` };
    const text = formatted ? constantText(value, word) : { text: value };
    if ('error' in text) return text;
    if (name === 'comment') comment = text.text;
    else given[name as keyof typeof given] = text.text;
    index++;
  }
  const { meth: method, uri, ver: version, body } = given;
  return { kind: 'request', method, uri, version, headers, body, comment, implied: false };
}

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

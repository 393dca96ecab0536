/** How servers are checked: `option httpchk` and `http-check` (manual 4.2). */

import type { ProxyDraft } from '../draft.ts';
import { BACKENDS, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import type { CheckMethodModel, HttpExpectModel } from '../model.ts';
import { compileRegex } from '../regex/regex.ts';
import type { Statement } from '../statement.ts';

type HttpCheck = Extract<CheckMethodModel, { readonly kind: 'http' }>;

const DEFAULT_CHECK: HttpCheck = {
  kind: 'http',
  method: 'OPTIONS',
  uri: '/',
  version: 'HTTP/1.0',
  headers: [],
  body: '',
  expect: undefined,
};

/**
 * `option httpchk [<method>] [<uri>] [<version>]`. Before `http-check send` existed, headers were smuggled in behind the
 * version: "HTTP/1.1\r\nHost:\ www". That still works, with a warning.
 */
export function parseHttpCheckOption(statement: Statement, proxy: ProxyDraft): void {
  statement.lacks(proxy, 'backend', 'httpchk');
  if (statement.tooMany(3, 1)) return;
  const [first = '', second = '', third = ''] = statement.from(2);
  let { method, uri, version } = DEFAULT_CHECK;
  if (second !== '') {
    method = first;
    uri = second;
    if (third !== '') version = third;
  } else if (first !== '') uri = first;
  let headers: readonly string[] = [];
  let body = '';
  const lineEnd = version.indexOf('\r\n');
  if (lineEnd >= 0) {
    statement.warn(
      "'option httpchk' : hiding headers or body at the end of the version string is deprecated. Please, consider to use " +
        "'http-check send' directive instead.",
      'tight',
      4,
    );
    const hidden = version.slice(lineEnd + 2);
    version = version.slice(0, lineEnd);
    const headEnd = hidden.indexOf('\r\n\r\n');
    const head = headEnd < 0 ? hidden : hidden.slice(0, headEnd);
    body = headEnd < 0 ? '' : hidden.slice(headEnd + 4);
    headers = head.split('\r\n').filter((line) => line !== '');
  }
  proxy.checkMethod = {
    ...DEFAULT_CHECK,
    method,
    uri,
    version,
    headers,
    body,
    ...proxy.pendingCheck,
    expect: proxy.pendingCheck?.expect,
  };
  proxy.pendingCheck = undefined;
}

type Failure = { readonly error: string };

const UNKNOWN_EXPECT =
  "'only supports min-recv, [!]string', '[!]rstring', '[!]string-lf', '[!]status', '[!]rstatus', [!]hdr, [!]fhdr or " +
  'comment but got ';

const EXPECT_LATER = new Set([
  'min-recv',
  'string-lf',
  'hdr',
  'fhdr',
  'comment',
  'on-success',
  'on-error',
  'ok-status',
  'error-status',
  'status-code',
  'tout-status',
  'custom',
]);

function readExpect(statement: Statement): HttpExpectModel | Failure {
  if (statement.word(2) === '') return { error: 'expects at least a matching pattern as arguments' };
  let negated = false;
  let expect: HttpExpectModel | undefined;
  for (let at = 2; statement.word(at) !== ''; at++) {
    const marks = /^!*/.exec(statement.word(at))?.[0].length ?? 0;
    if (marks % 2 === 1) negated = !negated;
    const word = statement.word(at).slice(marks);
    if (word === '') continue;
    if (EXPECT_LATER.has(word)) return { error: `'${word}' is not implemented yet` };
    if (word !== 'status' && word !== 'rstatus' && word !== 'string' && word !== 'rstring') {
      return { error: `${UNKNOWN_EXPECT}'${word}' as argument.` };
    }
    if (expect !== undefined) return { error: 'only on pattern expected' };
    const pattern = statement.word(++at);
    if (pattern === '') return { error: `'${word}' expects a <pattern> as argument` };
    expect = { negated, match: word, pattern };
  }
  if (expect === undefined) return { error: `${UNKNOWN_EXPECT}'' as argument.` };
  if (expect.match === 'status') {
    const ranges = expect.pattern.split(',').filter((range) => range !== '');
    for (const range of ranges) {
      const wrong = /[^\d-]/.exec(range)?.[0];
      if (wrong !== undefined) return { error: `invalid character '${wrong}' in the list of status codes` };
      const match = /^(\d+)(?:-(\d+))?$/.exec(range);
      if (match === null || Number(match[1]) > Number(match[2] ?? match[1])) {
        return { error: `invalid range of status codes '${range}'` };
      }
    }
    expect = { ...expect, pattern: ranges.join(',') };
  } else if (expect.match !== 'string') {
    try {
      compileRegex(expect.pattern, false, { capture: false });
    } catch (problem) {
      return { error: problem instanceof Error ? problem.message : String(problem) };
    }
  }
  return { ...expect, negated };
}

type SendSettings = { method?: string; uri?: string; version?: string; headers?: readonly string[]; body?: string };

function readSend(statement: Statement): SendSettings | Failure {
  const settings: SendSettings = {};
  const headers: string[] = [];
  for (let at = 2; statement.word(at) !== ''; at++) {
    const word = statement.word(at);
    const value = statement.word(at + 1);
    if (word === 'uri-lf' || word === 'body-lf' || word === 'comment') {
      return { error: `'${word}' is not implemented yet` };
    }
    if (word === 'hdr') {
      const text = statement.word(at + 2);
      if (value === '' || text === '') return { error: "'hdr' expects <name> and <value> as arguments" };
      if (text.includes('%')) return { error: "log-format in 'hdr' is not implemented yet" };
      if (value.toLowerCase() === 'host' && headers.some((header) => /^host:/i.test(header))) {
        const previous = headers.find((header) => /^host:/i.test(header))?.slice(value.length + 2);
        return { error: `'${value}' header already defined (previous value is '${previous}')` };
      }
      // The length of the body is for the check itself to say.
      if (!/^(?:content-length|transfer-encoding)$/i.test(value)) headers.push(`${value}: ${text}`);
      at += 2;
      continue;
    }
    if (word !== 'meth' && word !== 'uri' && word !== 'ver' && word !== 'body') {
      return {
        error:
          "expects 'comment', 'meth', 'uri', 'uri-lf', 'ver', 'hdr', 'body' or 'body-lf' but got " +
          `'${word}' as argument.`,
      };
    }
    if (value === '') return { error: `'${word}' expects a string as argument.` };
    if (word === 'meth') settings.method = value;
    else if (word === 'uri') settings.uri = value;
    else if (word === 'ver') settings.version = value;
    else settings.body = value;
    at++;
  }
  if (headers.length > 0) settings.headers = headers;
  return settings;
}

function parseHttpCheck(statement: Statement, proxy: ProxyDraft): void {
  const what = statement.word(1);
  let settings: NonNullable<ProxyDraft['pendingCheck']> | Failure;
  switch (what) {
    case 'expect': {
      const expect = readExpect(statement);
      settings = 'error' in expect ? expect : { expect };
      break;
    }
    case 'send':
      settings = readSend(statement);
      break;
    case 'disable-on-404':
    case 'send-state':
    case 'connect':
    case 'comment':
    case 'set-var':
    case 'set-var-fmt':
    case 'unset-var':
      statement.notImplemented(`http-check ${what}`, 1);
      return;
    default:
      statement.alert(
        "'http-check' only supports 'disable-on-404', 'send-state', 'comment', 'connect', 'send', 'expect', " +
          `'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'. but got '${what}'`,
        'spaced',
        1,
      );
      return;
  }
  if ('error' in settings) {
    statement.alert(`'http-check ${what}' : ${settings.error}.`, 'spaced', 1);
    return;
  }
  if (proxy.checkMethod.kind === 'http') proxy.checkMethod = { ...proxy.checkMethod, ...settings };
  else proxy.pendingCheck = { ...proxy.pendingCheck, ...settings };
}

export const CHECK_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'http-check',
    sections: BACKENDS,
    grammar:
      'http-check expect [!] <match> <pattern> | send [meth <m>] [uri <u>] [ver <v>] [hdr <n> <v>]... [body <b>]',
    since: '1.3',
    help: 'What HTTP health checks send and what they must get; needs `option httpchk`.',
    parse: parseHttpCheck,
  }),
];

/** How servers are checked: `option httpchk` and `http-check` (manual 4.2). */

import { addHttpRule, addTcpRule, type CheckRule, useHttpCheck, useTcpCheck } from '../check-rules.ts';
import type { ProxyDraft } from '../draft.ts';
import { BACKENDS, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import type { Statement } from '../statement.ts';
import { readExpect } from './check-expect.ts';
import { type Failure, IN_CHECKS, readConnect, readRequest, readTcpSend } from './check-steps.ts';
import { readVariableAction } from './http-actions-variables.ts';

/**
 * `option httpchk [<method>] [<uri>] [<version>]`. Before `http-check send` existed, headers were smuggled in behind the
 * version: "HTTP/1.1\r\nHost:\ www". That still works, with a warning.
 */
export function parseHttpCheckOption(statement: Statement, proxy: ProxyDraft): void {
  statement.lacks(proxy, 'backend', 'httpchk');
  if (statement.tooMany(3, 1)) return;
  const [first = '', second = '', third = ''] = statement.from(2);
  const method = second === '' ? undefined : first;
  const uri = second === '' ? first : second;
  let version = third;
  let headers: { name: string; value: string }[] = [];
  let body: string | undefined;
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
    body = headEnd < 0 ? undefined : hidden.slice(headEnd + 4);
    headers = head
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => ({
        name: line.slice(0, line.indexOf(':')).trim(),
        value: line.slice(line.indexOf(':') + 1).trim(),
      }));
  }
  useHttpCheck(proxy.check, {
    kind: 'request',
    method,
    uri: uri === '' ? undefined : uri,
    version: version === '' ? undefined : version,
    headers,
    body,
    comment: '',
    implied: true,
  });
}

/** `option tcp-check`. */
export function parseTcpCheckOption(statement: Statement, proxy: ProxyDraft): void {
  statement.lacks(proxy, 'backend', 'tcp-check');
  if (!statement.tooMany(0, 1)) useTcpCheck(proxy.check);
}

function readComment(statement: Statement): CheckRule | Failure {
  const comment = statement.word(2);
  return comment === '' ? { error: 'expects a string as argument' } : { kind: 'comment', comment };
}

const VARIABLE_STEP = /^(?:set-var|set-var-fmt|unset-var)(?:$|\()/;

/** Variables in checks come later; what is wrong with them is told now. */
function refuseVariable(statement: Statement): void {
  const what = statement.word(1);
  const place = { where: IN_CHECKS, http: true, response: false };
  const read = readVariableAction(what, statement.from(2), place);
  const kind = /^[a-z-]*/.exec(what)?.[0];
  if ('error' in read) statement.alert(`'${statement.keyword} ${what}' : '${kind}' : ${read.error}.`, 'spaced', 1);
  else statement.notImplemented(`${statement.keyword} ${what}`, 1);
}

function parseHttpCheck(statement: Statement, proxy: ProxyDraft): void {
  const what = statement.word(1);
  let rule: CheckRule | Failure;
  switch (what) {
    case 'disable-on-404':
      if (!statement.tooMany(1)) proxy.check.disableOn404 = true;
      return;
    case 'send-state':
      if (!statement.tooMany(1)) proxy.check.sendState = true;
      return;
    case 'connect':
      rule = readConnect(statement, 1, proxy.check.httpRules, true);
      break;
    case 'send':
      rule = readRequest(statement, 1);
      break;
    case 'expect':
      rule = readExpect(statement, 1, true);
      break;
    case 'comment':
      rule = readComment(statement);
      break;
    default:
      if (VARIABLE_STEP.test(what)) refuseVariable(statement);
      else {
        statement.alert(
          "'http-check' only supports 'disable-on-404', 'send-state', 'comment', 'connect', 'send', 'expect', " +
            `'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'. but got '${what}'`,
          'spaced',
          1,
        );
      }
      return;
  }
  const failure = 'error' in rule ? rule : addHttpRule(proxy.check, rule);
  if (failure === undefined) return;
  statement.alert(`'http-check ${what}' : ${failure.error}.`, 'spaced', 1);
  // What would follow is judged anew, as in HAProxy: no complaint about a step that was refused.
  proxy.check.httpRules.length = 0;
}

function parseTcpCheck(statement: Statement, proxy: ProxyDraft): void {
  const what = statement.word(1);
  let rule: CheckRule | Failure;
  if (what === 'connect') rule = readConnect(statement, 1, proxy.check.tcpRules, false);
  else if (/^send(?:-binary)?(?:-lf)?$/.test(what)) rule = readTcpSend(statement, 1);
  else if (what === 'expect') rule = readExpect(statement, 1, false);
  else if (what === 'comment') rule = readComment(statement);
  else {
    if (VARIABLE_STEP.test(what)) refuseVariable(statement);
    else {
      statement.alert(
        "'tcp-check' only supports 'comment', 'connect', 'send', 'send-binary', 'expect', 'set-var-fmt(*)', " +
          `'set-var(*)', 'unset-var(*)'. but got '${what}'`,
        'spaced',
        1,
      );
    }
    return;
  }
  if ('error' in rule) statement.alert(`'tcp-check ${what}' : ${rule.error}.`, 'spaced', 1);
  else addTcpRule(proxy.check, rule);
}

export const CHECK_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'http-check',
    sections: BACKENDS,
    grammar:
      'http-check {connect [<option>...] | send [meth <m>] [uri <u>] [ver <v>] [hdr <n> <v>]... [body <b>] | ' +
      'expect [<option>...] [!] <match> <pattern> | comment <text> | disable-on-404 | send-state}',
    since: '1.3',
    help: 'What HTTP health checks send and what they must get; needs `option httpchk`.',
    parse: parseHttpCheck,
  }),
  proxyKeyword({
    name: 'tcp-check',
    sections: BACKENDS,
    grammar:
      'tcp-check {connect [<option>...] | send <text> | send-binary <hex> | expect [<option>...] [!] <match> <pattern> | ' +
      'comment <text>}',
    since: '1.5',
    help: 'The dialogue of a check with any protocol, step by step; needs `option tcp-check`.',
    parse: parseTcpCheck,
  }),
];

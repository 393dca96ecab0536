/** Options of `option` lines that set more than a switch, and take arguments (manual 4.2). */

import { isNetwork } from '../address.ts';
import type { ProxyDraft } from '../draft.ts';
import { readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { useBuiltInFormat } from './log-formats.ts';

export function refuseModifier(statement: Statement): boolean {
  if (statement.modifier === 'none') return false;
  statement.alert(`negation/default is not supported for option '${statement.word(1)}'.`, 'tight', 1);
  return true;
}

export function parseHttplog(statement: Statement, proxy: ProxyDraft): void {
  if (refuseModifier(statement)) return;
  const argument = statement.word(2);
  if (argument !== '' && argument !== 'clf') {
    statement.alert("keyword 'httplog' only supports option 'clf'.", 'spaced', 2);
    return;
  }
  if (statement.tooMany(1, 1)) return;
  useBuiltInFormat(statement, proxy, argument === 'clf' ? 'httplog clf' : 'httplog', 1);
}

export function parseTcplog(statement: Statement, proxy: ProxyDraft): void {
  if (!refuseModifier(statement)) useBuiltInFormat(statement, proxy, 'tcplog', 0);
}

export function parseHttpslog(statement: Statement, proxy: ProxyDraft): void {
  if (!refuseModifier(statement)) useBuiltInFormat(statement, proxy, 'httpslog', -1);
}

export function parseTcpka(statement: Statement, proxy: ProxyDraft): void {
  if (refuseModifier(statement) || statement.tooMany(0, 1)) return;
  if (proxy.frontend) proxy.options.set('clitcpka', true);
  if (proxy.backend) proxy.options.set('srvtcpka', true);
}

export function parseRedispatch(statement: Statement, proxy: ProxyDraft): void {
  if (statement.lacks(proxy, 'backend', 'redispatch')) return;
  if (statement.modifier === 'none') proxy.redispatch = statement.word(2) === '' ? -1 : readInt32(statement.word(2));
  else if (statement.modifier === 'no') proxy.redispatch = 0;
}

export function parseForwardFor(statement: Statement, proxy: ProxyDraft): void {
  if (refuseModifier(statement)) return;
  let header = 'X-Forwarded-For';
  let except: string | undefined;
  let ifNone = false;
  for (let at = 2; statement.word(at) !== ''; at++) {
    const word = statement.word(at);
    const value = statement.word(at + 1);
    if (word === 'if-none') ifNone = true;
    else if (word === 'except' || word === 'header') {
      if (value === '' || (word === 'except' && !isNetwork(value))) {
        const wanted = word === 'except' ? '<address>[/mask]' : '<header_name>';
        statement.alert(`'option forwardfor ${word}' expects ${wanted} as argument.`, 'spaced', at);
        return;
      }
      if (word === 'except') except = value;
      else header = value;
      at++;
    } else {
      statement.alert(
        "'option forwardfor' only supports optional values: 'except', 'header' and 'if-none'.",
        'spaced',
        at,
      );
      return;
    }
  }
  proxy.forwardFor = { except, header, ifNone };
}

export function parseOriginalTo(statement: Statement, proxy: ProxyDraft): void {
  if (refuseModifier(statement)) return;
  let header = 'X-Original-To';
  let except: string | undefined;
  for (let at = 2; statement.word(at) !== ''; at += 2) {
    const word = statement.word(at);
    const value = statement.word(at + 1);
    if (word !== 'except' && word !== 'header') {
      statement.alert("'option originalto' only supports optional values: 'except' and 'header'.", 'spaced', at);
      return;
    }
    if (value === '' || (word === 'except' && !isNetwork(value))) {
      const wanted = word === 'except' ? '<address>[/mask]' : '<header_name>';
      statement.alert(`'option originalto ${word}' expects ${wanted} as argument.`, 'spaced', at);
      return;
    }
    if (word === 'except') except = value;
    else header = value;
  }
  proxy.originalTo = { except, header };
}

export function parseRestrictNames(statement: Statement, proxy: ProxyDraft): void {
  if (refuseModifier(statement) || statement.tooMany(1, 1)) return;
  const word = statement.word(2);
  const expected = "option 'http-restrict-req-hdr-names' expects 'preserve', 'reject' or 'delete' option.";
  if (word === 'preserve' || word === 'reject' || word === 'delete') proxy.restrictHeaderNames = word;
  else if (word === '') statement.alert(`missing parameter. ${expected}`, 'spaced', 1);
  else statement.alert(`invalid parameter '${word}'. ${expected}`, 'spaced', 2);
}

/** How TCP keep-alive packets are sent where `option clitcpka` or `option srvtcpka` asks for them (manual 4.2). */

import { readAnyBase } from '../action.ts';
import type { ProxyDraft } from '../draft.ts';
import { BACKENDS, FRONTENDS, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import { parseTime } from '../numbers.ts';
import { kindOf, type Statement } from '../statement.ts';

type Prefix = 'clitcpka' | 'srvtcpka';
type Field = 'count' | 'idleSeconds' | 'intervalSeconds';

function set(statement: Statement, proxy: ProxyDraft, prefix: Prefix, field: Field, value: number): void {
  const side = prefix === 'clitcpka' ? 'frontend' : 'backend';
  if (!proxy[side]) {
    const what = `${kindOf(proxy)} '${proxy.name}' has no ${side} capability`;
    statement.warn(`${statement.keyword} will be ignored because ${what}`);
  }
  const name = prefix === 'clitcpka' ? 'clientKeepAlive' : 'serverKeepAlive';
  proxy[name] = { ...proxy[name], [field]: value };
}

function parseCount(prefix: Prefix) {
  return (statement: Statement, proxy: ProxyDraft): void => {
    const { keyword } = statement;
    const word = statement.word(1);
    if (word === '') {
      statement.alert(`'${keyword}' expects an integer value`);
      return;
    }
    const { value, rest } = readAnyBase(word);
    if (rest === '') set(statement, proxy, prefix, 'count', value);
    else
      statement.alert(
        `'${keyword}' : unexpected character '${rest.charAt(0)}' in integer value '${word}'`,
        'spaced',
        1,
      );
  };
}

function parseDelay(prefix: Prefix, field: Field) {
  return (statement: Statement, proxy: ProxyDraft): void => {
    const { keyword } = statement;
    const word = statement.word(1);
    if (word === '') {
      statement.alert(`'${keyword}' expects an integer value`);
      return;
    }
    const time = parseTime(word, 's');
    const of = `in argument '${word}' to '${keyword}'`;
    switch (time.kind) {
      case 'value':
        set(statement, proxy, prefix, field, time.value);
        break;
      case 'over':
        statement.alert(`timer overflow ${of} (maximum value is 2147483647 ms or ~24.8 days)`, 'spaced', 1);
        break;
      case 'under':
        statement.alert(`timer underflow ${of} (minimum non-null value is 1 ms)`, 'spaced', 1);
        break;
      case 'character':
        statement.alert(`unexpected character '${time.character}' in argument to <${keyword}>.`, 'spaced', 1);
    }
  };
}

function keywords(prefix: Prefix): readonly ProxyKeyword[] {
  const shared = { sections: prefix === 'clitcpka' ? FRONTENDS : BACKENDS, anywhere: true, since: '2.4' };
  const initially = 'what the system does';
  return [
    proxyKeyword({
      ...shared,
      name: `${prefix}-cnt`,
      grammar: `${prefix}-cnt <number>`,
      initially,
      help: 'Keep-alive packets without an answer before the connection is given up.',
      parse: parseCount(prefix),
    }),
    proxyKeyword({
      ...shared,
      name: `${prefix}-idle`,
      grammar: `${prefix}-idle <delay>`,
      initially,
      help: 'Silence before the first keep-alive packet.',
      parse: parseDelay(prefix, 'idleSeconds'),
    }),
    proxyKeyword({
      ...shared,
      name: `${prefix}-intvl`,
      grammar: `${prefix}-intvl <delay>`,
      initially,
      help: 'Between two keep-alive packets.',
      parse: parseDelay(prefix, 'intervalSeconds'),
    }),
  ];
}

export const KEEP_ALIVE_KEYWORDS: readonly ProxyKeyword[] = [...keywords('clitcpka'), ...keywords('srvtcpka')];

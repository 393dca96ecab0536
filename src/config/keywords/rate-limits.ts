/** Limits of connections and sessions a second: `maxconnrate`, `maxsessrate` (manual 3.2), `rate-limit sessions` (4.2). */

import { readAnyBase } from '../action.ts';
import type { ProxyDraft } from '../draft.ts';
import { FRONTENDS, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import { kindOf, type Statement } from '../statement.ts';
import { type GlobalKeyword, globalKeyword, number } from './global-keyword.ts';

function parseRateLimit(statement: Statement, proxy: ProxyDraft): void {
  const what = statement.word(1);
  const text = statement.word(2);
  if (what !== 'sessions') {
    statement.alert(`'rate-limit' only supports 'sessions' (got '${what}')`, 'spaced', 1);
    return;
  }
  if (text === '') {
    statement.alert("'rate-limit sessions' expects expects an integer value (in sessions/second)");
    return;
  }
  const { value, rest } = readAnyBase(text);
  if (rest !== '') {
    statement.alert(
      `'rate-limit sessions' : unexpected character '${rest.charAt(0)}' in integer value '${text}'`,
      'spaced',
      2,
    );
    return;
  }
  if (!proxy.frontend) {
    statement.warn(
      `rate-limit sessions will be ignored because ${kindOf(proxy)} '${proxy.name}' has no frontend capability`,
    );
  } else if (proxy.sessionRateLimit !== (proxy.defaults?.sessionRateLimit ?? 0)) {
    statement.warn('overwriting rate-limit sessions which was already specified');
  }
  proxy.sessionRateLimit = value >>> 0;
}

export const RATE_LIMIT_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'rate-limit',
    sections: FRONTENDS,
    anywhere: true,
    since: '1.3',
    grammar: 'rate-limit sessions <number>',
    help: 'Sessions accepted a second, at most; more wait in the kernel.',
    parse: parseRateLimit,
  }),
];

export const RATE_LIMIT_GLOBALS: readonly GlobalKeyword[] = [
  globalKeyword(
    'maxconnrate',
    '<number>',
    'Connections accepted a second by all frontends, at most; more wait in the kernel.',
    number(
      (global, value) => {
        global.maxConnectionRate = value;
      },
      { once: true },
    ),
    { since: '1.5' },
  ),
  globalKeyword(
    'maxsessrate',
    '<number>',
    'Sessions begun a second in all frontends, at most; more wait in the kernel.',
    number(
      (global, value) => {
        global.maxSessionRate = value;
      },
      { once: true },
    ),
    { since: '1.5' },
  ),
];

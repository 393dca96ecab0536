/** `timeout <name> <delay>` (manual 4.2). */

import type { ProxyDraft, TimeoutName } from '../draft.ts';
import type { KeywordEntry } from '../keyword.ts';
import { BACKENDS, EVERYWHERE, FRONTENDS, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import { kindOf, type Statement } from '../statement.ts';

export interface TimeoutEntry extends KeywordEntry {
  readonly field: TimeoutName;
  readonly side: 'frontend' | 'backend' | 'both';
}

function timeout(name: string, field: TimeoutName, side: TimeoutEntry['side'], since: string, help: string) {
  const entry: TimeoutEntry = {
    kind: 'timeout',
    name,
    sections: side === 'both' ? EVERYWHERE : side === 'frontend' ? FRONTENDS : BACKENDS,
    grammar: `timeout ${name} <delay>`,
    help,
    initially: 'no limit',
    since,
    manual: '4.2',
    implemented: true,
    field,
    side,
  };
  return entry;
}

/** In the order in which HAProxy lists them when it does not know one. */
export const TIMEOUTS: readonly TimeoutEntry[] = [
  timeout('client', 'client', 'frontend', '1.3', 'How long a client may stay silent while it is expected to speak.'),
  timeout('server', 'server', 'backend', '1.3', 'How long a server may stay silent while it is expected to speak.'),
  timeout('connect', 'connect', 'backend', '1.3', 'How long a connection to a server may take to be established.'),
  timeout('check', 'check', 'backend', '1.3', 'Additional time to read the answer of a health check.'),
  timeout(
    'queue',
    'queue',
    'backend',
    '1.3',
    'How long a request may wait for a free server; `timeout connect` if unset.',
  ),
  timeout('http-keep-alive', 'httpKeepAlive', 'both', '1.4', 'How long to wait for the next request of a connection.'),
  timeout('http-request', 'httpRequest', 'both', '1.3', 'How long a client may take to send its whole request head.'),
  timeout('tunnel', 'tunnel', 'backend', '1.5', 'How long both sides may stay silent once upgraded to a tunnel.'),
  timeout(
    'tarpit',
    'tarpit',
    'both',
    '1.3',
    'How long a tarpitted request is kept; `timeout connect` if unset. The `tarpit` action is not implemented yet.',
  ),
  timeout('client-fin', 'clientFin', 'frontend', '1.5', 'Like `client`, once one direction is closed.'),
  timeout('server-fin', 'serverFin', 'backend', '1.5', 'Like `server`, once one direction is closed.'),
];

const BY_NAME: ReadonlyMap<string, TimeoutEntry> = new Map(TIMEOUTS.map((entry) => [entry.name, entry]));

/** The names of times before 1.3.14; HAProxy has them no more since 2.1. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  clitimeout: 'client',
  srvtimeout: 'server',
  contimeout: 'connect',
};

function warnFormer(statement: Statement, name: string, now: string, index: number): void {
  statement.warn(
    `the '${name}' directive is now deprecated in favor of 'timeout ${now}', and will not be supported in future versions.`,
    'spaced',
    index,
  );
}

function parseTimeout(statement: Statement, proxy: ProxyDraft): void {
  const written = statement.word(1);
  const now = FORMER_NAMES[written];
  if (now !== undefined) warnFormer(statement, written, now, 1);
  const name = now ?? written;
  const entry = BY_NAME.get(name);
  if (entry === undefined) {
    const names = TIMEOUTS.map((known) => `'${known.name}'`);
    const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    statement.alert(`'timeout' supports ${list} (got '${name}')`, 'spaced', 1);
    return;
  }
  setDelay(statement, proxy, entry, 2);
}

/** Reads the delay that is word `index`. */
function setDelay(statement: Statement, proxy: ProxyDraft, entry: TimeoutEntry, index: number): void {
  const what = `'timeout ${entry.name}'`;
  if (statement.word(index) === '') {
    statement.alert(`${what} expects an integer value (in milliseconds)`, 'spaced', index - 1);
    return;
  }
  const delay = statement.readDelay(index, what, (character) => `unexpected character '${character}' in ${what}`);
  if (typeof delay !== 'number') {
    statement.alert(delay.error, 'spaced', index);
    return;
  }
  const extra = statement.word(index + 1);
  if (extra !== '') {
    const value = statement.word(index);
    statement.alert(`${what} : unexpected extra argument '${extra}' after value '${value}'.`, 'spaced', index + 1);
  } else if (entry.side !== 'both' && !proxy[entry.side]) {
    statement.warn(
      `${what} will be ignored because ${kindOf(proxy)} '${proxy.name}' has no ${entry.side} capability`,
      'spaced',
      index - 1,
    );
  } else if (proxy.section !== 'defaults' && proxy.timeouts[entry.field] !== proxy.inheritedTimeouts[entry.field]) {
    statement.warn(`overwriting ${what} which was already specified`, 'spaced', index - 1);
  }
  proxy.timeouts[entry.field] = delay;
}

function formerTimeout(name: string, now: string): ProxyKeyword {
  return proxyKeyword({
    name,
    sections: EVERYWHERE,
    anywhere: true,
    grammar: `${name} <delay>`,
    help: `As \`timeout ${now}\`.`,
    parse(statement, proxy) {
      const entry = BY_NAME.get(now);
      if (entry === undefined) throw new Error(`no timeout ${now}`);
      warnFormer(statement, name, now, 0);
      setDelay(statement, proxy, entry, 1);
    },
  });
}

export const TIMEOUT_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'timeout',
    sections: EVERYWHERE,
    grammar: 'timeout <name> <delay>',
    since: '1.3',
    help: 'Sets a delay; the unit is milliseconds unless us, ms, s, m, h or d follows the number.',
    parse: parseTimeout,
  }),
  ...Object.entries(FORMER_NAMES).map(([name, now]) => formerTimeout(name, now)),
];

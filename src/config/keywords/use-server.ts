/** `use-server` lines (manual 4.2). */

import { parseCondition, warnAboutConflicts } from '../acl.ts';
import type { ProxyDraft } from '../draft.ts';
import { type ProxyKeyword, proxyKeyword, REAL_BACKENDS } from '../keyword.ts';
import type { Statement } from '../statement.ts';
import { readTargetName } from '../target-name.ts';
import { pointMask } from './check-points.ts';

const AT_SERVER_CHOICE = pointMask('backend use-server, balance or stick-match rule');

function parseUseServer(statement: Statement, proxy: ProxyDraft): void {
  const server = statement.word(1);
  if (server === '') {
    statement.alert("'use-server' expects a server name.");
    return;
  }
  if (statement.word(2) !== 'if' && statement.word(2) !== 'unless') {
    statement.alert("'use-server' requires either 'if' or 'unless' followed by a condition.", 'spaced', 2);
    return;
  }
  const condition = parseCondition(statement.from(2), proxy, statement);
  if ('error' in condition) {
    statement.alert(`error detected while parsing switching rule : ${condition.error}.`, 'spaced', 2);
    return;
  }
  warnAboutConflicts(condition, AT_SERVER_CHOICE, statement);
  const target = readTargetName(server, proxy.mode === 'http');
  if ('error' in target) {
    statement.alert(`use-server rule failed to parse log-format '${server}' : ${target.error}.`, 'capital', 1);
    return;
  }
  const { name, format } = target;
  proxy.useServers.push({ place: statement.place, server: name, format, condition });
}

export const SERVER_RULE_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'use-server',
    sections: REAL_BACKENDS,
    since: '1.5',
    grammar: 'use-server <server> {if | unless} <condition>',
    help: 'Sends what meets the condition to a server, if that is up; the first such rule wins.',
    parse: parseUseServer,
  }),
];

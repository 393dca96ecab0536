/** What HAProxy says about `tcp-request` rules once the whole proxy is read. */

import type { ProxyDraft } from './draft.ts';
import { pointMask } from './keywords/check-points.ts';
import { FETCHES } from './keywords/fetches.ts';
import { kindOf } from './statement.ts';

const AT_SESSION = pointMask('frontend tcp-request session rule');

/** Captures of content that nobody waits for. */
function captureWarnings(proxy: ProxyDraft): readonly string[] {
  if (!proxy.frontend || proxy.tcpRequestDelay !== 0) return [];
  const warning =
    `${kindOf(proxy)} '${proxy.name}' : a 'tcp-request capture' rule explicitly depending on request contents without any ` +
    "'tcp-request inspect-delay' setting. This means that this rule will randomly find its contents. This can be fixed " +
    'by setting the tcp-request inspect-delay.';
  return proxy.tcpRequestRules.flatMap(({ action }) => {
    if (action.kind !== 'capture') return [];
    const { fetch } = action.expression;
    const declared = FETCHES.get(fetch) ?? [...FETCHES.values()].find((entry) => entry.meaning === fetch);
    return declared === undefined || (declared.places & AT_SESSION) !== 0 ? [] : [warning];
  });
}

/** A client that is upgraded to HTTP finds only TCP servers. */
function upgradeWarning(proxy: ProxyDraft): string | undefined {
  const upgrades = proxy.tcpRequestRules.some(({ action }) => action.kind === 'switch-mode');
  const leads = proxy.defaultBackend !== undefined || proxy.useBackends.length > 0;
  if (!upgrades || leads || proxy.mode !== 'tcp' || proxy.servers.length === 0) return undefined;
  return (
    `Proxy '${proxy.name}' : 'switch-mode http' configured for a tcp ${kindOf(proxy)} with no backend. Incoming ` +
    'connections upgraded to HTTP cannot be routed to TCP servers'
  );
}

export function tcpRuleWarnings(proxy: ProxyDraft): readonly string[] {
  const upgrade = upgradeWarning(proxy);
  return upgrade === undefined ? captureWarnings(proxy) : [...captureWarnings(proxy), upgrade];
}

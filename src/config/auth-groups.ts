/** ACLs that ask for groups of a userlist (`http_auth_group`): the groups must be there. */

import type { ConfigurationDraft, ProxyDraft } from './draft.ts';
import type { Place } from './model.ts';
import type { AclModel, ConditionModel } from './model-rules.ts';
import { actionRulesOf } from './raw-bytes.ts';

export interface GroupFault {
  readonly place: Place;
  readonly message: string;
}

/** All ACLs of a proxy, those without a name too, in the order of their lines. */
function aclsOf(proxy: ProxyDraft): readonly AclModel[] {
  const rules = [...actionRulesOf(proxy), ...proxy.redirectRules, ...proxy.useBackends, ...proxy.useServers];
  const conditions: readonly (ConditionModel | undefined)[] = [
    ...rules.map((rule) => rule.condition),
    ...proxy.monitorFail,
  ];
  const unnamed = conditions.flatMap((condition) => (condition?.alternatives ?? []).flat().flatMap(({ acls }) => acls));
  const named = [...proxy.acls.values()].flatMap(({ lines }) => lines);
  return [...new Set([...named, ...unnamed])].sort((left, right) => left.place.line - right.place.line);
}

/** What is wrong with the groups that a proxy asks for. */
export function groupFaults(draft: ConfigurationDraft, proxy: ProxyDraft): readonly GroupFault[] {
  return aclsOf(proxy).flatMap(({ place, name, expression, patterns, files }) => {
    if (expression.fetch !== 'http_auth_group') return [];
    const subject = `proxy ${proxy.name}: acl ${name} http_auth_group():`;
    if (patterns.length === 0 && files.length === 0) return [{ place, message: `${subject} no groups specified.` }];
    const list = draft.userLists.find((one) => one.name === expression.args[0]);
    return patterns
      .filter((pattern) => !list?.groups.some((group) => group.name === pattern))
      .map((pattern) => ({ place, message: `${subject} invalid group '${pattern}'.` }));
  });
}

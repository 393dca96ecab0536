/**
 * Conditions that look at raw bytes: in HTTP mode there are none left to look at once the request is parsed, and HAProxy
 * warns about each rule that tries.
 */

import type { ProxyDraft } from './draft.ts';
import { FETCHES } from './keywords/fetches.ts';
import type { Place } from './model.ts';
import type { ConditionModel } from './model-rules.ts';

interface Conditional {
  readonly place: Place;
  readonly condition: ConditionModel | undefined;
}

let rawFetches: ReadonlySet<string> | undefined;

function readsRawBytes(condition: ConditionModel | undefined): boolean {
  rawFetches ??= new Set(
    [...FETCHES.values()].filter(({ source }) => source.includes('buffer')).map(({ meaning }) => meaning),
  );
  const terms = condition?.alternatives.flat() ?? [];
  return terms.some(({ acls }) => acls.some((acl) => rawFetches?.has(acl.expression.fetch)));
}

/** What HAProxy says about one rule; undefined when it is fine. */
export function rawBytesWarning(proxy: ProxyDraft, { place, condition }: Conditional): string | undefined {
  if (proxy.mode !== 'http' || !readsRawBytes(condition)) return undefined;
  return `Proxy '${proxy.name}': L6 sample fetches ignored on HTTP proxies (declared at ${place.file}:${place.line}).`;
}

/** The rules that HAProxy looks through for this, in its order. */
export function actionRulesOf(proxy: ProxyDraft): readonly Conditional[] {
  return [
    ...proxy.tcpConnectionRules,
    ...proxy.tcpSessionRules,
    ...proxy.tcpRequestRules,
    ...proxy.tcpResponseRules,
    ...proxy.httpRequestRules,
    ...proxy.httpResponseRules,
    ...proxy.httpAfterResponseRules,
  ];
}

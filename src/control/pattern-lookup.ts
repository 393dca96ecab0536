/** `get map`, `get acl`: what a text finds in a list, told for each way in which the configuration compares with it. */

import { isIPv4 } from 'node:net';
import type { PatternUseModel } from '../config/model-rules.ts';
import { parseNetwork } from '../config/pattern-values.ts';
import { cast } from '../sample/casts.ts';
import type { PatternReference } from '../sample/pattern-reference.ts';
import { matchedType } from '../sample/patterns/lookup.ts';
import { Sample, STR } from '../sample/sample.ts';

const sample = new Sample();

export function lookUp(reference: PatternReference, kind: 'map' | 'acl', text: string): string {
  return reference.model.uses.map((use) => `${tell(reference, use, kind, text)}\n`).join('');
}

function tell(reference: PatternReference, use: PatternUseModel, kind: 'map' | 'acl', text: string): string {
  const { store } = reference;
  const begin = `type=${use.match}, case=${use.ignoreCase ? 'in' : ''}sensitive`;
  const [found, key] = kind === 'map' ? ['found', 'key'] : ['match', 'pattern'];
  const bytes = Buffer.from(text, 'latin1');
  sample.setBytes(STR, bytes, 0, bytes.length);
  if (use.match === 'found' || !cast(sample, matchedType(use.match))) return `${begin}, ${found}=no`;
  if (use.match === 'bool') {
    if (Number(sample.integer) === 0) return `${begin}, ${found}=no`;
    return `${begin}, ${found}=yes, idx=list, ${key}=unknown${kind === 'map' ? ', value=none' : ''}`;
  }
  const entry = reference.lookupFor(use.match, use.ignoreCase).find(sample);
  if (entry < 0) return `${begin}, ${found}=no`;
  const pattern = store.key(entry);
  const answer = `${begin}, ${found}=yes, idx=${isInTree(use, pattern) ? 'tree' : 'list'}, ${key}="${pattern}"`;
  if (kind === 'acl') return answer;
  const value = store.value(entry);
  if (value === undefined || use.value === 'none') return `${answer}, value=none`;
  return `${answer}, value="${value}", type="${typeName(use, value)}"`;
}

/** What HAProxy keeps in trees: texts whose case counts, networks without holes in their masks. */
function isInTree({ match, ignoreCase }: PatternUseModel, pattern: string): boolean {
  if (match === 'str' || match === 'beg') return !ignoreCase;
  return match === 'ip' && (parseNetwork(pattern)?.bits ?? 0) >= 0;
}

function typeName({ value: kind }: PatternUseModel, value: string): string {
  return kind === 'addr' ? (isIPv4(value) ? 'ipv4' : 'ipv6') : kind;
}

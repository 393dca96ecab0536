/** How keywords of proxies are declared whose machinery is yet to come. */

import { parseCondition, warnAboutConflicts } from '../acl.ts';
import type { ProxyDraft } from '../draft.ts';
import { type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import type { Statement } from '../statement.ts';
import { type Check, type Complaint, refuse } from './grammar.ts';

export type ProxyCheck = Check<ProxyDraft>;

export interface LaterProxyKeyword {
  readonly name: string;
  readonly sections: ProxyKeyword['sections'];
  readonly arguments: string;
  readonly help: string;
  readonly since: string;
  readonly initially?: string;
  readonly check: ProxyCheck;
  /** What is refused, where the keyword alone would say too little. */
  readonly what?: (statement: Statement) => string;
  readonly anywhere?: boolean;
  readonly refusalStyle?: 'spaced' | 'tight';
}

export function laterProxy(keyword: LaterProxyKeyword): ProxyKeyword {
  const { name, sections, help, since, check, what, ...more } = keyword;
  const { arguments: words, ...rest } = more;
  return proxyKeyword({
    ...rest,
    name,
    sections,
    grammar: words === '' ? name : `${name} ${words}`,
    help,
    since,
    implemented: false,
    parse: refuse(check, what),
  });
}

/** The two words of a keyword that has several meanings: "stats auth". */
export function firstTwo(statement: Statement): string {
  return `${statement.word(0)} ${statement.word(1)}`;
}

/**
 * A condition from word `index` on: what is wrong with it, or undefined. `failing` is the start of the message;
 * `where`, the check points at which it would be asked.
 */
export function checkCondition(
  statement: Statement,
  proxy: ProxyDraft,
  index: number,
  failing: string,
  where: number,
): Complaint | undefined {
  const condition = parseCondition(statement.from(index), proxy, statement);
  if ('error' in condition) return { message: `${failing} : ${condition.error}.`, index };
  warnAboutConflicts(condition, where, statement);
  return undefined;
}

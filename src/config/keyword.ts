/**
 * What a registry entry is. A keyword is declared once, here in data: the parser runs its `parse`, `-c` refuses it by
 * name while it has none, the editor and the documentation show the rest.
 */

import type { ProxyDraft, ProxySection } from './draft.ts';
import type { Statement } from './statement.ts';

/** Kinds of words within lines. */
export type WithinKind =
  | 'balance'
  | 'hash-type'
  | 'stats'
  | 'filter'
  | 'stick-table-data'
  | 'acl-keyword'
  | 'acl-match'
  | 'acl-operator'
  | 'acl-predefined'
  | 'log-flag';

export type KeywordKind =
  | 'section'
  | 'section-keyword'
  | 'directive'
  | 'global'
  | 'proxy'
  | 'option'
  | 'timeout'
  | 'bind-option'
  | 'server-option'
  | 'tcp-request'
  | 'tcp-response'
  | 'http-request'
  | 'http-response'
  | 'http-after-response'
  | 'fetch'
  | 'converter'
  | 'acl-flag'
  | 'log-variable'
  | WithinKind;

export interface KeywordEntry {
  readonly kind: KeywordKind;
  readonly name: string;
  /** The sections it may stand in; empty where the kind says it all (server options stand on server lines). */
  readonly sections: readonly string[];
  /** As in the manual: `maxconn <number>`. */
  readonly grammar: string;
  readonly help: string;
  /** What holds when it is not said. */
  readonly initially: string;
  /** The HAProxy version that brought it. */
  readonly since: string;
  /** The section of HAProxy's manual (2.6). */
  readonly manual: string;
  readonly implemented: boolean;
}

/** A keyword of a section that is read by running `parse` on the whole statement. */
export interface StatementKeyword<Target> extends KeywordEntry {
  readonly parse: ((statement: Statement, target: Target) => void) | undefined;
  /** Said after the capability warning: "Maybe you want 'fullconn' instead ?". */
  readonly capabilityHint?: string;
  /** How HAProxy refuses it in a defaults section; most of its messages have a blank before the colon. */
  readonly refusalStyle?: 'spaced' | 'tight';
  /** May stand in a named defaults section only (rules and ACLs). */
  readonly namedDefaults?: boolean;
  /** HAProxy accepts it silently in sections without the capability. */
  readonly anywhere?: boolean;
  /** `no` and `default` may stand before it. */
  readonly negatable?: boolean;
}

export type ProxyKeyword = StatementKeyword<ProxyDraft>;

export const EVERYWHERE: readonly ProxySection[] = ['defaults', 'frontend', 'listen', 'backend'];
export const FRONTENDS: readonly ProxySection[] = ['defaults', 'frontend', 'listen'];
export const BACKENDS: readonly ProxySection[] = ['defaults', 'listen', 'backend'];
export const REAL_FRONTENDS: readonly ProxySection[] = ['frontend', 'listen'];
export const REAL_BACKENDS: readonly ProxySection[] = ['listen', 'backend'];
export const REAL_PROXIES: readonly ProxySection[] = ['frontend', 'listen', 'backend'];

type Optional = 'kind' | 'initially' | 'since' | 'manual' | 'implemented';

/** Fills in what most proxy keywords have in common. */
export function proxyKeyword(
  entry: Omit<ProxyKeyword, Optional> & Partial<Pick<ProxyKeyword, Optional>>,
): ProxyKeyword {
  return {
    kind: 'proxy',
    initially: '',
    since: '1.0',
    manual: '4.2',
    implemented: entry.parse !== undefined,
    ...entry,
  };
}

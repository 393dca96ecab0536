/**
 * Rules run in the order of their kinds, not of the lines: tcp-request connection, session and content, monitor,
 * http-request, redirect, use_backend, use-server. HAProxy warns when the file suggests another order.
 */

import type { ProxyDraft } from '../draft.ts';
import type { Statement } from '../statement.ts';

function warn(statement: Statement, what: string, after: string, article = 'a'): void {
  statement.warn(`a '${what}' rule placed after ${article} '${after}' rule will still be processed before.`);
}

export function warnAboutRedirectOrder(statement: Statement, proxy: ProxyDraft, what: string): void {
  if (proxy.useBackends.length > 0) warn(statement, what, 'use_backend');
  else if (proxy.useServers.length > 0) warn(statement, what, 'use-server');
}

export function warnAboutHttpRequestOrder(statement: Statement, proxy: ProxyDraft, what: string): void {
  if (proxy.redirectRules.length > 0) warn(statement, what, 'redirect');
  else warnAboutRedirectOrder(statement, proxy, what);
}

export function warnAboutMonitorOrder(statement: Statement, proxy: ProxyDraft): void {
  if (proxy.httpRequestRules.length > 0) warn(statement, 'monitor fail', 'http-request', 'an');
  else warnAboutHttpRequestOrder(statement, proxy, 'monitor fail');
}

export function warnAboutTcpContentOrder(statement: Statement, proxy: ProxyDraft, what: string): void {
  if (proxy.monitorFail.length > 0) warn(statement, what, 'monitor fail');
  else if (proxy.httpRequestRules.length > 0) warn(statement, what, 'http-request', 'an');
  else warnAboutHttpRequestOrder(statement, proxy, what);
}

export function warnAboutTcpSessionOrder(statement: Statement, proxy: ProxyDraft, what: string): void {
  if (proxy.tcpRequestRules.length > 0) warn(statement, what, 'tcp-request content');
  else warnAboutTcpContentOrder(statement, proxy, what);
}

export function warnAboutTcpConnectionOrder(statement: Statement, proxy: ProxyDraft, what: string): void {
  if (proxy.tcpSessionRules.length > 0) warn(statement, what, 'tcp-request session');
  else warnAboutTcpSessionOrder(statement, proxy, what);
}

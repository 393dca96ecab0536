/**
 * When a proxy's log line is written: HAProxy waits for whatever some formatted string of the proxy asks for, and for
 * nothing else (`LW_*` in its log-format table). Bytes and times are known at the end; a request line, once it was read.
 */

import type { ProxyDraft } from './draft.ts';
import { FETCHES } from './keywords/fetches.ts';
import { LOG_VARIABLES, type LogNeed } from './keywords/log-variables.ts';
import type { ProxyModel } from './model.ts';
import type { FormatModel } from './model-rules.ts';

const FETCHES_BY_MEANING = new Map([...FETCHES.values()].map((entry) => [entry.meaning, entry]));

function isFormat(value: object): value is FormatModel {
  return 'pieces' in value && Array.isArray(value.pieces);
}

function needsOf(format: FormatModel, needs: Set<LogNeed>): void {
  for (const piece of format.pieces) {
    if (piece.kind === 'variable') {
      for (const need of LOG_VARIABLES.get(piece.name)?.needs ?? []) needs.add(need);
    } else if (piece.kind === 'expression') {
      needs.add('transport');
      if (FETCHES_BY_MEANING.get(piece.expression.fetch)?.source.includes('HTTP')) needs.add('request line');
    }
  }
}

/** The needs of all formatted strings in plain data. */
function collect(value: unknown, needs: Set<LogNeed>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if (isFormat(value)) needsOf(value, needs);
  else for (const part of Object.values(value)) collect(part, needs);
}

type Timing = Pick<ProxyModel, 'logMoment' | 'logsRequestLine' | 'logsServerSource'>;

/** The parts of the model that say when to log, and what to keep for it. */
export function logTiming(proxy: ProxyDraft): Timing {
  const needs = new Set<LogNeed>();
  const parts = [
    proxy.formats,
    proxy.httpRequestRules,
    proxy.redirectRules,
    proxy.httpResponseRules,
    proxy.httpAfterResponseRules,
    proxy.tcpRequestRules,
    proxy.tcpResponseRules,
    proxy.errorRules,
    proxy.defaults?.httpRequestRules,
    proxy.defaults?.httpResponseRules,
    proxy.defaults?.httpAfterResponseRules,
  ];
  for (const part of parts) collect(part, needs);
  if (proxy.requestCaptures.length > 0) needs.add('request headers');
  if (proxy.responseCaptures.length > 0) needs.add('response headers');
  if (proxy.cookieCapture !== undefined) needs.add('cookies');
  const logsRequestLine = needs.has('request line');
  if (proxy.options.get('logasap') === true) needs.delete('totals');
  const atRequest = logsRequestLine && needs.size === 1;
  const logMoment = needs.has('totals') ? 'end' : atRequest ? 'request' : 'response';
  return { logMoment, logsRequestLine, logsServerSource: needs.has('source') };
}

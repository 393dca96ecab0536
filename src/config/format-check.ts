/** Reads the formatted strings that waited for the mode of their proxy. The messages are HAProxy's, in its order. */

import type { Diagnostics } from './diagnostics.ts';
import type { FormatDraft, ProxyDraft } from './draft.ts';
import { type FormatRules, parseFormat } from './format.ts';
import { pointMask } from './keywords/check-points.ts';
import type { FormatModel } from './model-rules.ts';

const LOGS = pointMask('logs');
const FRONTEND = pointMask('frontend http-request header rule');
const BACKEND = pointMask('backend http-request header rule');

export function readProxyFormats(proxy: ProxyDraft, diagnostics: Diagnostics): void {
  const http = proxy.mode === 'http';
  const read = (format: FormatDraft | undefined, what: string, rules: FormatRules): FormatModel | undefined => {
    if (format === undefined) return undefined;
    const parsed = parseFormat(format.text, rules);
    if (!('error' in parsed)) return parsed;
    diagnostics.alert(format.place, `failed to parse ${what} : ${parsed.error}.`, { style: 'capital' });
    return undefined;
  };
  const log: FormatRules = { where: LOGS, http, use: 'log' };
  const where = (proxy.frontend ? FRONTEND : 0) | (proxy.backend ? BACKEND : 0);
  const { frontend } = proxy;
  proxy.formats = {
    log: frontend ? read(proxy.logFormat, 'log-format', log) : undefined,
    structuredData: frontend ? read(proxy.structuredDataFormat, 'log-format-sd', log) : undefined,
    uniqueId: read(proxy.uniqueIdFormat, 'unique-id', { where, http, use: 'id' }),
    error: read(proxy.errorLogFormat, 'error-log-format', log),
  };
}

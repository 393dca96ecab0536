/** Fields of two models that differ, by the words of the manual. */

import { meaningOf } from './meaning.ts';
import { isRules, type ReadText, ruleChanges } from './rule-changes.ts';

export interface Change {
  /** The keyword, as it is written: `timeout server`; '' for a rule, whose lines stand in the others. */
  readonly what: string;
  /** '' where it is not said, or cannot be told in a word. */
  readonly before: string;
  readonly after: string;
}

/** The other names of fields are those of their keywords, in another spelling. */
const KEYWORDS: Readonly<Record<string, string>> = {
  logTargets: 'log',
  formats: 'log-format, unique-id-format',
  logMoment: 'option logasap',
  requestCaptures: 'capture request',
  responseCaptures: 'capture response',
  cookieCapture: 'capture cookie',
  httpMode: 'option http-keep-alive, http-server-close, httpclose',
  forwardFor: 'option forwardfor',
  originalTo: 'option originalto',
  restrictHeaderNames: 'option http-restrict-req-hdr-names',
  errorResponses: 'errorfile, http-error',
  sessionRateLimit: 'rate-limit sessions',
  defaultBackend: 'default_backend',
  useBackends: 'use_backend',
  monitorFail: 'monitor fail',
  tcpConnectionRules: 'tcp-request connection',
  tcpSessionRules: 'tcp-request session',
  tcpRequestRules: 'tcp-request content',
  tcpRequestDelayMs: 'tcp-request inspect-delay',
  tcpResponseRules: 'tcp-response content',
  tcpResponseDelayMs: 'tcp-response inspect-delay',
  httpRequestRules: 'http-request',
  redirectRules: 'redirect',
  httpResponseRules: 'http-response',
  httpAfterResponseRules: 'http-after-response',
  useServers: 'use-server',
  direct: 'dispatch',
  checkMethod: 'option httpchk, tcp-check',
  clientKeepAlive: 'clitcpka',
  serverKeepAlive: 'srvtcpka',
  addressText: 'address',
  sendProxy: 'send-proxy',
  slowstartMs: 'slowstart',
  statsSockets: 'stats socket',
  environment: 'setenv, presetenv',
  ulimitN: 'ulimit-n',
  processors: 'cpu-map',
  variables: 'set-var',
  maxConnectionRate: 'maxconnrate',
  maxSessionRate: 'maxsessrate',
};

/** Told by other fields, or derived from them. */
const SILENT = new Set(['name', 'servers', 'binds', 'address', 'frontend', 'backend']);
/** Of a server's check, times are told; the rest is how it is done. */
const NESTED: Readonly<Record<string, string>> = { timeouts: 'timeout ', options: 'option ', tune: 'tune.', check: '' };

function keywordOf(field: string, prefix: string): string {
  const known = Object.hasOwn(KEYWORDS, field) ? KEYWORDS[field] : undefined;
  if (known !== undefined) return known;
  const plain = field.replace(/Ms$/, '');
  const joint = prefix === 'tune.' ? '.' : '-';
  return prefix + plain.replace(/[A-Z]/g, (letter) => `${joint}${letter.toLowerCase()}`);
}

/** 90 000 -> `90 s`, 1500 -> `1500 ms`. */
function timeText(ms: number): string {
  if (ms >= 1000 && ms % 1000 === 0) return `${ms / 1000} s`;
  return `${ms} ms`;
}

function valueText(field: string, value: unknown, prefix: string): string {
  if (typeof value === 'number') return field.endsWith('Ms') || prefix === 'timeout ' ? timeText(value) : String(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return Buffer.from(value, 'latin1').toString('utf8').slice(0, 200);
  if (typeof value === 'object' && value !== null && 'algorithm' in value) return String(value.algorithm);
  return '';
}

/** One side of a comparison: a proxy, a server, the global settings of a model. */
export interface Side extends ReadText {
  readonly part: object;
}

export function changesBetween(before: Side, after: Side, prefix = ''): readonly Change[] {
  const old = before.part as Readonly<Record<string, unknown>>;
  const young = after.part as Readonly<Record<string, unknown>>;
  const fields = new Set([...Object.keys(old), ...Object.keys(young)]);
  return [...fields].flatMap((field): readonly Change[] => {
    if (SILENT.has(field) || field === 'place' || field === 'id') return [];
    const [one, other] = [old[field], young[field]];
    if (meaningOf({ one }, before.model) === meaningOf({ one: other }, after.model)) return [];
    const nested = Object.hasOwn(NESTED, field) ? NESTED[field] : undefined;
    if (nested !== undefined && isPlain(one) && isPlain(other)) {
      return changesBetween({ ...before, part: one }, { ...after, part: other }, nested);
    }
    const what = keywordOf(field, prefix);
    if (isRules(one) && isRules(other)) return ruleChanges(what, [one, before], [other, after]);
    const change = { what, before: valueText(field, one, prefix), after: valueText(field, other, prefix) };
    // Equal words for what differs would only confuse.
    return [change.before === change.after ? { what, before: '', after: '' } : change];
  });
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

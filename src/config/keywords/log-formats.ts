/** `log-format` and its kin, `unique-id-format`, `unique-id-header` (manual 4.2): kept as text until the mode is known. */

import type { FormatDraft, LogFormatDraft, ProxyDraft } from '../draft.ts';
import { EVERYWHERE, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import type { Statement } from '../statement.ts';

/** HAProxy's own formats (manual 8.2.2, 8.2.3, 8.2.4): what the options stand for. */
const BUILT_IN = {
  httplog: '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r',
  'httplog clf':
    '%{+Q}o %{-Q}ci - - [%trg] %r %ST %B "" "" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq ' +
    '%CC %CS %hrl %hsl',
  tcplog: '%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq',
  httpslog:
    '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r ' +
    // What TLS would tell is what it tells of a plain connection, until there is TLS.
    '%[fc_err]/-/-/-/0 -/%sslv/%sslc',
} as const;

export type BuiltInLogFormat = keyof typeof BUILT_IN;

function setLogFormat(
  statement: Statement,
  proxy: ProxyDraft,
  format: LogFormatDraft,
  said: string,
  index: number,
): void {
  if (proxy.logFormat !== undefined && proxy.section === 'defaults') {
    const old = proxy.logFormat.option === undefined ? 'log-format' : `option ${proxy.logFormat.option}`;
    statement.warn(`'${said}' overrides previous '${old}' in 'defaults' section.`, 'tight', index);
  }
  proxy.logFormat = format;
}

function warnInBackend(statement: Statement, proxy: ProxyDraft, what: string): void {
  if (proxy.section !== 'backend') return;
  statement.warn(`backend '${proxy.name}' : '${what}' directive is ignored in backends.`, 'spaced', 1);
}

/** `option httplog` and its kin; `maximum`: how many words may follow the option's name. */
export function useBuiltInFormat(
  statement: Statement,
  proxy: ProxyDraft,
  option: BuiltInLogFormat,
  maximum: number,
): void {
  // HAProxy's message about httpslog calls it httplog.
  const said = option === 'httpslog' ? 'option httplog' : `option ${option}`;
  setLogFormat(statement, proxy, { option, text: BUILT_IN[option], place: statement.place }, said, 1);
  if (maximum >= 0 && statement.tooMany(maximum, 1)) return;
  warnInBackend(statement, proxy, `option ${statement.word(1)}`);
}

export function builtInFormat(option: BuiltInLogFormat): string {
  return BUILT_IN[option];
}

/** The one word that is the format; undefined: complained about. */
function readText(statement: Statement): FormatDraft | undefined {
  const { keyword } = statement;
  const text = statement.word(1);
  if (text === '') statement.alert(`${keyword} expects an argument.`);
  else if (statement.word(2) !== '') {
    statement.alert(`${keyword} expects only one argument, don't forget to escape spaces!`, 'spaced', 2);
  } else return { text, place: statement.place };
  return undefined;
}

function parseLogFormat(statement: Statement, proxy: ProxyDraft): void {
  const format = readText(statement);
  if (format === undefined) return;
  setLogFormat(statement, proxy, { ...format, option: undefined }, 'log-format', 0);
  warnInBackend(statement, proxy, 'log-format');
}

function parseStructured(statement: Statement, proxy: ProxyDraft): void {
  const format = readText(statement);
  if (format === undefined) return;
  proxy.structuredDataFormat = format;
  warnInBackend(statement, proxy, 'log-format-sd');
}

function parseErrorFormat(statement: Statement, proxy: ProxyDraft): void {
  const format = readText(statement);
  if (format === undefined) return;
  if (proxy.errorLogFormat !== undefined && proxy.section === 'defaults') {
    statement.warn("'error-log-format' overrides previous 'error-log-format' in 'defaults' section.", 'tight', 0);
  }
  proxy.errorLogFormat = format;
  warnInBackend(statement, proxy, 'error-log-format');
}

function parseUniqueIdFormat(statement: Statement, proxy: ProxyDraft): void {
  proxy.uniqueIdFormat = readText(statement) ?? proxy.uniqueIdFormat;
}

function parseUniqueIdHeader(statement: Statement, proxy: ProxyDraft): void {
  if (statement.word(1) === '') statement.alert('unique-id-header expects an argument.');
  else proxy.uniqueIdHeader = statement.word(1);
}

export const LOG_FORMAT_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'log-format',
    sections: EVERYWHERE,
    since: '1.5',
    grammar: 'log-format <format>',
    help: 'What log lines look like.',
    anywhere: true,
    parse: parseLogFormat,
  }),
  proxyKeyword({
    name: 'log-format-sd',
    sections: EVERYWHERE,
    since: '1.7',
    grammar: 'log-format-sd <format>',
    help: 'The structured data of log lines in the format rfc5424.',
    anywhere: true,
    parse: parseStructured,
  }),
  proxyKeyword({
    name: 'error-log-format',
    sections: EVERYWHERE,
    since: '2.5',
    grammar: 'error-log-format <format>',
    help: 'What log lines look like that are about a connection which never became a request.',
    anywhere: true,
    parse: parseErrorFormat,
  }),
  proxyKeyword({
    name: 'unique-id-format',
    sections: EVERYWHERE,
    since: '1.5',
    grammar: 'unique-id-format <format>',
    help: 'What the ID of each request is made of.',
    anywhere: true,
    parse: parseUniqueIdFormat,
  }),
  proxyKeyword({
    name: 'unique-id-header',
    sections: EVERYWHERE,
    since: '1.5',
    grammar: 'unique-id-header <name>',
    help: 'The header that tells the server the ID of a request.',
    anywhere: true,
    parse: parseUniqueIdHeader,
  }),
];

/** The `%name` variables of log formats (manual 8.2.6): each makes its text from a record. */
import type { FormatFlags } from '../config/model-rules.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import { AF_INET, AF_INET6, AF_UNIX } from '../sys/socket-constants.ts';
import type { LogRecord } from './log-record.ts';
import { encodeCapture, flaggedText, gmtDate, hexNumber, localDate, zonedDate } from './log-text.ts';
import { lineMethod, linePath, lineQuery, lineTarget, lineTargetPath, lineVersion, wholeLine } from './request-line.ts';

/** Undefined: nothing at all is written, not even counted as an empty word between two blanks. */
type Variable = (record: LogRecord, flags: FormatFlags) => string | undefined;

const VARIABLES: ReadonlyMap<string, Variable> = new Map<string, Variable>([
  ['B', (record) => plus(record) + record.bytesRead],
  ['CC', (record, flags) => flaggedText(record.clientCookie ?? '', flags)],
  ['CS', (record, flags) => flaggedText(record.serverCookie ?? '', flags)],
  ['H', (record, flags) => flaggedText(record.hostname, flags)],
  ['HM', (record, flags) => lineMethod(record.requestLine, flags)],
  ['HP', (record, flags) => lineTargetPath(record.requestLine, flags)],
  ['HPO', (record, flags) => linePath(record.requestLine, flags)],
  ['HQ', (record, flags) => lineQuery(record.requestLine, flags)],
  ['HU', (record, flags) => lineTarget(record.requestLine, flags)],
  ['HV', (record, flags) => lineVersion(record.requestLine, flags)],
  ['ID', (record, flags) => flaggedText(record.uniqueId, flags)],
  ['ST', (record) => String(record.status)],
  ['T', (record) => gmtDate(record.acceptDateMs)],
  ['TR', (record) => since(record.requestMs, record.idleMs + record.handshakeMs)],
  ['Ta', (record) => plus(record) + (record.closeMs - (record.idleMs >= 0 ? record.idleMs + record.handshakeMs : 0))],
  ['Tc', (record) => since(record.connectMs, record.queueMs)],
  ['Td', (record) => String(dataTime(record))],
  ['Th', (record) => String(record.handshakeMs)],
  ['Ti', (record) => String(record.idleMs)],
  ['Tl', (record) => zonedDate(record.acceptDateMs)],
  ['Tq', (record) => String(record.requestMs)],
  ['Tr', (record) => since(record.dataMs, record.connectMs)],
  ['Ts', (record, flags) => number(Math.floor(record.acceptDateMs / 1000), flags)],
  ['Tt', (record) => plus(record) + record.closeMs],
  ['Tu', (record) => plus(record) + (record.closeMs - Math.max(record.idleMs, 0))],
  ['Tw', (record) => since(record.queueMs, record.requestMs)],
  ['U', (record) => String(record.bytesUploaded)],
  ['ac', (record) => String(record.activeConnections)],
  ['b', (record, flags) => flaggedText(record.backendName, flags)],
  ['bc', (record) => String(record.backendConnections)],
  ['bi', (record, flags) => addressText(record.backendSource, flags)],
  ['bp', (record, flags) => portText(record.backendSource, record, flags)],
  ['bq', (record) => String(record.backendQueue)],
  ['ci', (record, flags) => addressText(record.clientAddress, flags)],
  ['cp', (record, flags) => portText(record.clientAddress, record, flags)],
  ['f', (record, flags) => flaggedText(record.frontendName, flags)],
  ['fc', (record) => String(record.frontendConnections)],
  ['fi', (record, flags) => addressText(record.frontendAddress, flags)],
  ['fp', (record, flags) => portText(record.frontendAddress, record, flags)],
  ['ft', (record, flags) => quoted(record.frontendName + (record.frontendTls ? '~' : ''), flags)],
  ['hr', (record, flags) => captures(record.requestCaptures, flags)],
  ['hrl', (record, flags) => captureList(record.requestCaptures, flags)],
  ['hs', (record, flags) => captures(record.responseCaptures, flags)],
  ['hsl', (record, flags) => captureList(record.responseCaptures, flags)],
  ['lc', (record, flags) => number(record.logCounter, flags)],
  ['ms', (record, flags) => milliseconds(record, flags)],
  ['pid', (record, flags) => number(record.processId, flags)],
  ['r', (record, flags) => wholeLine(record.requestLine, flags)],
  ['rc', (record) => (record.redispatched ? '+' : '') + record.retries],
  ['rt', (record, flags) => number(record.requestCounter, flags)],
  ['s', (record, flags) => flaggedText(record.serverName, flags)],
  ['sc', (record) => String(record.serverConnections)],
  ['si', (record, flags) => addressText(record.serverAddress, flags)],
  ['sp', (record, flags) => portText(record.serverAddress, record, flags)],
  ['sq', (record) => String(record.serverQueue)],
  ['sslc', (_record, flags) => flaggedText('', flags)],
  ['sslv', (_record, flags) => flaggedText('', flags)],
  ['t', (record) => localDate(record.acceptDateMs)],
  ['tr', (record) => localDate(requestDate(record))],
  ['trg', (record) => gmtDate(requestDate(record))],
  ['trl', (record) => zonedDate(requestDate(record))],
  ['ts', (record) => record.terminationState],
  ['tsc', (record) => record.terminationState + record.cookieState],
]);

/** Whether the variable may write nothing at all: captures, where nothing is captured. */
export function mayBeNothing(name: string): boolean {
  return name === 'hr' || name === 'hrl' || name === 'hs' || name === 'hsl';
}

/** The variables this layer knows; what the configuration's registry offers must be among them. `o` only sets flags. */
export const implementedVariables: ReadonlySet<string> = new Set([...VARIABLES.keys(), 'o']);

/** The variable's text for a record; throws when it is not implemented. */
export function compileVariable(name: string, flags: FormatFlags): (record: LogRecord) => string | undefined {
  const variable = VARIABLES.get(name);
  if (variable === undefined) throw new Error(`'%${name}' is not implemented yet`);
  return (record) => variable(record, flags);
}

function plus(record: LogRecord): string {
  return record.early ? '+' : '';
}

function since(moment: number, before: number): string {
  return moment >= 0 ? String(moment - before) : '-1';
}

function dataTime(record: LogRecord): number {
  const from = record.isHttp ? record.dataMs : record.connectMs;
  return from >= 0 ? record.closeMs - from : -1;
}

function requestDate(record: LogRecord): number {
  return record.acceptDateMs + (record.idleMs >= 0 ? record.idleMs + record.handshakeMs : 0);
}

function number(value: number, flags: FormatFlags): string {
  return flags.hex ? hexNumber(value, 4) : String(value);
}

function milliseconds(record: LogRecord, flags: FormatFlags): string {
  const value = Math.floor(record.acceptDateMs) % 1000;
  return flags.hex ? hexNumber(value, 2) : String(value).padStart(3, '0');
}

function quoted(text: string, flags: FormatFlags): string {
  return flags.quote ? `"${text}"` : text;
}

function addressText(address: SocketAddress | null, flags: FormatFlags): string {
  if (address === null) return flaggedText('', flags);
  if (!flags.hex) return flaggedText(address.family === AF_UNIX ? 'unix' : address.host, flags);
  if (address.family === AF_INET) return address.bytes.toString('hex', 4, 8).toUpperCase();
  return address.family === AF_INET6 ? address.bytes.toString('hex', 8, 24).toUpperCase() : '';
}

function portText(address: SocketAddress | null, record: LogRecord, flags: FormatFlags): string {
  if (address === null) return flaggedText('', flags);
  if (address.family === AF_UNIX) return String(record.listenerId);
  return flags.hex ? hexNumber(address.port, 4) : String(address.port);
}

/** `{one|two}`. */
function captures(values: readonly (string | null)[] | null, flags: FormatFlags): string | undefined {
  if (values === null || values.length === 0) return undefined;
  const parts = values.map((value) => (value === null ? '' : encodeCapture(value, flags)));
  return quoted(`{${parts.join('|')}}`, flags);
}

/** Each on its own, `-` for a missing one. */
function captureList(values: readonly (string | null)[] | null, flags: FormatFlags): string | undefined {
  if (values === null || values.length === 0) return undefined;
  const parts = values.map((value) => {
    if (value === null) return flags.quote ? '""' : '-';
    return quoted(encodeCapture(value, flags), flags);
  });
  return parts.join(' ');
}

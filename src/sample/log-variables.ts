/** The `%name` variables of log formats (manual 8.2.6): each writes its text about a record. */
import type { FormatFlags } from '../config/model-rules.ts';
import type { ByteArea } from '../http/copy-bytes.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import { AF_INET, AF_INET6, AF_UNIX } from '../sys/socket-constants.ts';
import type { KeptText } from './kept-text.ts';
import type { LogRecord } from './log-record.ts';
import {
  appendEncoded,
  appendLocalDate,
  CAPTURE_SAFE,
  flaggedText,
  gmtDate,
  hexNumber,
  zonedDate,
} from './log-text.ts';
import { lineMethod, linePath, lineQuery, lineTarget, lineTargetPath, lineVersion, wholeLine } from './request-line.ts';
import { encodedArea, output } from './text-output.ts';

/** Appends text about a record to the output. */
export type Append = (record: LogRecord) => void;
type MakeVariable = (flags: FormatFlags) => Append;

const NO_FLAGS: FormatFlags = { quote: false, hex: false, escape: false, mandatory: false };

// Each figure is written by a function of its own, which V8 compiles with what it calls in one piece.
const VARIABLES: ReadonlyMap<string, MakeVariable> = new Map<string, MakeVariable>([
  ['B', () => (record) => outputTotal(record, record.bytesRead)],
  ['CC', text((record) => record.clientCookie ?? '')],
  ['CS', text((record) => record.serverCookie ?? '')],
  ['H', name((record) => record.hostname)],
  ['HM', ofLine(lineMethod)],
  ['HP', ofLine(lineTargetPath)],
  ['HPO', ofLine(linePath)],
  ['HQ', ofLine(lineQuery)],
  ['HU', ofLine(lineTarget)],
  ['HV', ofLine(lineVersion)],
  ['ID', text((record) => record.uniqueId)],
  ['ST', () => (record) => output.number(record.status)],
  ['T', plainText((record) => gmtDate(record.acceptDateMs))],
  ['TR', () => (record) => output.number(since(record.requestMs, record.idleMs + record.handshakeMs))],
  [
    'Ta',
    () => (record) =>
      outputTotal(record, record.closeMs - (record.idleMs >= 0 ? record.idleMs + record.handshakeMs : 0)),
  ],
  ['Tc', () => (record) => output.number(since(record.connectMs, record.queueMs))],
  ['Td', () => (record) => output.number(dataTime(record))],
  ['Th', () => (record) => output.number(record.handshakeMs)],
  ['Ti', () => (record) => output.number(record.idleMs)],
  ['Tl', plainText((record) => zonedDate(record.acceptDateMs))],
  ['Tq', () => (record) => output.number(record.requestMs)],
  ['Tr', () => (record) => output.number(since(record.dataMs, record.connectMs))],
  ['Ts', number((record) => Math.floor(record.acceptDateMs / 1000))],
  ['Tt', () => (record) => outputTotal(record, record.closeMs)],
  ['Tu', () => (record) => outputTotal(record, record.closeMs - Math.max(record.idleMs, 0))],
  ['Tw', () => (record) => output.number(since(record.queueMs, record.requestMs))],
  ['U', () => (record) => output.number(record.bytesUploaded)],
  ['ac', () => (record) => output.number(record.activeConnections)],
  ['b', name((record) => record.backendName)],
  ['bc', () => (record) => output.number(record.backendConnections)],
  ['bi', address((record) => record.backendSource)],
  ['bp', port((record) => record.backendSource)],
  ['bq', () => (record) => output.number(record.backendQueue)],
  ['ci', address((record) => record.clientAddress)],
  ['cp', port((record) => record.clientAddress)],
  ['f', name((record) => record.frontendName)],
  ['fc', () => (record) => output.number(record.frontendConnections)],
  ['fi', address((record) => record.frontendAddress)],
  ['fp', port((record) => record.frontendAddress)],
  ['ft', transport],
  ['hr', captures((record) => record.requestCaptures)],
  ['hrl', captureList((record) => record.requestCaptures)],
  ['hs', captures((record) => record.responseCaptures)],
  ['hsl', captureList((record) => record.responseCaptures)],
  ['lc', number((record) => record.logCounter)],
  ['ms', milliseconds],
  ['pid', number((record) => record.processId)],
  ['r', ofLine(wholeLine)],
  ['rc', retries],
  ['rt', number((record) => record.requestCounter)],
  ['s', name((record) => record.serverName)],
  ['sc', () => (record) => output.number(record.serverConnections)],
  ['si', address((record) => record.serverAddress)],
  ['sp', port((record) => record.serverAddress)],
  ['sq', () => (record) => output.number(record.serverQueue)],
  ['sslc', text(() => '')],
  ['sslv', text(() => '')],
  ['t', () => (record) => appendLocalDate(record.acceptDateMs)],
  ['tr', () => (record) => appendLocalDate(requestDate(record))],
  ['trg', plainText((record) => gmtDate(requestDate(record)))],
  ['trl', plainText((record) => zonedDate(requestDate(record)))],
  ['ts', plainText((record) => record.terminationState)],
  ['tsc', stateAndCookie],
]);

/** What captures a variable shows; undefined: it shows none. Where nothing is captured, those write nothing at all. */
export function capturesOf(name: string): ((record: LogRecord) => readonly (KeptText | null)[] | null) | undefined {
  if (name === 'hr' || name === 'hrl') return (record) => record.requestCaptures;
  return name === 'hs' || name === 'hsl' ? (record) => record.responseCaptures : undefined;
}

/** The variables this layer knows; what the configuration's registry offers must be among them. `o` only sets flags. */
export const implementedVariables: ReadonlySet<string> = new Set([...VARIABLES.keys(), 'o']);

/** What writes the variable for a record; throws when it is not implemented. */
export function compileVariable(name: string, flags: FormatFlags): Append {
  const variable = VARIABLES.get(name);
  if (variable === undefined) throw new Error(`'%${name}' is not implemented yet`);
  return variable(flags);
}

const PLUS = 43;
const DASH = 45;
const DOUBLE_QUOTE = 34;

function since(moment: number, before: number): number {
  return moment >= 0 ? moment - before : -1;
}

function dataTime(record: LogRecord): number {
  const from = record.isHttp ? record.dataMs : record.connectMs;
  return from >= 0 ? record.closeMs - from : -1;
}

function requestDate(record: LogRecord): number {
  return record.acceptDateMs + (record.idleMs >= 0 ? record.idleMs + record.handshakeMs : 0);
}

/** A total that may still grow when the line is written has a plus in front. */
function outputTotal(record: LogRecord, value: number): void {
  if (record.early) output.byte(PLUS);
  output.number(value);
}

/** A number that may be asked for in hexadecimal. */
function number(of: (record: LogRecord) => number): MakeVariable {
  return ({ hex }) => (hex ? (record) => output.text(hexNumber(of(record), 4)) : (record) => output.number(of(record)));
}

function retries(): Append {
  return (record) => {
    if (record.redispatched) output.byte(PLUS);
    output.number(record.retries);
  };
}

function milliseconds({ hex }: FormatFlags): Append {
  return (record) => {
    const value = Math.floor(record.acceptDateMs) % 1000;
    if (hex) output.text(hexNumber(value, 2));
    else output.threeDigits(value);
  };
}

function stateAndCookie(): Append {
  return (record) => {
    output.text(record.terminationState);
    output.text(record.cookieState);
  };
}

function plainText(of: (record: LogRecord) => string): MakeVariable {
  return () => (record) => output.text(of(record));
}

function text(of: (record: LogRecord) => string): MakeVariable {
  return (flags) => (record) => output.text(flaggedText(of(record), flags));
}

/** The name of something in the configuration: there are few, so each is encoded once. */
function name(of: (record: LogRecord) => string): MakeVariable {
  return (flags) => {
    const shown = new Map<string, ByteArea>();
    let last = '';
    let text = encodedArea(flaggedText('', flags));
    return (record) => {
      const wanted = of(record);
      if (wanted !== last) {
        let found = shown.get(wanted);
        if (found === undefined) {
          found = encodedArea(flaggedText(wanted, flags));
          shown.set(wanted, found);
        }
        last = wanted;
        text = found;
      }
      output.run(text.bytes, text.view, 0, text.bytes.length);
    };
  };
}

/** The frontend's name, `~` behind it when the client came by TLS. */
function transport({ quote }: FormatFlags): Append {
  const write = name((record) => record.frontendName)(NO_FLAGS);
  return (record) => {
    if (quote) output.byte(DOUBLE_QUOTE);
    write(record);
    if (record.frontendTls) output.byte(TILDE);
    if (quote) output.byte(DOUBLE_QUOTE);
  };
}

const TILDE = 126;

function ofLine(write: (line: KeptText | null, flags: FormatFlags) => void): MakeVariable {
  return (flags) => (record) => write(record.requestLine, flags);
}

function address(of: (record: LogRecord) => SocketAddress | null): MakeVariable {
  return (flags) => {
    const { quote, hex } = flags;
    return (record) => {
      const found = of(record);
      if (found === null || found.family !== AF_INET || hex) {
        output.text(addressText(found, flags));
        return;
      }
      const { bytes } = found;
      if (quote) output.byte(DOUBLE_QUOTE);
      output.ipv4(bytes[4] as number, bytes[5] as number, bytes[6] as number, bytes[7] as number);
      if (quote) output.byte(DOUBLE_QUOTE);
    };
  };
}

function addressText(address: SocketAddress | null, flags: FormatFlags): string {
  if (address === null) return flaggedText('', flags);
  if (!flags.hex) return flaggedText(address.family === AF_UNIX ? 'unix' : address.host, flags);
  if (address.family === AF_INET) return address.bytes.toString('hex', 4, 8).toUpperCase();
  return address.family === AF_INET6 ? address.bytes.toString('hex', 8, 24).toUpperCase() : '';
}

function port(of: (record: LogRecord) => SocketAddress | null): MakeVariable {
  return (flags) => (record) => {
    const found = of(record);
    if (found === null) output.text(flaggedText('', flags));
    else if (found.family === AF_UNIX) output.number(record.listenerId);
    else if (flags.hex) output.text(hexNumber(found.port, 4));
    else output.number(found.port);
  };
}

type Captures = (record: LogRecord) => readonly (KeptText | null)[] | null;

/** `{one|two}`. */
function captures(of: Captures): MakeVariable {
  return (flags) => {
    const inside = { ...flags, quote: false };
    return (record) => {
      const values = of(record);
      if (values === null || values.length === 0) return;
      if (flags.quote) output.byte(DOUBLE_QUOTE);
      for (let i = 0; i < values.length; i++) {
        output.byte(i === 0 ? OPENING_BRACE : BAR);
        const value = values[i] as KeptText | null;
        if (value !== null) appendEncoded(value, 0, value.length, CAPTURE_SAFE, inside);
      }
      output.byte(CLOSING_BRACE);
      if (flags.quote) output.byte(DOUBLE_QUOTE);
    };
  };
}

const OPENING_BRACE = 123;
const BAR = 124;
const CLOSING_BRACE = 125;
const BLANK = 32;

/** Each on its own, `-` for a missing one. */
function captureList(of: Captures): MakeVariable {
  return (flags) => (record) => {
    const values = of(record) ?? [];
    for (let i = 0; i < values.length; i++) {
      if (i > 0) output.byte(BLANK);
      const value = values[i] as KeptText | null;
      if (value !== null) appendEncoded(value, 0, value.length, CAPTURE_SAFE, flags);
      else if (flags.quote) output.text('""');
      else output.byte(DASH);
    }
  };
}

/** Contexts, records and models for the tests of `sample`. */
import { parseFormat } from '../../src/config/format.ts';
import type { AclModel, ConditionModel, FormatModel } from '../../src/config/model-rules.ts';
import { viewOf } from '../../src/http/copy-bytes.ts';
import { Http1Head } from '../../src/http/h1-head.ts';
import { COMPLETE } from '../../src/http/h1-verdict.ts';
import {
  type CompileOptions,
  compileOptions,
  type SampleContext,
  SampleEnvironment,
} from '../../src/sample/context.ts';
import { type KeptText, keepString } from '../../src/sample/kept-text.ts';
import type { LogRecord } from '../../src/sample/log-record.ts';
import { SocketAddress } from '../../src/sys/socket-address.ts';

/** Options to compile with. */
export function options(direction: CompileOptions['direction'] = 'request'): CompileOptions {
  return compileOptions(new SampleEnvironment(), direction);
}

const PLACE = { file: 'test', line: 1, column: 1 };

export function head(kind: 'request' | 'response', lines: readonly string[]): Http1Head {
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  const parsed = new Http1Head();
  parsed.begin(kind, bytes, 0, { maxHeaders: 101, acceptInvalid: true }, viewOf(bytes));
  if (parsed.parse(bytes.length) !== COMPLETE) throw new Error(`test message is wrong: ${parsed.errorReason}`);
  return parsed;
}

/** A context of a request; `lines` are its start line and headers. */
export function context(lines: readonly string[], client = '192.0.2.7'): SampleContext {
  return {
    request: head('request', lines),
    response: null,
    requestInput: null,
    responseInput: null,
    mayWait: false,
    variables: null,
    stream: null,
    clientAddress: client.includes(':') ? SocketAddress.ipv6(client, 1000) : SocketAddress.ipv4(client, 1000),
  };
}

/** An ACL: `fetch(arg,arg)` and `,converter`s without arguments, the match, the patterns. */
export function acl(
  sample: string,
  match: AclModel['match'],
  patterns: readonly string[],
  ignoreCase = false,
): AclModel {
  const [, fetch = '', args, names] = /^([^(,]*)(?:\((.*)\))?((?:,[a-z]+)*)$/.exec(sample) ?? [];
  const converters = (names ?? '')
    .split(',')
    .slice(1)
    .map((name) => ({ name, args: [] }));
  const expression = { fetch, args: args === undefined ? [] : args.split(','), converters };
  return { place: PLACE, name: '', expression, match, ignoreCase, patterns, reference: -1, files: [] };
}

/** `if acls[0] or acls[1] ...`: a condition of single terms. */
export function anyOf(acls: readonly AclModel[], unless = false): ConditionModel {
  return { unless, alternatives: acls.map((one) => [{ negated: false, acls: [one] }]) };
}

/** A formatted string for headers. */
export function format(text: string): FormatModel {
  const parsed = parseFormat(text, { where: -1, http: true, use: 'header' });
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

export function record(changes: Partial<LogRecord> = {}): LogRecord {
  return {
    request: null,
    response: null,
    requestInput: null,
    responseInput: null,
    mayWait: false,
    variables: null,
    stream: null,
    clientAddress: SocketAddress.ipv4('192.0.2.7', 4000),
    acceptDateMs: Date.UTC(2026, 10, 21, 9, 8, 7, 65),
    handshakeMs: 0,
    idleMs: 0,
    requestMs: 5,
    queueMs: 6,
    connectMs: 8,
    dataMs: 12,
    closeMs: 20,
    early: false,
    isHttp: true,
    frontendAddress: SocketAddress.ipv4('192.0.2.1', 80),
    backendSource: null,
    serverAddress: null,
    listenerId: 1,
    frontendName: 'web',
    frontendTls: false,
    backendName: 'app',
    serverName: 'one',
    status: 200,
    bytesRead: 345,
    bytesUploaded: 67,
    clientCookie: null,
    serverCookie: null,
    terminationState: '--',
    cookieState: '--',
    activeConnections: 1,
    frontendConnections: 2,
    backendConnections: 3,
    serverConnections: 4,
    retries: 0,
    redispatched: false,
    serverQueue: 0,
    backendQueue: 0,
    requestCaptures: null,
    responseCaptures: null,
    requestLine: keepString('GET /a?b HTTP/1.1'),
    requestCounter: 255,
    logCounter: 9,
    hostname: 'here',
    processId: 17,
    uniqueId: '',
    ...changes,
  };
}

/** Texts as a stream keeps them. */
export function kept(texts: readonly (string | null)[]): (KeptText | null)[] {
  return texts.map((text) => (text === null ? null : keepString(text)));
}

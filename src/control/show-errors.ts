/** `show errors`: the last invalid request and response of each proxy, with its bytes (management manual 9.3). */

import type { CapturedError } from '../proxy/captured-error.ts';
import { AF_INET, AF_INET6 } from '../sys/socket.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandContext,
  failure,
  LEVEL_OPERATOR,
  requireLevel,
} from './command.ts';
import { wallTime } from './wall-time.ts';

/** A line of the dump, position and line feed included, is no longer than this. */
const LONGEST_LINE = 80;
const ESCAPES: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 27: '\\e', 92: '\\\\' };

function byteText(byte: number): string {
  const escape = ESCAPES[byte];
  if (escape !== undefined) {
    return escape;
  }
  return byte >= 0x20 && byte < 0x7f
    ? String.fromCharCode(byte)
    : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The bytes, a line of text a line; where a line is too long it goes on with a `+` after the position. */
function dumpText(bytes: Buffer): string {
  const lines: string[] = [];
  let lineStart = 0;
  for (let at = 0; at < bytes.length; ) {
    let line = `  ${String(at).padStart(5, '0')}${at === lineStart ? ' ' : '+'} `;
    while (at < bytes.length) {
      const byte = bytes[at] as number;
      const text = byteText(byte);
      if (line.length > LONGEST_LINE - text.length - 1) {
        break;
      }
      line += text;
      at++;
      if (byte === 10) {
        lineStart = at;
        break;
      }
    }
    lines.push(`${line}\n`);
  }
  return lines.join('');
}

function peerText(captured: CapturedError): string {
  const { client } = captured;
  if (client === null || (client.family !== AF_INET && client.family !== AF_INET6)) {
    return 'unix:0';
  }
  return `${client.host}:${client.port}`;
}

function describe(captured: CapturedError, bufferSize: number): string {
  const { kind, proxy, other, server, bytes } = captured;
  const otherIsBackend = other.model.backend;
  const where =
    kind === 'request'
      ? ` frontend ${proxy.name} (#${proxy.id}): invalid request\n` +
        `  backend ${otherIsBackend ? other.name : '<NONE>'} (#${otherIsBackend ? other.id : -1})`
      : ` backend ${proxy.name} (#${proxy.id}): invalid response\n  frontend ${other.name} (#${other.id})`;
  return (
    ` \n[${wallTime(captured.wallMs)}]${where}, ` +
    `server ${server?.name ?? '<NONE>'} (#${server?.id ?? -1}), event #${captured.event}, src ${peerText(captured)}\n` +
    `  buffer starts at ${captured.offset} (including 0 out), ${bufferSize - bytes.length} free,\n` +
    `  len ${bytes.length}, wraps at ${bufferSize}, error at position ${captured.position}\n` +
    `  ${captured.reason}\n  \n${dumpText(bytes)}`
  );
}

function showErrors({ runtime, words }: CommandContext): CommandAnswer {
  const name = words[2] ?? '';
  let proxyId = -1;
  if (name !== '') {
    proxyId = runtime.proxies.find((proxy) => proxy.name === name)?.id ?? (Number.parseInt(name, 10) || 0);
    if (proxyId === 0) {
      return failure('No such proxy.\n');
    }
  }
  const kinds = (['request', 'response'] as const).filter((kind) =>
    words[3] === 'request' || words[3] === 'response' ? words[3] === kind : true,
  );
  const texts: string[] = [`Total events captured on [${wallTime(runtime.nowWallMs())}] : ${runtime.errorEvents}\n`];
  for (const proxy of runtime.proxies) {
    for (const kind of kinds) {
      const captured = runtime.errors.get(`${proxy.id}/${kind}`);
      if (captured !== undefined && (proxyId < 0 || proxy.id === proxyId || captured.other.id === proxyId)) {
        texts.push(describe(captured, runtime.bufferSize));
      }
    }
  }
  return texts.join('');
}

export const SHOW_ERRORS_COMMAND: Command = {
  words: ['show', 'errors'],
  usage: 'show errors [<px>] [request|response]   : report last request and/or response errors for each proxy',
  run: requireLevel(LEVEL_OPERATOR, showErrors),
};

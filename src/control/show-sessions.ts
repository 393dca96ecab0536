/**
 * `show sess` and `shutdown session` (management manual 9.3). HAProxy names a session by its address in memory; here it
 * is a number of the same look made from the stream's serial number. Flags and analysers that we do not have are 0.
 */

import type { Stream } from '../proxy/stream.ts';
import * as is from '../proxy/stream-states.ts';
import { CAUSE_KILLED } from '../proxy/stream-states.ts';
import { AF_INET, AF_INET6 } from '../sys/socket.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandContext,
  failure,
  LEVEL_ADMIN,
  LEVEL_OPERATOR,
  requireLevel,
  type SessionState,
} from './command.ts';
import { wallTime } from './wall-time.ts';

/** Names of streams, and of the runtime API's own sessions, are apart. */
const STREAM_BASE = 0x5500_0000_0000;
const SESSION_BASE = 0x7f00_0000_0000;
const STEP = 0x400;

function nameOf(base: number, serial: number): string {
  return `0x${(base + serial * STEP).toString(16)}`;
}

function protocolOf(address: SocketAddress | null): string {
  return address?.family === AF_INET ? 'tcpv4' : address?.family === AF_INET6 ? 'tcpv6' : 'unix_stream';
}

function sourceOf(address: SocketAddress | null): string {
  return address === null || (address.family !== AF_INET && address.family !== AF_INET6)
    ? 'unix:1'
    : `${address.host}:${address.port}`;
}

/** `10s`, `1m30s`, `2h`, as HAProxy shortens a duration; '' for none. */
function duration(ms: number): string {
  if (!Number.isFinite(ms)) {
    return '';
  }
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) {
    return `${seconds}s`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
  }
  if (seconds < 86_400) {
    return `${Math.floor(seconds / 3600)}h${Math.floor((seconds % 3600) / 60)}m`;
  }
  return `${Math.floor(seconds / 86_400)}d${Math.floor((seconds % 86_400) / 3600)}h`;
}

function never(text: string): string {
  return text === '' ? '<NEVER>' : text;
}

function ageOf(stream: Stream): string {
  return duration(stream.nowMs - stream.acceptMs);
}

function line(stream: Stream): string {
  const now = stream.nowMs;
  const expiry = Math.min(stream.phaseExpiry, stream.clientExpiry, stream.serverExpiry);
  const left = (deadline: number): string => duration(deadline - now);
  return (
    `${nameOf(STREAM_BASE, stream.serial)}: proto=${protocolOf(stream.client.peer)} src=${sourceOf(stream.client.peer)} ` +
    `fe=${stream.frontend.name} be=${stream.backendCounted ? stream.backend.name : '<NONE>'} ` +
    `srv=${stream.target?.name ?? '<none>'} ts=00 epoch=0 age=${ageOf(stream)} calls=0 rate=0 cpu=0 lat=0 ` +
    `rq[f=0h,i=${stream.client.inputLength},an=00h,rx=${left(stream.clientExpiry)},wx=,ax=${left(stream.phaseExpiry)}] ` +
    `rp[f=0h,i=${stream.server?.inputLength ?? 0},an=00h,rx=${left(stream.serverExpiry)},wx=,ax=] ` +
    `scf=[${stream.closing ? 9 : 8},0h,fd=${stream.client.fd}] ` +
    `scb=[${serverSideState(stream)},0h,fd=${stream.server?.fd ?? -1}] ` +
    `exp=${left(expiry)} rc=${stream.retries} c_exp=\n`
  );
}

/** HAProxy's numbers of a stream connector's states. */
function serverSideState(stream: Stream): number {
  switch (stream.serverState) {
    case is.SERVER_QUEUED:
      return 2;
    case is.SERVER_TURNAROUND:
      return 3;
    case is.SERVER_CONNECTING:
      return 5;
    case is.SERVER_READY:
      return 8;
    case is.SERVER_CLOSED:
      return 10;
    default:
      return 0;
  }
}

const SIDE_STATES = ['INI', 'REQ', 'QUE', 'TAR', 'ASS', 'CON', 'CER', 'RDY', 'EST', 'DIS', 'CLO'];
const REQUEST_STATES = ['MSG_RQBEFORE', 'MSG_RQMETH', 'MSG_DATA', 'MSG_DONE', 'MSG_TUNNEL', 'MSG_CLOSED', 'MSG_DONE'];
const RESPONSE_STATES = ['MSG_RPBEFORE', 'MSG_RPBEFORE', 'MSG_DATA', 'MSG_DONE', 'MSG_TUNNEL'];

/** `show sess <id>`: several lines about one. */
function details(stream: Stream): string {
  const { frontend, backend, listener, target, runtime } = stream;
  const now = stream.nowMs;
  const accepted = wallTime(runtime.nowWallMs() - (now - stream.acceptMs));
  const left = (deadline: number): string => never(duration(deadline - now));
  const local = stream.server?.local() ?? null;
  const backendLine = stream.backendCounted
    ? `  backend=${backend.name} (id=${backend.id} mode=${backend.model.mode})${local === null ? '' : ` addr=${sourceOf(local)}`}\n`
    : '  backend=<NONE> (id=-1 mode=-)\n';
  const serverLine =
    target === null
      ? '  server=<NONE> (id=-1)\n'
      : `  server=${target.name} (id=${target.id}) addr=${sourceOf(target.address)}\n`;
  return (
    `${nameOf(STREAM_BASE, stream.serial)}: [${accepted}] id=${stream.serial} proto=${protocolOf(stream.client.peer)} ` +
    `source=${sourceOf(stream.client.peer)}\n` +
    `  flags=0x0, conn_retries=${stream.retries}, conn_exp=${left(stream.phaseExpiry)} conn_et=0x000 srv_conn=(nil), ` +
    `pend_pos=${stream.serverState === is.SERVER_QUEUED ? '0x1' : '(nil)'} waiting=0 epoch=0\n` +
    `  frontend=${frontend.name} (id=${frontend.id} mode=${frontend.model.mode}), ` +
    `listener=${listener.name} (id=${listener.id}) addr=${sourceOf(listener.address)}\n` +
    backendLine +
    serverLine +
    `  age=${ageOf(stream)} method=${stream.method} status=${stream.status} ` +
    `req.st=${REQUEST_STATES[stream.requestState]} rsp.st=${RESPONSE_STATES[stream.responseState]}\n` +
    `  scf state=${SIDE_STATES[stream.closing ? 9 : 8]} fd=${stream.client.fd}\n` +
    `  scb state=${SIDE_STATES[serverSideState(stream)]} fd=${stream.server?.fd ?? -1}\n` +
    `  req=(total=${stream.bytesIn}) rex=${left(stream.clientExpiry)} data=${stream.client.inputLength}\n` +
    `  res=(total=${stream.bytesOut}) rex=${left(stream.serverExpiry)} data=${stream.server?.inputLength ?? 0}\n`
  );
}

function apiLine(session: SessionState, nowMs: number): string {
  const timeout = duration(session.timeoutMs);
  return (
    `${nameOf(SESSION_BASE, session.serial)}: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE> srv=<none> ts=00 epoch=0 ` +
    `age=${duration(nowMs - session.sinceMs)} calls=1 rate=0 cpu=0 lat=0 rq[f=0h,i=0,an=00h,rx=${timeout},wx=,ax=] ` +
    `rp[f=0h,i=0,an=00h,rx=,wx=,ax=] scf=[8,0h,fd=-1] scb=[8,0h,fd=-1] exp=${timeout} rc=0 c_exp=\n`
  );
}

function findStream({ runtime }: CommandContext, name: string): Stream | undefined {
  const number = Number(name);
  let found: Stream | undefined;
  runtime.eachStream((stream) => {
    if (STREAM_BASE + stream.serial * STEP === number) {
      found = stream;
    }
  });
  return found;
}

function showSessions(context: CommandContext): CommandAnswer {
  const { runtime, sessions, words } = context;
  const wanted = words[2] ?? '';
  const texts: string[] = [];
  if (wanted === '' || wanted === 'all') {
    runtime.eachStream((stream) => {
      texts.push(wanted === 'all' ? details(stream) : line(stream));
    });
    for (const session of sessions) {
      texts.push(apiLine(session, runtime.reactor.nowMs));
    }
    return texts.join('');
  }
  const stream = findStream(context, wanted);
  return stream === undefined ? 'Session not found.\n' : details(stream);
}

function shutdownSession(context: CommandContext): CommandAnswer {
  const wanted = context.words[2] ?? '';
  if (!(Number(wanted) > 0)) {
    return failure("Session pointer expected (use 'show sess').\n");
  }
  const stream = findStream(context, wanted);
  if (stream === undefined) {
    return failure("No such session (use 'show sess').\n");
  }
  stream.kill(CAUSE_KILLED);
  return '';
}

export const SESSION_LIST_COMMANDS: readonly Command[] = [
  {
    words: ['show', 'sess'],
    usage: 'show sess [id]                          : report the list of current sessions or dump this exact session',
    run: requireLevel(LEVEL_OPERATOR, showSessions),
  },
  {
    words: ['shutdown', 'session'],
    usage: 'shutdown session [id]                   : kill a specific session',
    run: requireLevel(LEVEL_ADMIN, shutdownSession),
  },
];

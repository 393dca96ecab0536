/**
 * Headers that tell who the client is: read before a stream starts (`accept-proxy`, `accept-netscaler-cip`), and the one of the
 * PROXY protocol written before a request (`send-proxy`).
 */

import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import type { Connection } from '../net/connection.ts';
import type { ConnectionUser } from '../net/connection-user.ts';
import { decodeNetscalerHeader, NETSCALER_FAULT_TEXT, type NetscalerFault } from '../net/netscaler-header.ts';
import {
  decodeProxyHeader,
  encodeProxyHeader,
  LONGEST_ENCODED,
  PROXY_FAULT_TEXT,
  type ProxyHeaderFault,
} from '../net/proxy-protocol.ts';
import { LOG_ERR, LOG_INFO } from '../net/syslog.ts';
import { allocate } from '../sys/memory.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import type { Stream } from './stream.ts';
import { recordOfUnborn } from './stream-record.ts';

const SHORTEST_BINARY = 16;

const memory = allocate(LONGEST_ENCODED + 4096);

/** Sends the header that tells the server who the client is. */
export function sendProxyHeader(version: 'v1' | 'v2', stream: Stream, server: Connection): void {
  const { clientAddress, clientDestination } = stream;
  const end = encodeProxyHeader(version === 'v1' ? 1 : 2, clientAddress, clientDestination, memory.bytes, 0);
  server.write(memory, 0, end);
}

/** What a header tells, or what is wrong with it. */
type Decoded = Told | ProxyHeaderFault | NetscalerFault;

interface Told {
  readonly length: number;
  readonly source: SocketAddress | null;
  readonly destination: SocketAddress | null;
  /** Told by the PROXY protocol alone. */
  readonly authority?: Buffer | null;
  readonly uniqueId?: Buffer | null;
}

interface HeaderKind {
  /** Looks at bytes that must hold the whole header: whoever sends one sends it before anything else, at once. */
  readonly decode: (stream: Stream, bytes: Buffer, start: number, end: number) => Decoded;
  readonly texts: Readonly<Record<string, string>>;
}

const PROXY_HEADER: HeaderKind = {
  decode(_stream, bytes, start, end) {
    const decoded = decodeProxyHeader(bytes, start, end);
    if (decoded.state === 'complete') return decoded;
    if (decoded.state === 'need-more') return 'truncated';
    // What is too short for any binary header is not judged further by HAProxy.
    return decoded.fault === 'not-header' && end - start < SHORTEST_BINARY ? 'truncated' : decoded.fault;
  },
  texts: PROXY_FAULT_TEXT,
};

const NETSCALER_HEADER: HeaderKind = {
  decode: (stream, bytes, start, end) =>
    decodeNetscalerHeader(bytes, start, end, stream.listener.model.netscalerMagic ?? 0),
  texts: NETSCALER_FAULT_TEXT,
};

/** Something is to be read before the stream starts. */
export function awaitsHeaders(stream: Stream): boolean {
  const { acceptProxy, netscalerMagic } = stream.listener.model;
  return acceptProxy || netscalerMagic !== undefined || stream.expectsProxy || stream.expectsNetscaler;
}

/** Waits for the headers in front of a client's bytes, then starts the stream with the addresses they tell. */
export function readHeaders(stream: Stream): void {
  const { acceptProxy, netscalerMagic } = stream.listener.model;
  const kinds: HeaderKind[] = [];
  if (netscalerMagic !== undefined || stream.expectsNetscaler) kinds.push(NETSCALER_HEADER);
  if (acceptProxy || stream.expectsProxy) kinds.push(PROXY_HEADER);
  new HeaderReader(stream, kinds).start();
}

class HeaderReader implements ConnectionUser, TimerOwner {
  readonly #stream: Stream;
  /** Those still to come. */
  readonly #kinds: HeaderKind[];
  readonly #timer = new Timer(this);

  constructor(stream: Stream, kinds: HeaderKind[]) {
    this.#stream = stream;
    this.#kinds = kinds;
  }

  start(): void {
    const stream = this.#stream;
    const limit = stream.frontend.model.timeouts.httpRequest ?? stream.frontend.model.timeouts.client;
    stream.client.user = this;
    if (limit !== undefined) stream.runtime.reactor.timers.arm(this.#timer, stream.nowMs + limit);
    stream.client.startReading();
  }

  onInput(client: Connection): void {
    try {
      this.#read(client);
    } catch (error) {
      this.#stream.crash(error);
    }
  }

  #read(client: Connection): void {
    const stream = this.#stream;
    for (let kind = this.#kinds[0]; kind !== undefined; kind = this.#kinds[0]) {
      const input = client.input;
      if (client.inputLength === 0 || input === null) {
        if (client.readEnded) this.#fail('empty');
        return;
      }
      const decoded = kind.decode(stream, input.bytes, client.inputStart, client.inputEnd);
      if (typeof decoded === 'string') {
        this.#fail(decoded);
        return;
      }
      client.consume(decoded.length);
      if (decoded.source !== null) client.peer = decoded.source;
      if (decoded.destination !== null) client.overrideLocal(decoded.destination);
      const { authority, uniqueId = null } = decoded;
      stream.proxyHeader = { received: authority !== undefined, authority: authority ?? null, uniqueId };
      this.#kinds.shift();
    }
    stream.runtime.reactor.timers.cancel(this.#timer);
    stream.handshakeMs = stream.nowMs - stream.acceptMs;
    client.stopReading();
    stream.start();
    if (!stream.closed && (client.inputLength > 0 || client.readEnded)) stream.onInput(client);
  }

  onFailure(): void {
    this.#fail('abort');
  }

  onTimer(): void {
    if (this.#stream.closed) return;
    this.#fail('timeout');
  }

  onDrained(): void {}

  onConnected(): void {}

  #fail(fault: string): void {
    const stream = this.#stream;
    stream.runtime.reactor.timers.cancel(this.#timer);
    const { client } = stream;
    const text = this.#kinds[0]?.texts[fault] ?? '';
    logUnborn(stream, text, fault === 'empty' || fault === 'abort' || fault === 'timeout');
    // HAProxy has only looked at the bytes when it closes: unread, they make the kernel send a reset.
    if (client.inputLength > 0) client.abort();
    stream.destroy();
  }
}

/**
 * HAProxy's line for a connection that ends before its stream: `ip:port [date] frontend/listener: reason`.
 * @param nothing the client said nothing worth a line with `option dontlognull`
 */
export function logUnborn(stream: Stream, reason: string, nothing: boolean): void {
  const { frontend, listener, client } = stream;
  const { dontlognull, logSeparateErrors } = frontend.model.options;
  const { log, logFormat, errorLogFormat } = frontend;
  if (log === null || (logFormat === null && errorLogFormat === null) || (nothing && dontlognull)) return;
  const level = logSeparateErrors ? LOG_ERR : LOG_INFO;
  if (errorLogFormat !== null) {
    log.send(level, errorLogFormat.write(recordOfUnborn(stream)));
    frontend.logCounter++;
    return;
  }
  const peer = client.peer;
  const who = peer === null ? `unix:${listener.id}` : `${peer.host}:${peer.port}`;
  const where = `${frontend.name}/${listener.model.name ?? listener.id}`;
  log.send(level, `${who} [${stream.runtime.acceptDate(stream)}] ${where}: ${reason}`);
}

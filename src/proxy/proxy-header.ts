/** The PROXY protocol on both sides: read before a stream starts (`accept-proxy`), written before a request (`send-proxy`). */

import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import type { Connection, ConnectionUser } from '../net/connection.ts';
import {
  decodeProxyHeader,
  encodeProxyHeader,
  LONGEST_ENCODED,
  PROXY_FAULT_TEXT,
  type ProxyHeaderFault,
} from '../net/proxy-protocol.ts';
import { LOG_ERR, LOG_INFO } from '../net/syslog.ts';
import { allocate } from '../sys/memory.ts';
import type { Stream } from './stream.ts';

const SHORTEST_BINARY = 16;

const memory = allocate(LONGEST_ENCODED + 4096);

/** Sends the header that tells the server who the client is. */
export function sendProxyHeader(version: 'v1' | 'v2', stream: Stream, server: Connection): void {
  const { clientAddress, clientDestination } = stream;
  const end = encodeProxyHeader(version === 'v1' ? 1 : 2, clientAddress, clientDestination, memory.bytes, 0);
  server.write(memory, 0, end);
}

/** Waits for the header in front of a client's bytes, then starts the stream with the addresses it tells. */
export function readProxyHeader(stream: Stream): void {
  new ProxyHeaderReader(stream).start();
}

class ProxyHeaderReader implements ConnectionUser, TimerOwner {
  readonly #stream: Stream;
  readonly #timer = new Timer(this);

  constructor(stream: Stream) {
    this.#stream = stream;
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
    const input = client.input;
    if (client.inputLength === 0 || input === null) {
      if (client.readEnded) this.#fail('empty');
      return;
    }
    const decoded = decodeProxyHeader(input.bytes, client.inputStart, client.inputEnd);
    if (decoded.state === 'invalid') {
      // What is too short for any binary header is not judged further by HAProxy.
      const short = decoded.fault === 'not-header' && client.inputLength < SHORTEST_BINARY;
      this.#fail(short ? 'truncated' : decoded.fault);
      return;
    }
    if (decoded.state === 'need-more') {
      // HAProxy wants the header in one piece: whoever speaks the protocol sends it before anything else, at once.
      this.#fail('truncated');
      return;
    }
    const stream = this.#stream;
    stream.runtime.reactor.timers.cancel(this.#timer);
    client.consume(decoded.length);
    if (decoded.source !== null) client.peer = decoded.source;
    if (decoded.destination !== null) client.overrideLocal(decoded.destination);
    stream.proxyHeader = decoded;
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

  #fail(fault: ProxyHeaderFault): void {
    const stream = this.#stream;
    stream.runtime.reactor.timers.cancel(this.#timer);
    const { client } = stream;
    logUnborn(stream, PROXY_FAULT_TEXT[fault], fault === 'empty' || fault === 'abort' || fault === 'timeout');
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
  if (frontend.log === null || frontend.logFormat === null || (nothing && dontlognull)) return;
  const peer = client.peer;
  const who = peer === null ? `unix:${listener.id}` : `${peer.host}:${peer.port}`;
  const where = `${frontend.name}/${listener.model.name ?? listener.id}`;
  frontend.log.send(
    logSeparateErrors ? LOG_ERR : LOG_INFO,
    `${who} [${stream.runtime.acceptDate(stream)}] ${where}: ${reason}`,
  );
}

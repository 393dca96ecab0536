/** An invalid message as `show errors` shows it (management manual, `show errors`). */
import type { Connection } from '../net/connection.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import type { Proxy } from './proxy.ts';
import type { Server } from './server.ts';
import type { Stream } from './stream.ts';

export interface CapturedError {
  readonly kind: 'request' | 'response';
  readonly event: number;
  readonly wallMs: number;
  /** The proxy that found it: the frontend for requests, the backend for responses. */
  readonly proxy: Proxy;
  /** The other one. */
  readonly other: Proxy;
  readonly server: Server | null;
  readonly client: SocketAddress | null;
  readonly streamId: number;
  readonly reason: string;
  /** What the buffer held, from the start of the message. */
  readonly bytes: Buffer;
  /** Bytes of the connection before those. */
  readonly offset: number;
  /** Where in `bytes` it is wrong. */
  readonly position: number;
}

export function captureInput(
  stream: Stream,
  kind: 'request' | 'response',
  from: Connection,
  reason: string,
  event: number,
): CapturedError {
  const head = kind === 'request' ? stream.requestHead : stream.responseHead;
  const start = head !== null ? head.start : from.inputStart;
  const bytes = from.input === null ? Buffer.alloc(0) : Buffer.from(from.input.bytes.subarray(start, from.inputEnd));
  const request = kind === 'request';
  return {
    kind,
    event,
    wallMs: stream.runtime.nowWallMs(),
    proxy: request ? stream.frontend : stream.backend,
    other: request ? stream.backend : stream.frontend,
    server: stream.target,
    client: stream.client.peer,
    streamId: stream.serial,
    reason,
    bytes,
    offset: from.received - bytes.length,
    position: head !== null && head.errorAt >= 0 ? head.errorAt - start : bytes.length,
  };
}

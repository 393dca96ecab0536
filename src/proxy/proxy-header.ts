/** The PROXY protocol on both sides: read before a stream starts (`accept-proxy`), written before a request (`send-proxy`). */
import type { Connection } from '../net/connection.ts';
import type { Stream } from './stream.ts';

export function encodeProxyHeader(version: 'v1' | 'v2', client: Connection): Buffer {
  throw new Error(`temporary ${version} ${client.fd}`);
}

export function readProxyHeader(stream: Stream): void {
  stream.start();
}

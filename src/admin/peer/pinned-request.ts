/**
 * HTTPS to the other unit, whose certificate nobody vouches for: it is known by its fingerprint. Nothing is sent, above all
 * no token, before the fingerprint has been compared on this very connection.
 */

import { request } from 'node:http';
import { connect, type TLSSocket } from 'node:tls';

const LONGEST_ANSWER = 512 * 1024;
const PATIENCE_MS = 5_000;

export interface PeerPlace {
  /** Name or IP address. */
  readonly host: string;
  readonly port: number;
}

export type PeerAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  /** Another certificate than the one that was compared. */
  | { readonly kind: 'changed'; readonly fingerprint: string }
  | { readonly kind: 'silent'; readonly reason: string };

export interface PeerRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
}

/** `host:port`, `[address]:port`; without a port 8443. Undefined: neither. */
export function parsePeerPlace(text: string): PeerPlace | undefined {
  const match =
    /^(?:\[([0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?)\]|([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? 8443 : Number(match[3]);
  return host === undefined || port < 1 || port > 65535 ? undefined : { host, port };
}

export function peerPlaceText({ host, port }: PeerPlace): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A connection whose certificate is not judged yet; rejects after a while. */
function open({ host, port }: PeerPlace): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false, minVersion: 'TLSv1.2' });
    const timer = setTimeout(() => socket.destroy(new Error(`no connection within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** The fingerprint (SHA-256) of whoever answers there, to be compared by a person; rejects when nobody does. */
export async function fingerprintAt(place: PeerPlace): Promise<string> {
  const socket = await open(place);
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

/** Never rejects: a unit that is off is no error of ours. */
export async function askPeer(place: PeerPlace, fingerprint: string, ask: PeerRequest): Promise<PeerAnswer> {
  let socket: TLSSocket;
  try {
    socket = await open(place);
  } catch (error) {
    return { kind: 'silent', reason: (error as Error).message };
  }
  const { fingerprint256 } = socket.getPeerCertificate();
  if (fingerprint256 !== fingerprint) {
    socket.destroy();
    return { kind: 'changed', fingerprint: fingerprint256 };
  }
  try {
    return await exchange(place, socket, ask);
  } catch (error) {
    return { kind: 'silent', reason: (error as Error).message };
  } finally {
    socket.destroy();
  }
}

function exchange(
  place: PeerPlace,
  socket: TLSSocket,
  { method, path, token, body }: PeerRequest,
): Promise<PeerAnswer> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    host: peerPlaceText(place),
    connection: 'close',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(content === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({ method, path, headers, createConnection: () => socket });
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    outgoing.on('error', reject);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk) => {
        text += chunk;
        if (text.length > LONGEST_ANSWER) outgoing.destroy(new Error('the answer is too long'));
      });
      incoming.on('error', reject);
      incoming.on('end', () => {
        try {
          resolve({ kind: 'answer', status: incoming.statusCode ?? 0, body: JSON.parse(text) });
        } catch {
          reject(new Error('the answer is not that of a Mahalo unit'));
        }
      });
    });
    outgoing.end(content);
  });
}

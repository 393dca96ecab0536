/** A client as simple as can be: one request, or one connection. It never throws: what went wrong is what it saw. */

import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { connect } from 'node:net';

const PATIENCE_MS = 6_000;
/** A TCP connection that stays open for so long was passed on: one that finds no server is closed. */
const SETTLED_MS = 1_200;

export type Speech = 'http' | 'https' | 'tcp';

export type Sight =
  | { readonly kind: 'answer'; readonly status: number; readonly milliseconds: number }
  /** TCP: taken, and still open after a while, or something came back. */
  | { readonly kind: 'open'; readonly milliseconds: number }
  /** TCP: taken, and closed without a byte. */
  | { readonly kind: 'closed' }
  /** `code` as Node has it: ECONNREFUSED, ... */
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  | { readonly kind: 'silence'; readonly afterMs: number };

export interface Visit {
  readonly host: string;
  readonly port: number;
  readonly speech: Speech;
  /** For the Host header, and for TLS. */
  readonly site: string;
}

export function visit(given: Visit): Promise<Sight> {
  return given.speech === 'tcp' ? openConnection(given) : ask(given);
}

function asSight(error: NodeJS.ErrnoException): Sight {
  return { kind: 'error', code: error.code ?? 'unknown', message: error.message };
}

function ask({ host, port, site, speech }: Visit): Promise<Sight> {
  const startedMs = performance.now();
  const options = { host, port, path: '/', agent: false, headers: { host: site, 'user-agent': 'mahalo' } } as const;
  return new Promise((resolve) => {
    const onAnswer = (answer: IncomingMessage): void => {
      resolve({ kind: 'answer', status: answer.statusCode ?? 0, milliseconds: performance.now() - startedMs });
      answer.destroy();
    };
    // Whose certificate it is does not matter: the question is whether somebody answers.
    const outgoing =
      speech === 'https'
        ? tlsRequest({ ...options, servername: site, rejectUnauthorized: false }, onAnswer)
        : plainRequest(options, onAnswer);
    outgoing.setTimeout(PATIENCE_MS, () => {
      resolve({ kind: 'silence', afterMs: PATIENCE_MS });
      outgoing.destroy();
    });
    outgoing.on('error', (error) => resolve(asSight(error)));
    outgoing.end();
  });
}

function openConnection({ host, port }: Visit): Promise<Sight> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let settled: NodeJS.Timeout | undefined;
    const end = (sight: Sight): void => {
      clearTimeout(settled);
      resolve(sight);
      socket.destroy();
    };
    const open = (): void => end({ kind: 'open', milliseconds: performance.now() - startedMs });
    socket.setTimeout(PATIENCE_MS, () => end({ kind: 'silence', afterMs: PATIENCE_MS }));
    socket.on('connect', () => {
      settled = setTimeout(open, SETTLED_MS);
    });
    socket.on('data', open);
    socket.on('error', (error) => end(asSight(error)));
    socket.on('close', () => end({ kind: 'closed' }));
  });
}

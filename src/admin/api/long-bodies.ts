/**
 * Bodies that may take as long as they need, of one who may send them: an update over a slow network. Node knows one time
 * for every request of a server; what it wants to end is let go on when its connection is among these. (A connection is
 * marked for one body: its next request begins with a new time of its own.)
 */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Nobody wants the rest, and nothing comes: nobody is at the other end any more. */
const STALLED_MS = 30_000;

const expected = new WeakSet<Duplex>();

export function isLongBody(socket: Duplex): boolean {
  return expected.has(socket);
}

/** From now to the end of this body. */
export function allowLongBody(request: IncomingMessage): void {
  const { socket } = request;
  expected.add(socket);
  request.once('close', () => expected.delete(socket));
}

/** Reads what is left and throws it away: a browser reads no answer before it has sent everything. */
export function dropRest(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    request.setTimeout(STALLED_MS, () => request.destroy());
    request.once('close', resolve);
    request.once('end', resolve);
    request.resume();
  });
}

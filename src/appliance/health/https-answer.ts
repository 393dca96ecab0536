/** Whether somebody answers HTTPS at a port of ours: any answer will do. */

import { request } from 'node:https';
import { ANSWER_MS } from '../supervisor/liveness.ts';

/** Undefined: somebody does; a text says why not. */
export function httpsAnswer(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    // It is our own certificate, which no authority knows, and we ask ourselves.
    const options = { host: '127.0.0.1', port, path: '/', agent: false, rejectUnauthorized: false, timeout: ANSWER_MS };
    const outgoing = request(options, (incoming) => {
      incoming.resume();
      incoming.on('end', () => resolve(undefined));
      incoming.on('error', (error) => resolve(error.message));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
    outgoing.on('error', (error) => resolve(error.message));
    outgoing.end();
  });
}

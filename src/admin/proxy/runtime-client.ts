/** A question to the proxy's runtime API (HAProxy's, management manual 9.3): one connection, one command, bounded. */

import { connect } from 'node:net';

const ANSWER_MS = 3_000;
const LONGEST_ANSWER = 8 * 1024 * 1024;

/** Nobody listens, or the answer did not come in time or in bounds. */
export class RuntimeUnreachable extends Error {}

/** `command` must come from us: `;` and line feeds would begin another one. */
export function askRuntime(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const chunks: Buffer[] = [];
    let length = 0;
    const fail = (reason: string): void => {
      reject(new RuntimeUnreachable(`the proxy's runtime API: ${reason}`));
      socket.destroy();
    };
    const timer = setTimeout(() => fail(`no answer within ${ANSWER_MS} ms`), ANSWER_MS);
    socket.on('connect', () => socket.write(`${command}\n`));
    socket.on('error', (error) => fail(error.message));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LONGEST_ANSWER) fail('the answer is too long');
    });
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    socket.on('close', () => {
      clearTimeout(timer);
      reject(new RuntimeUnreachable("the proxy's runtime API hung up"));
    });
  });
}

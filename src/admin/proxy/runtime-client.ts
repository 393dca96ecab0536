/** A question to the proxy's runtime API (HAProxy's, management manual 9.3): one connection, one command, bounded. */

import { connect } from 'node:net';

const ANSWER_MS = 3_000;
const LONGEST_ANSWER = 8 * 1024 * 1024;

/** Of system calls that say so: no such socket, or nobody at it any more. */
const NOBODY_THERE = new Set(['ENOENT', 'ECONNREFUSED']);

/** There was no answer; the message says so in words for people, the cause is what the system said. */
export class RuntimeUnreachable extends Error {
  /** `absent`: nobody listens, so the proxy does not run. `silent`: somebody does, and did not answer as he should. */
  readonly why: 'absent' | 'silent';

  constructor(why: RuntimeUnreachable['why'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}

function unreachable(error: NodeJS.ErrnoException): RuntimeUnreachable {
  const options = { cause: error };
  if (NOBODY_THERE.has(error.code ?? '')) return new RuntimeUnreachable('absent', 'the proxy is not running', options);
  if (error.code === 'EACCES') {
    return new RuntimeUnreachable('silent', 'the proxy may not be asked: its socket belongs to another user', options);
  }
  return new RuntimeUnreachable('silent', 'the proxy broke off the conversation', options);
}

/** `command` must come from us: `;` and line feeds would begin another one. */
export function askRuntime(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const chunks: Buffer[] = [];
    let length = 0;
    const fail = (failure: RuntimeUnreachable): void => {
      reject(failure);
      socket.destroy();
    };
    const silent = (reason: string): RuntimeUnreachable => new RuntimeUnreachable('silent', reason);
    const timer = setTimeout(
      () => fail(silent(`the proxy did not answer within ${ANSWER_MS / 1000} seconds`)),
      ANSWER_MS,
    );
    socket.on('connect', () => socket.write(`${command}\n`));
    socket.on('error', (error) => fail(unreachable(error)));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LONGEST_ANSWER) fail(silent('the answer of the proxy is too long'));
    });
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    socket.on('close', () => {
      clearTimeout(timer);
      reject(silent('the proxy broke off the conversation'));
    });
  });
}

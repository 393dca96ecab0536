/** A question to the appliance's control socket: one connection, one command, bounded. */

import { connect, type Socket } from 'node:net';
import { type CommandRequest, Refusal } from './command.ts';

const LONGEST_ANSWER = 4 * 1024 * 1024;

export interface AskOptions {
  /** Without one an answer may take for ever: some commands follow what happens. */
  readonly answerMs?: number;
  readonly onProgress?: (value: unknown) => void;
  /** `size` bytes for a command that takes them. */
  readonly bytes?: AsyncIterable<Buffer>;
}

/** The result; a Refusal when it was refused, of code `absent` when nobody listens, `silent` when nobody answers. */
export function askAppliance(path: string, request: CommandRequest, options: AskOptions = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    let connected = false;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
      socket.destroy();
    };
    const fail = (code: string, message: string): void => finish(() => reject(new Refusal(code, message)));
    const { answerMs } = options;
    const timer =
      answerMs === undefined
        ? undefined
        : setTimeout(() => fail('silent', `the appliance did not answer within ${answerMs / 1000} s`), answerMs);
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      connected = true;
      socket.write(`${JSON.stringify(request)}\n`);
      // When it refuses before all is sent, its answer is what counts.
      if (options.bytes !== undefined)
        send(socket, options.bytes).catch((error: Error) => fail('cut-off', error.message));
    });
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (connected) return;
      if (code === 'EACCES') fail('forbidden', 'the appliance is asked by its owner (root) only');
      else fail('absent', code === 'ENOENT' || code === 'ECONNREFUSED' ? 'the appliance does not run' : message);
    });
    socket.on('close', () => fail('silent', 'the appliance closed the connection'));
    socket.on('data', (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        const answer = parse(line);
        if (answer === undefined) return fail('silent', 'the answer is not JSON');
        if ('progress' in answer) options.onProgress?.(answer.progress);
        else if (answer.ok) return finish(() => resolve(answer.result));
        else return fail(answer.error?.code ?? 'internal', answer.error?.message ?? 'no reason given');
      }
      if (text.length > LONGEST_ANSWER) fail('silent', 'the answer is too long');
    });
  });
}

interface Line {
  readonly ok?: boolean;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly progress?: unknown;
}

function parse(line: string): Line | undefined {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return undefined; // told by the caller
  }
}

async function send(socket: Socket, bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const part of bytes) {
    if (socket.destroyed || !socket.writable) return;
    if (!socket.write(part)) await roomIn(socket);
  }
}

/** Or nobody takes anything any more. */
function roomIn(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}

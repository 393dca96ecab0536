/**
 * A question to the control socket of another role (docs/vrrp.md, "Control socket"; docs/appliance.md): a JSON object a line
 * there, a JSON object a line back, both bounded. Bytes may follow the question; they wait for the one who takes them.
 */

import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';

const ANSWER_MS = 3_000;
const LONGEST_ANSWER = 1024 * 1024;

export type Answered =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'fault'; readonly code: string; readonly message: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

export type Question = Readonly<Record<string, unknown>> & { readonly command: string };

export interface Asking {
  /** In sentences: `the agent`. */
  readonly who: string;
  /** How far a long command is. */
  readonly onProgress?: (text: string) => void;
  /** How long the answer may take, from the question on, or the last sign of life (bytes, progress); usually 3 s. */
  readonly answerMs?: number;
  /** Sent behind the question, as fast as the other one reads; what he does not want is left in it. */
  readonly bytes?: Readable;
}

interface Line {
  readonly ok?: boolean;
  readonly result?: unknown;
  readonly error?: { readonly code?: string; readonly message?: string };
  readonly progress?: string;
}

export function ask(path: string, question: Question, asking: Asking): Promise<Answered> {
  const { answerMs = ANSWER_MS, bytes, onProgress, who } = asking;
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = '';
    const finish = (answer: Answered): void => {
      clearTimeout(timer);
      bytes?.unpipe(socket);
      resolve(answer);
      socket.destroy();
    };
    const unreachable = (reason: string): void => finish({ kind: 'unreachable', reason });
    const timer = setTimeout(() => unreachable(`no answer within ${answerMs} ms`), answerMs);
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      socket.write(`${JSON.stringify(question)}\n`);
      if (bytes !== undefined) sendBehind(socket, bytes, () => timer.refresh(), unreachable);
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      const absent = code === 'ENOENT' || code === 'ECONNREFUSED';
      const forbidden = code === 'EACCES';
      const closed = `${who} broke off the conversation`;
      unreachable(absent ? 'it is not running' : forbidden ? 'its socket belongs to another user' : closed);
    });
    socket.on('close', () => unreachable(`${who} closed the connection`));
    socket.on('data', (chunk) => {
      text += chunk;
      timer.refresh();
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const answer = readLine(text.slice(0, end), onProgress);
        text = text.slice(end + 1);
        if (answer !== undefined) return finish(answer);
      }
      if (text.length > LONGEST_ANSWER) unreachable('the answer is too long');
    });
  });
}

/** A source that breaks off takes the connection with it: the other one must not take what came for the whole. */
function sendBehind(socket: Socket, bytes: Readable, onSome: () => void, onBroken: (reason: string) => void): void {
  bytes.on('data', onSome);
  bytes.once('close', () => {
    bytes.off('data', onSome);
    if (!bytes.readableEnded) onBroken('the bytes broke off before their end');
  });
  bytes.pipe(socket, { end: false });
}

/** Undefined: not the answer yet. */
function readLine(text: string, onProgress: ((text: string) => void) | undefined): Answered | undefined {
  let line: Line;
  try {
    line = JSON.parse(text) as Line;
  } catch {
    return { kind: 'unreachable', reason: 'the answer is not JSON' };
  }
  const { ok, result, error, progress } = line;
  if (progress !== undefined) {
    onProgress?.(progress);
    return undefined;
  }
  if (ok === true) return { kind: 'result', result };
  return { kind: 'fault', code: error?.code ?? 'internal', message: error?.message ?? 'no reason given' };
}

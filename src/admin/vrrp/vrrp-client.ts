/** A question to the VRRP agent's control socket (docs/vrrp.md, "Control socket"): JSON lines, bounded. */

import { connect } from 'node:net';

const ANSWER_MS = 3_000;
const LONGEST_ANSWER = 1024 * 1024;

export type VrrpAnswer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'fault'; readonly code: string; readonly message: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

export interface VrrpListener {
  /** How far a long command is. */
  readonly onProgress?: (text: string) => void;
  /** How long the answer may take; usually 3 s. */
  readonly answerMs?: number;
}

interface Line {
  readonly ok?: boolean;
  readonly result?: unknown;
  readonly error?: { readonly code?: string; readonly message?: string };
  readonly progress?: string;
}

export function askVrrp(
  path: string,
  request: Readonly<Record<string, unknown>>,
  { onProgress, answerMs = ANSWER_MS }: VrrpListener = {},
): Promise<VrrpAnswer> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = '';
    const finish = (answer: VrrpAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      socket.destroy();
    };
    const unreachable = (reason: string): void => finish({ kind: 'unreachable', reason });
    const timer = setTimeout(() => unreachable(`no answer within ${answerMs} ms`), answerMs);
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(`${JSON.stringify({ id: 1, ...request })}\n`));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      const absent = code === 'ENOENT' || code === 'ECONNREFUSED';
      const forbidden = code === 'EACCES';
      const closed = 'the agent broke off the conversation';
      unreachable(absent ? 'it is not running' : forbidden ? 'its socket belongs to another user' : closed);
    });
    socket.on('close', () => unreachable('the agent closed the connection'));
    socket.on('data', (chunk) => {
      text += chunk;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const answer = readLine(text.slice(0, end), onProgress);
        text = text.slice(end + 1);
        if (answer !== undefined) return finish(answer);
      }
      if (text.length > LONGEST_ANSWER) unreachable('the answer is too long');
    });
  });
}

/** Undefined: not the answer yet. */
function readLine(text: string, onProgress: ((text: string) => void) | undefined): VrrpAnswer | undefined {
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

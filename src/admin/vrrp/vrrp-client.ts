/** A question to the VRRP agent's control socket (docs/vrrp.md, "Control socket"): JSON lines, bounded. */

import { connect } from 'node:net';

const ANSWER_MS = 3_000;
const LONGEST_ANSWER = 1024 * 1024;

export type VrrpAnswer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'fault'; readonly message: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

interface Line {
  readonly ok?: boolean;
  readonly result?: unknown;
  readonly error?: { readonly message?: string };
}

export function askVrrp(path: string, request: Readonly<Record<string, unknown>>): Promise<VrrpAnswer> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = '';
    const finish = (answer: VrrpAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      socket.destroy();
    };
    const unreachable = (reason: string): void => finish({ kind: 'unreachable', reason });
    const timer = setTimeout(() => unreachable(`no answer within ${ANSWER_MS} ms`), ANSWER_MS);
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(`${JSON.stringify({ id: 1, ...request })}\n`));
    socket.on('error', (error) => unreachable(error.message));
    socket.on('close', () => unreachable('the agent closed the connection'));
    socket.on('data', (chunk) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) finish(readLine(text.slice(0, end)));
      else if (text.length > LONGEST_ANSWER) unreachable('the answer is too long');
    });
  });
}

function readLine(text: string): VrrpAnswer {
  try {
    const { ok, result, error } = JSON.parse(text) as Line;
    return ok === true ? { kind: 'result', result } : { kind: 'fault', message: error?.message ?? 'no reason given' };
  } catch {
    return { kind: 'unreachable', reason: 'the answer is not JSON' };
  }
}

/** The other end of the control socket: one request, its answer. For the command line and tests. */

import { createConnection } from 'node:net';
import type { ControlFault } from './control-line.ts';

export type ControlAnswer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'fault'; readonly fault: ControlFault }
  /** Nobody listens, or the agent went away before it answered. */
  | { readonly kind: 'unreachable'; readonly reason: string };

interface Line {
  readonly ok?: boolean;
  readonly result?: unknown;
  readonly error?: ControlFault;
  readonly progress?: string;
  readonly event?: unknown;
}

export interface ControlListener {
  readonly onProgress?: (text: string) => void;
  /** With `subscribe`: the answer is then only the beginning, and the promise resolves when the agent is gone. */
  readonly onEvent?: (event: unknown) => void;
}

export function askAgent(path: string, request: object, listener: ControlListener = {}): Promise<ControlAnswer> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let rest = '';
    const finish = (answer: ControlAnswer): void => {
      resolve(answer);
      socket.destroy();
    };
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.write(`${JSON.stringify({ id: 1, ...request })}\n`));
    socket.on('error', (error) => finish({ kind: 'unreachable', reason: (error as Error).message }));
    socket.on('close', () => finish({ kind: 'unreachable', reason: 'the agent closed the connection' }));
    socket.on('data', (chunk) => {
      rest += chunk;
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        const line = JSON.parse(rest.slice(0, end)) as Line;
        rest = rest.slice(end + 1);
        if (line.event !== undefined) listener.onEvent?.(line.event);
        else if (line.progress !== undefined) listener.onProgress?.(line.progress);
        else if (line.ok === false) {
          finish({ kind: 'fault', fault: line.error ?? { code: 'internal', message: 'no reason given' } });
        } else if (listener.onEvent === undefined) finish({ kind: 'result', result: line.result });
      }
    });
  });
}

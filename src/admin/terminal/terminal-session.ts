/**
 * One terminal in one browser. Output is sent only as far as the browser says that it has drawn it: a program that writes
 * without end waits, and nothing grows. It ends with the shell, with the socket, after a time without a keystroke, or as
 * soon as the person may not have it any more.
 *
 *   up:    bytes = keystrokes; text = {"size":[columns,rows]} or {"taken":bytes}
 *   down:  bytes = output; the reason of the end stands in the close frame
 */

import type { WebSocket } from '@fastify/websocket';
import type { Shell, TerminalSize } from './shell.ts';

/** Sent and not taken: beyond the first the program waits, below the second it goes on. */
export const MOST_IN_FLIGHT = 256 * 1024;
const RESUME_BELOW = 64 * 1024;
const LOOK_MS = 1_000;
const HANG_UP_MS = 2_000;
const FAREWELL_MS = 2_000;
const NORMAL = 1000;
const POLICY = 1008;
const LARGEST_SIZE = 1000;

export interface TerminalOptions {
  readonly shell: Shell;
  readonly socket: WebSocket;
  readonly idleMs: number;
  /** Undefined: he may go on; else why not. */
  readonly mustEnd: () => string | undefined;
  /** Somebody sits there. */
  readonly onKeystroke: () => void;
  /** Called once. */
  readonly onEnd: (reason: string) => void;
}

/** Undefined: no size of a terminal. */
export function terminalSize(columns: unknown, rows: unknown): TerminalSize | undefined {
  const isSize = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LARGEST_SIZE;
  return isSize(columns) && isSize(rows) ? { columns, rows } : undefined;
}

export class TerminalSession {
  readonly #options: TerminalOptions;
  readonly #timer: NodeJS.Timeout;
  #inFlight = 0;
  #paused = false;
  #keystrokeAt = performance.now();
  #ended = false;
  #exited = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
    const { shell, socket } = options;
    shell.onOutput((bytes) => this.#send(bytes));
    shell.onExit((code) => {
      this.#exited = true;
      this.end(NORMAL, `the shell ended (${code})`);
    });
    socket.on('message', (data, isBinary) => {
      if (this.#ended) return;
      if (isBinary) this.#type(data as Buffer);
      else this.#control(String(data));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.end(NORMAL, 'the browser went away'));
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#timer);
    const { shell, socket, onEnd } = this.#options;
    socket.close(code, reason.slice(0, 120));
    // One who takes nothing does not take the farewell either.
    setTimeout(() => socket.terminate(), FAREWELL_MS).unref();
    if (!this.#exited) {
      shell.signal('SIGHUP');
      if (this.#paused) shell.resume();
      setTimeout(() => {
        if (!this.#exited) shell.signal('SIGKILL');
      }, HANG_UP_MS);
    }
    onEnd(reason);
  }

  /** The person may not have it any more. */
  forbid(reason: string): void {
    this.end(POLICY, reason);
  }

  #send(bytes: Buffer): void {
    if (this.#ended) return;
    this.#options.socket.send(bytes);
    this.#inFlight += bytes.length;
    if (this.#inFlight <= MOST_IN_FLIGHT || this.#paused) return;
    this.#paused = true;
    this.#options.shell.pause();
  }

  #type(bytes: Buffer): void {
    this.#keystrokeAt = performance.now();
    this.#options.onKeystroke();
    this.#options.shell.write(bytes);
  }

  #control(text: string): void {
    let message: { readonly size?: readonly unknown[]; readonly taken?: unknown };
    try {
      message = JSON.parse(text) ?? {};
    } catch {
      this.forbid('this is not what a terminal says');
      return;
    }
    const { size, taken } = message;
    const wanted = Array.isArray(size) ? terminalSize(size[0], size[1]) : undefined;
    if (wanted !== undefined) this.#options.shell.resize(wanted);
    if (typeof taken === 'number' && taken > 0) this.#taken(taken);
  }

  #taken(bytes: number): void {
    this.#inFlight = Math.max(0, this.#inFlight - bytes);
    if (!this.#paused || this.#inFlight > RESUME_BELOW) return;
    this.#paused = false;
    this.#options.shell.resume();
  }

  #look(): void {
    const { idleMs, mustEnd } = this.#options;
    const reason = mustEnd();
    if (reason !== undefined) this.forbid(reason);
    else if (performance.now() - this.#keystrokeAt > idleMs) this.forbid('nobody has typed for too long');
  }
}

/**
 * Hears `watch log` of the proxy in charge, and of one that only finishes its last connections as long as it lives: a new
 * process in charge is a new conversation, the old one ends by itself.
 */

import { connect, type Socket } from 'node:net';

const LONGEST_LINE = 8192;
const RETRY_MS = 2_000;

export interface FollowerSettings {
  readonly socketPath: string;
  onLines(lines: readonly string[]): void;
  /** A conversation has ended: the process is going, or gone. */
  onLost(): void;
}

export class LogFollower {
  readonly #settings: FollowerSettings;
  readonly #conversations = new Map<number, Socket>();
  #retryAtMs = 0;
  #stopped = false;

  constructor(settings: FollowerSettings) {
    this.#settings = settings;
  }

  /** Called again and again: begins a conversation with the process in charge unless there is one. */
  look(processId: number | undefined, nowMs: number): void {
    if (processId === undefined || this.#conversations.has(processId) || nowMs < this.#retryAtMs) return;
    this.#retryAtMs = nowMs + RETRY_MS;
    const socket = connect(this.#settings.socketPath);
    this.#conversations.set(processId, socket);
    let rest = '';
    socket.setEncoding('latin1');
    let begun = false;
    socket.on('connect', () => {
      begun = true;
      socket.write('watch log\n');
    });
    socket.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
      if (lines.length > 0) this.#settings.onLines(lines);
    });
    // The process is gone, or has not opened its socket yet: the next look tries again.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#conversations.delete(processId);
      if (begun && !this.#stopped) this.#settings.onLost();
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const socket of this.#conversations.values()) socket.destroy();
  }
}

/**
 * QEMU's monitor in its machine form (QMP): JSON objects a line, over the socket that QEMU makes. Answers come in the order
 * of the commands, events in between.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const CONNECT_MS = 60_000;

export interface MachineEvent {
  /** `RESET`, `WATCHDOG`, `SHUTDOWN` ... */
  readonly event: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** `performance.now()` when it was heard. */
  readonly atMs: number;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class MachineMonitor {
  readonly #socket: Socket;
  readonly #pending: Pending[] = [];
  /** Everything heard since power-on. */
  readonly events: MachineEvent[] = [];
  #rest = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', () => undefined); // `close` follows.
    socket.on('close', () => {
      for (const { reject } of this.#pending.splice(0)) reject(new Error('the machine is gone'));
    });
  }

  /** @param isGone tells that QEMU ended, so that nobody waits for its socket */
  static async open(path: string, isGone: () => boolean): Promise<MachineMonitor> {
    const deadline = performance.now() + CONNECT_MS;
    for (;;) {
      const socket = connect(path);
      try {
        await once(socket, 'connect');
        const monitor = new MachineMonitor(socket);
        await monitor.command('qmp_capabilities');
        return monitor;
      } catch (error) {
        socket.destroy();
        if (isGone() || performance.now() > deadline) throw error;
        await delay(20);
      }
    }
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines.filter((candidate) => candidate.trim() !== '')) {
      const message = JSON.parse(line) as Record<string, unknown>;
      if (typeof message['event'] === 'string') {
        this.events.push({ ...(message as { event: string }), atMs: performance.now() });
      } else if ('return' in message) {
        this.#pending.shift()?.resolve(message['return']);
      } else if ('error' in message) {
        this.#pending.shift()?.reject(new Error(JSON.stringify(message['error'])));
      }
    }
  }

  command(execute: string, words?: Readonly<Record<string, unknown>>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute, ...(words === undefined ? {} : { arguments: words }) })}\n`);
    });
  }

  /** How many events of that name were heard. */
  count(name: string): number {
    return this.events.filter(({ event }) => event === name).length;
  }

  close(): void {
    this.#socket.destroy();
  }
}

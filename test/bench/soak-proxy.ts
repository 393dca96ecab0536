/** The proxy of the endurance runs: three servers behind one frontend, and their coming and going. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type LoadOrigin, startLoadOrigin } from './load-origin.ts';
import { memory, processTree } from './process-usage.ts';
import { freePorts, type Program, Programs, proxyProgram } from './programs.ts';
import { runtimeCommand, statistic } from './runtime-socket.ts';

/** Servers taken out in turn; the third stays, so that no request may ever fail. */
const flapping = ['one', 'two'] as const;
const serverPauseMs = 20;
/** Clients that vanished with data on the way are noticed late, but within the client's and server's timeouts. */
const sessionsDeadlineMs = 15_000;

export class SoakProxy {
  readonly port: number;
  readonly program: Program;
  readonly #programs: Programs;
  readonly #origin: LoadOrigin;
  readonly #socketPath: string;
  readonly #pids: readonly number[];

  private constructor(programs: Programs, origin: LoadOrigin, program: Program, port: number, socketPath: string) {
    this.#programs = programs;
    this.#origin = origin;
    this.program = program;
    this.port = port;
    this.#socketPath = socketPath;
    this.#pids = processTree(program.pid);
  }

  /** Starts the proxy. Its servers are `originPort` three times, or an origin of its own for the mixed load. */
  static async start(originPort?: number): Promise<SoakProxy> {
    const programs = new Programs();
    try {
      const origin = originPort === undefined ? await startLoadOrigin() : { port: originPort, stop: () => undefined };
      const [port] = (await freePorts(1)) as [number];
      const socketPath = join(programs.directory, 'admin.sock');
      const path = join(programs.directory, 'soak.cfg');
      const servers = [...flapping, 'three'].map((name) => `    server ${name} 127.0.0.1:${origin.port}\n`);
      writeFileSync(
        path,
        `global
    maxconn 1000
    stats socket ${socketPath} mode 600 level admin

defaults
    mode http
    option redispatch
    timeout connect 5s
    timeout client 10s
    timeout server 10s
    timeout queue 10s

frontend www
    bind 127.0.0.1:${port}
    option forwardfor
    default_backend app

backend app
    balance roundrobin
${servers.join('')}`,
      );
      const program = programs.startProxy('proxy', proxyProgram(), path);
      await program.listening(port);
      return new SoakProxy(programs, origin, program, port, socketPath);
    } catch (error) {
      await programs.stopAll();
      throw error;
    }
  }

  /** Takes servers out and in by the runtime API, and reads its figures, until `signal`; the number of changes. */
  async flap(signal: AbortSignal): Promise<number> {
    let changes = 0;
    const command = async (text: string): Promise<void> => {
      const answer = (await runtimeCommand(this.#socketPath, text)).trim();
      if (answer !== '') {
        throw new Error(`'${text}' was answered '${answer}'`);
      }
      changes++;
      await delay(serverPauseMs);
    };
    while (!signal.aborted) {
      for (const server of flapping) {
        await command(`disable server app/${server}`);
        await command(`enable server app/${server}`);
        await command(`set server app/${server} state drain`);
        await command(`set server app/${server} state ready`);
      }
      for (const question of ['show stat', 'show info', 'show sess', 'show servers state', 'show errors']) {
        await runtimeCommand(this.#socketPath, question);
      }
    }
    return changes;
  }

  rssBytes(): number {
    return memory(this.#pids).rssBytes;
  }

  /** A number of `show stat` for the frontend, or for backend `app` with `server`. */
  async statistic(column: string, server = 'FRONTEND'): Promise<number> {
    const csv = await runtimeCommand(this.#socketPath, 'show stat');
    return Number(statistic(csv, server === 'FRONTEND' ? 'www' : 'app', server, column));
  }

  /** Sessions the frontend still counts some seconds after the last conversation: any is a leak. */
  async sessionsLeft(): Promise<number> {
    const deadline = Date.now() + sessionsDeadlineMs;
    for (;;) {
      const left = await this.statistic('scur');
      if (left === 0 || Date.now() > deadline) {
        return left;
      }
      await delay(50);
    }
  }

  async stop(): Promise<void> {
    this.#origin.stop();
    await this.#programs.stopAll();
  }
}

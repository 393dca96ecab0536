/**
 * The sockets of `stats socket`: listens (through the same code as frontends, so that messages, owners and modes agree),
 * and holds one conversation a connection. Off the data path, hence plain Node sockets.
 */

import { createServer, type Server, type Socket } from 'node:net';
import type { BindModel, StatsSocketModel } from '../config/model.ts';
import { closeListenSockets, type ListenSocket, openListenSockets } from '../net/listen-sockets.ts';
import type { ProxyRuntime } from '../proxy/proxy-runtime.ts';
import { addressText } from './address-text.ts';
import { ApiSession } from './api-session.ts';
import {
  type ApiSocketFacts,
  LEVEL_ADMIN,
  LEVEL_OPERATOR,
  LEVEL_USER,
  type Level,
  type ProcessFacts,
} from './command.ts';

const BACKLOG = 128;

export interface ApiFault {
  readonly severity: 'alert' | 'warning';
  readonly text: string;
}

interface ApiListener {
  readonly socket: ListenSocket;
  readonly level: Level;
  server: Server | undefined;
}

function levelOf(socket: StatsSocketModel): Level {
  return socket.level === 'admin' ? LEVEL_ADMIN : socket.level === 'operator' ? LEVEL_OPERATOR : LEVEL_USER;
}

/** A `stats socket` line as a bind line. */
function bindModel(socket: StatsSocketModel): BindModel {
  return {
    place: socket.place,
    text: '',
    addresses: socket.addresses,
    name: undefined,
    id: undefined,
    acceptProxy: false,
    backlog: undefined,
    maxconn: undefined,
    interface: undefined,
    mode: socket.mode,
    uid: socket.uid,
    gid: socket.gid,
    mss: undefined,
    tcpFastOpen: false,
    deferAccept: false,
    transparent: false,
    v4v6: false,
    v6only: false,
    namespace: undefined,
    tcpUserTimeoutMs: undefined,
    nice: 0,
  };
}

export class ApiServer {
  readonly #runtime: ProxyRuntime;
  readonly #facts: ProcessFacts;
  readonly #sessions = new Map<ApiSession, Socket>();
  #listeners: ApiListener[] = [];
  #serial = 0;

  constructor(runtime: ProxyRuntime, facts: ProcessFacts) {
    this.#runtime = runtime;
    this.#facts = facts;
  }

  get listenerCount(): number {
    return this.#listeners.length;
  }

  /** Opens the sockets; nobody is answered yet. Returns what is to be said about them. */
  bind(): readonly ApiFault[] {
    const faults: ApiFault[] = [];
    for (const line of this.#runtime.model.global.statsSockets) {
      const opened = openListenSockets(bindModel(line), BACKLOG);
      for (const fault of opened.faults) {
        const place = `[${line.place.file}:${line.place.line}]`;
        faults.push({ severity: fault.severity, text: `${fault.phase} ${place} for frontend GLOBAL: ${fault.text}` });
      }
      for (const socket of opened.sockets) {
        this.#listeners.push({ socket, level: levelOf(line), server: undefined });
      }
    }
    return faults;
  }

  /** Closes what `bind` opened, to try again. */
  unbind(): void {
    closeListenSockets(this.#listeners.map((listener) => listener.socket));
    this.#listeners = [];
  }

  /** Begins to answer. */
  run(): void {
    const sockets = this.#listeners.map(({ socket, level }) => ({ address: addressText(socket.address), level }));
    for (const listener of this.#listeners) {
      // Half-open, so that a client that has sent its question and shut its side still gets the answer.
      const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket, listener.level, sockets));
      listener.server = server;
      server.maxConnections = this.#runtime.model.global.statsMaxconn;
      server.on('error', (error) => this.#runtime.onMessage('alert', `runtime API: ${error.message}`));
      server.listen({ fd: listener.socket.fd });
    }
  }

  #accept(socket: Socket, level: Level, sockets: readonly ApiSocketFacts[]): void {
    const runtime = this.#runtime;
    const port = {
      write: (text: string): void => {
        socket.write(text, 'latin1');
      },
      end: (): void => {
        socket.end();
      },
    };
    const around = { runtime, facts: this.#facts, sessions: this.#sessions.keys(), sockets };
    const session: ApiSession = new ApiSession(
      { ...around, sessions: { [Symbol.iterator]: () => this.#sessions.keys() } },
      port,
      {
        serial: this.#serial++,
        level,
        timeoutMs: runtime.model.global.statsTimeoutMs,
        nowMs: runtime.reactor.refresh(),
      },
    );
    this.#sessions.set(session, socket);
    socket.setEncoding('latin1');
    socket.setTimeout(session.timeoutMs, () => socket.destroy());
    socket.on('data', (text) => {
      if (session.ended) {
        return;
      }
      // Node's turn, not the reactor's: its clock may be old.
      runtime.reactor.refresh();
      session.receive(text.toString());
      socket.setTimeout(session.timeoutMs);
    });
    socket.on('end', () => socket.end());
    // The peer went away; what it asked for is of no use any more.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sessions.delete(session));
  }

  /** The process stops: whoever is connected may go on until the last stream has ended. */
  softStop(): void {
    for (const listener of this.#listeners) {
      listener.server?.close();
    }
  }

  /** Closes everything now. */
  close(): void {
    for (const { server, socket } of this.#listeners) {
      if (server === undefined) {
        closeListenSockets([socket]);
      } else {
        server.close();
      }
    }
    this.#listeners = [];
    for (const socket of this.#sessions.values()) {
      socket.destroy();
    }
    this.#sessions.clear();
  }
}

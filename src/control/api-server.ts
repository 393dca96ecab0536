/**
 * The sockets of `stats socket`: listens (through the same code as frontends, so that messages, owners and modes agree),
 * and holds one conversation a connection. Off the data path, hence plain Node sockets.
 */

import { createServer, type Server, type Socket } from 'node:net';
import type { StatsSocketModel } from '../config/model.ts';
import type { Deferred, Reactor } from '../loop/reactor.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import { closeListenSockets, type ListenSocket, listenBacklog, openListenSockets } from '../net/listen-sockets.ts';
import type { ProxyRuntime } from '../proxy/proxy-runtime.ts';
import { addressText } from './address-text.ts';
import { ApiSession, type SessionSurroundings } from './api-session.ts';
import {
  type ApiSocketFacts,
  type CommandContext,
  LEVEL_ADMIN,
  LEVEL_OPERATOR,
  LEVEL_USER,
  type Level,
  type ProcessFacts,
  type SessionState,
} from './command.ts';

/** Who asks where nobody is connected: not counted among the sessions. */
const NOBODY: SessionState = {
  serial: -1,
  sinceMs: 0,
  level: LEVEL_USER,
  interactive: false,
  severity: 'none',
  expert: false,
  experimental: false,
  timeoutMs: 0,
  ended: false,
};

/** Connections that may wait for others to end; more are closed. */
const MOST_WAITING = 64;
/** Bytes that may wait for a reader of what goes on by itself. */
const MOST_OFFERED = 256 * 1024;

export interface ApiFault {
  readonly severity: 'alert' | 'warning';
  readonly text: string;
}

interface ApiListener {
  readonly socket: ListenSocket;
  readonly level: Level;
  /** `maxconn` of its line; 0: no limit but that of all. */
  readonly maxconn: number;
  readonly backlog: number;
  server: Server | undefined;
  sessions: number;
}

interface Waiting {
  readonly socket: Socket;
  readonly listener: ApiListener;
}

/**
 * Cuts a silent conversation off. Not by Node's own timer, which wakes the process when its time has come even though it
 * was cleared long ago: an idle proxy is to sleep.
 */
class SilenceTimer implements TimerOwner, Deferred {
  readonly #reactor: Reactor;
  readonly #socket: Socket;
  readonly #timer = new Timer(this);

  constructor(reactor: Reactor, socket: Socket) {
    this.#reactor = reactor;
    this.#socket = socket;
  }

  restart(timeoutMs: number): void {
    this.#reactor.timers.arm(this.#timer, this.#reactor.refresh() + timeoutMs);
  }

  stop(): void {
    this.#reactor.timers.cancel(this.#timer);
    // This is Node's turn: the reactor is asked for one of its own, to see that it may sleep longer.
    this.#reactor.defer(this);
  }

  runDeferred(): void {}

  onTimer(): void {
    this.#socket.destroy();
  }
}

function levelOf(socket: StatsSocketModel): Level {
  return socket.level === 'admin' ? LEVEL_ADMIN : socket.level === 'operator' ? LEVEL_OPERATOR : LEVEL_USER;
}

export class ApiServer {
  readonly #runtime: ProxyRuntime;
  readonly #facts: ProcessFacts;
  readonly #sessions = new Map<ApiSession, Socket>();
  /** Connected, but not answered before another session ends (`stats maxconn`). */
  readonly #waiting = new Set<Waiting>();
  #listeners: ApiListener[] = [];
  #sockets: readonly ApiSocketFacts[] = [];
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
    const { statsSockets, statsMaxconn } = this.#runtime.model.global;
    for (const line of statsSockets) {
      const backlog = listenBacklog(line, undefined, statsMaxconn);
      const opened = openListenSockets(line, backlog);
      for (const fault of opened.faults) {
        const place = `[${line.place.file}:${line.place.line}]`;
        faults.push({ severity: fault.severity, text: `${fault.phase} ${place} for frontend GLOBAL: ${fault.text}` });
      }
      for (const socket of opened.sockets) {
        this.#listeners.push({
          socket,
          level: levelOf(line),
          maxconn: line.maxconn ?? 0,
          backlog,
          server: undefined,
          sessions: 0,
        });
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
    this.#sockets = this.#listeners.map(({ socket, level }) => ({ address: addressText(socket.address), level }));
    for (const listener of this.#listeners) {
      // Half-open, so that a client that has sent its question and shut its side still gets the answer.
      const server = createServer({ allowHalfOpen: true }, (socket) => this.#arrived({ socket, listener }));
      listener.server = server;
      server.on('error', (error) => this.#runtime.onMessage('alert', `runtime API: ${error.message}`));
      // Node listens once more, with a backlog of its own if it is not told.
      server.listen({ fd: listener.socket.fd }, listener.backlog);
    }
  }

  #hasRoom({ maxconn, sessions }: ApiListener): boolean {
    return this.#sessions.size < this.#runtime.model.global.statsMaxconn && (maxconn === 0 || sessions < maxconn);
  }

  #arrived(arrival: Waiting): void {
    const { socket, listener } = arrival;
    // The peer went away; what it asked for is of no use any more.
    socket.on('error', () => socket.destroy());
    if (this.#hasRoom(listener)) {
      this.#accept(arrival);
      return;
    }
    if (this.#waiting.size >= MOST_WAITING) {
      socket.destroy();
      return;
    }
    this.#waiting.add(arrival);
    socket.on('close', () => this.#waiting.delete(arrival));
  }

  #admitWaiting(): void {
    for (const arrival of this.#waiting) {
      if (!this.#hasRoom(arrival.listener)) continue;
      this.#waiting.delete(arrival);
      this.#accept(arrival);
    }
  }

  /** What commands see, for whoever asks without a connection: as if nobody did. */
  context(): CommandContext {
    const { runtime, facts, sockets, sessions } = this.#around();
    return { runtime, facts, sockets, sessions, session: NOBODY, words: [], payload: undefined };
  }

  #around(): SessionSurroundings {
    const sessions = { [Symbol.iterator]: () => this.#sessions.keys() };
    return { runtime: this.#runtime, facts: this.#facts, sessions, sockets: this.#sockets };
  }

  #accept({ socket, listener }: Waiting): void {
    const runtime = this.#runtime;
    const port = {
      write: (text: string): void => {
        socket.write(text, 'latin1');
      },
      offer: (text: string): boolean => {
        if (socket.writableLength > MOST_OFFERED) return false;
        socket.write(text, 'latin1');
        return true;
      },
      end: (): void => {
        socket.end();
      },
    };
    const session: ApiSession = new ApiSession(this.#around(), port, {
      serial: this.#serial++,
      level: listener.level,
      timeoutMs: runtime.model.global.statsTimeoutMs,
      nowMs: runtime.reactor.refresh(),
    });
    this.#sessions.set(session, socket);
    listener.sessions++;
    socket.setEncoding('latin1');
    const silence = new SilenceTimer(runtime.reactor, socket);
    silence.restart(session.timeoutMs);
    socket.on('data', (text) => {
      if (session.ended) {
        return;
      }
      // Node's turn, not the reactor's: its clock may be old.
      runtime.reactor.refresh();
      // In one piece: whoever reads the answer is woken once.
      socket.cork();
      session.receive(text.toString());
      socket.uncork();
      if (session.following) silence.stop();
      else silence.restart(session.timeoutMs);
    });
    socket.on('drain', () => {
      if (!session.following) silence.restart(session.timeoutMs);
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      silence.stop();
      session.leave();
      this.#sessions.delete(session);
      listener.sessions--;
      this.#admitWaiting();
    });
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
    for (const { socket } of this.#waiting) {
      socket.destroy();
    }
    this.#waiting.clear();
    for (const socket of this.#sessions.values()) {
      socket.destroy();
    }
    this.#sessions.clear();
  }
}

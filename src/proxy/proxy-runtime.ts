/**
 * Everything that serves a configuration: proxies, servers, listeners, streams, limits. Built from a model, bound (as root if
 * need be), then run; stopped softly (streams finish) or at once.
 */
import type { BindModel, Model } from '../config/model.ts';
import { startChecks } from '../health/check-runner.ts';
import { Http1Head } from '../http/h1-head.ts';
import type { Reactor } from '../loop/reactor.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import { ChunkPool } from '../net/chunk.ts';
import type { Connection } from '../net/connection.ts';
import type { ConnectionContext, ConnectionUser } from '../net/connection-user.ts';
import { closeListenSockets, type ListenFault, listenBacklog, openListenSockets } from '../net/listen-sockets.ts';
import { MOST_AHEAD, ReceiveBatch } from '../net/receive-batch.ts';
import { MOST_MESSAGES, SendBatch } from '../net/send-batch.ts';
import { LogSender } from '../net/syslog.ts';
import { LogOutlets } from '../net/syslog-outlets.ts';
import { SampleEnvironment } from '../sample/context.ts';
import { localDate } from '../sample/log-text.ts';
import { PatternReferences } from '../sample/pattern-references.ts';
import { setProcessVariable } from '../sample/process-variables.ts';
import { RECEIVE, SEND, SocketRing } from '../sys/socket-ring.ts';
import { type CapturedError, captureInput } from './captured-error.ts';
import { RateCounter } from './counters.ts';
import { FrontendListener } from './frontend-listener.ts';
import type { LogWatch } from './log-watch.ts';
import { Proxy } from './proxy.ts';
import { buildServers } from './server-building.ts';
import { checked } from './server-transitions.ts';
import type { Service } from './service.ts';
import type { Stream } from './stream.ts';
import { countBytes, countOutcome } from './stream-counts.ts';

/** Descriptors kept aside for everything that is not a connection: logs, checks, the runtime API, files. */
const RESERVED_DESCRIPTORS = 64;
/** Different exceptions that are told. */
const FAULTS_TOLD = 32;

/** A rest: after so many requests, at most so many batches of events within so many ms. */
const WORK_BEFORE_REST = 1000;
const REST_BATCHES = 20;
const REST_MS = 1000;

export interface RuntimeLimits {
  /** RLIMIT_NOFILE in force. */
  readonly descriptors: number;
  readonly nowWallMs: () => number;
  /** What HAProxy says on stderr while it runs: a server went down, a log socket failed. */
  readonly onMessage: (severity: 'alert' | 'warning', text: string) => void;
}

/** Why a bind line cannot serve, with its place for the message. */
export interface BindFailure {
  readonly proxy: Proxy;
  readonly bind: BindModel;
  readonly fault: ListenFault;
}

export class ProxyRuntime implements TimerOwner {
  readonly model: Model;
  readonly reactor: Reactor;
  readonly environment: SampleEnvironment;
  readonly context: ConnectionContext;
  readonly bufferSize: number;
  readonly headLimit: number;
  readonly proxies: Proxy[] = [];
  readonly backendsByName = new Map<string, Proxy>();
  readonly listeners: FrontendListener[] = [];
  /** What `use-service` may name. */
  readonly services = new Map<string, Service>();
  readonly fullListeners = new Set<FrontendListener>();
  readonly nowWallMs: () => number;
  readonly onMessage: RuntimeLimits['onMessage'];
  /** Receives no events that matter: what a connection has between accept and its stream's start. */
  readonly unassigned: ConnectionUser = { onInput() {}, onDrained() {}, onConnected() {}, onFailure() {} };

  /** May be changed by `set maxconn global`. */
  maxconn: number;
  /** Connections and sessions a second, 0: no limit. */
  maxConnectionRate: number;
  maxSessionRate: number;
  #wallBatch = -1;
  #wallMs = 0;
  readonly startedMs: number;
  readonly startedWallMs: number;
  connections = 0;
  connectionsMax = 0;
  connectionsTotal = 0;
  requestsTotal = 0;
  bytesOutTotal = 0;
  acceptFailures = 0;
  /** Exceptions that should not be. */
  faults = 0;
  readonly #faultsTold = new Set<string>();
  readonly connectionRate = new RateCounter();
  readonly sessionRate = new RateCounter();
  firstStream: Stream | null = null;
  lastStream: Stream | null = null;
  /**
   * The stream that ended last. It keeps the shape of streams and connections alive through a collection while none is
   * open: V8 would throw away all code compiled for them, and a second of full load would pass before it is fast again.
   */
  endedStream: Stream | null = null;
  /** Set while somebody looks at the log through the runtime API. */
  logWatch: LogWatch | null = null;
  stopping = false;
  /** The last invalid request and response of each proxy. */
  readonly errors = new Map<string, CapturedError>();
  errorEvents = 0;
  /** Called when the last stream ended while stopping. */
  onQuiet: (() => void) | null = null;
  /** Called once when little happens after the start, and after much has: the time to tidy up what is left of it. */
  onRest: (() => void) | null = null;

  /** Heads in use. */
  headsLent = 0;
  readonly #heads: Http1Head[] = [];
  readonly #countsRunning: boolean;
  /** Proxies that go on accepting for their `grace` after a soft stop. */
  #inGrace = 0;
  #stopChecks: (() => void) | null = null;
  #serial = 0;
  readonly #purgeTimer: Timer = new Timer(this);
  readonly #resumeTimer: Timer = new Timer(this);
  readonly #restTimer: Timer = new Timer(this);
  /** Value of requestsTotal from which on a rest is worth waiting for; Infinity while it is waited for. */
  #workedFrom = WORK_BEFORE_REST;
  #lastBatches = 0;

  constructor(model: Model, reactor: Reactor, limits: RuntimeLimits) {
    this.model = model;
    this.maxConnectionRate = model.global.maxConnectionRate;
    this.maxSessionRate = model.global.maxSessionRate;
    this.reactor = reactor;
    this.nowWallMs = limits.nowWallMs;
    this.onMessage = limits.onMessage;
    this.bufferSize = model.global.tune.bufsize;
    this.environment = new SampleEnvironment(model.global.tune.variables);
    this.environment.patterns = new PatternReferences(model.patternReferences);
    this.environment.surroundings = this;
    for (const variable of model.global.variables) setProcessVariable(variable, this.environment, 'CFG');
    this.headLimit = this.bufferSize - model.global.tune.maxrewrite;
    const chunks = new ChunkPool(this.bufferSize);
    const outgoing = new SendBatch(reactor, SocketRing.open(MOST_MESSAGES, SEND));
    const incoming = new ReceiveBatch(SocketRing.open(MOST_AHEAD, RECEIVE), chunks);
    reactor.lookAhead = incoming;
    this.context = { reactor, chunks, outgoing, incoming };
    this.startedMs = reactor.nowMs;
    this.#countsRunning = model.proxies.some((proxy) => proxy.frontend && proxy.options.contstats);
    this.startedWallMs = limits.nowWallMs();
    this.maxconn = model.global.maxconn ?? Math.max(1, Math.floor((limits.descriptors - RESERVED_DESCRIPTORS) / 2));
    for (const proxyModel of model.proxies) {
      const maxconn = proxyModel.frontend ? (proxyModel.maxconn ?? this.maxconn) : 0;
      this.proxies.push(new Proxy(this, proxyModel, maxconn, this.#fullconn(proxyModel.name)));
    }
    for (const proxy of this.proxies) buildServers(proxy);
    for (const proxy of this.proxies) {
      if (proxy.model.backend && !this.backendsByName.has(proxy.name)) this.backendsByName.set(proxy.name, proxy);
    }
    const find = (name: string) => this.findBackend(name);
    for (const proxy of this.proxies) proxy.connect(find);
  }

  /** `fullconn`, or a tenth of what the frontends that lead to the backend accept (manual, `fullconn`). */
  #fullconn(name: string): number {
    let sum = 0;
    for (const proxy of this.model.proxies) {
      if (proxy.name === name && proxy.backend && proxy.fullconn !== undefined) return proxy.fullconn;
      if (!proxy.frontend) continue;
      const leads =
        proxy.name === name || proxy.defaultBackend === name || proxy.useBackends.some((rule) => rule.backend === name);
      if (leads) sum += proxy.maxconn ?? this.maxconn;
    }
    return Math.max(1, Math.floor(sum / 10));
  }

  findBackend(name: string): Proxy | null {
    return this.proxies.find((proxy) => proxy.name === name && proxy.model.backend) ?? null;
  }

  findFrontend(name: string): Proxy | null {
    return this.proxies.find((proxy) => proxy.name === name && proxy.model.frontend) ?? null;
  }

  // -- start and stop

  /** Opens all listening sockets. Returns what is to be said about them; nothing is accepted yet. Call again to retry. */
  bind(): readonly BindFailure[] {
    const failures: BindFailure[] = [];
    for (const proxy of this.proxies) {
      if (!proxy.model.frontend || proxy.model.disabled) continue;
      const { backlog, maxconn, options } = proxy.model;
      // Numbers count on from the last listener's, around those that were asked for.
      const taken = new Set(proxy.model.binds.map((bind) => bind.id));
      let next = 1;
      for (const bind of proxy.model.binds) {
        const opened = openListenSockets(bind, listenBacklog(bind, backlog, maxconn), {
          noLinger: options.nolinger,
          reusePort: this.model.global.reusePort,
          noQuickAck: options.tcpSmartAccept,
        });
        for (const fault of opened.faults) failures.push({ proxy, bind, fault });
        for (const socket of opened.sockets) {
          while (bind.id === undefined && taken.has(next)) next++;
          const listener = new FrontendListener(proxy, bind, socket.fd, socket.address, bind.id ?? next);
          next++;
          proxy.listeners.push(listener);
          this.listeners.push(listener);
        }
      }
    }
    return failures;
  }

  /** Closes what `bind` opened, to try again. */
  unbind(): void {
    closeListenSockets(this.listeners.map(({ fd, address }) => ({ fd, address, inherited: false })));
    this.listeners.length = 0;
    for (const proxy of this.proxies) proxy.listeners.length = 0;
  }

  /** The time for log lines, milliseconds since 1970: as `reactor.nowMs`, it is read once a batch of events. */
  logWallMs(): number {
    const { batches, working } = this.reactor;
    if (!working) return this.nowWallMs();
    if (batches !== this.#wallBatch) {
      this.#wallBatch = batches;
      this.#wallMs = this.nowWallMs();
    }
    return this.#wallMs;
  }

  /** Opens the log targets. Call before privileges are dropped: sockets below a chroot cannot be reached afterwards. */
  openLogs(): void {
    const { logTag, logHostname } = this.model.global;
    const outlets = new LogOutlets(this.reactor, (message) => this.onMessage('alert', message));
    for (const proxy of this.proxies) {
      const { logTargets } = proxy.model;
      if (logTargets.length === 0) continue;
      const identity = { tag: proxy.model.logTag ?? logTag ?? 'haproxy', pid: process.pid, hostname: logHostname };
      proxy.openLog(new LogSender(logTargets, identity, outlets, () => this.logWallMs()));
    }
  }

  /** Begins to accept and to check servers. */
  run(): void {
    this.reactor.onFault = (error) => this.reportFault(error);
    for (const listener of this.listeners) listener.start();
    this.#awaitRest();
    const checks = this.proxies.flatMap((proxy) =>
      proxy.model.disabled ? [] : proxy.servers.flatMap((server) => server.check ?? []),
    );
    if (checks.length === 0) return;
    const { spreadChecksPercent, maxSpreadChecksMs } = this.model.global;
    const settings = { spreadChecksPercent, maxSpreadChecksMs, bufsize: this.bufferSize };
    this.#stopChecks = startChecks(checks, settings, this.reactor, { onChecked: checked });
  }

  /** Stops accepting; streams go on until they end, then `onQuiet`. */
  softStop(): void {
    if (this.stopping) return;
    this.stopping = true;
    for (const proxy of this.proxies) {
      const { graceMs } = proxy.model;
      if (graceMs === 0 || proxy.listeners.length === 0) this.stopProxy(proxy);
      else {
        this.#inGrace++;
        setTimeout(() => {
          this.#inGrace--;
          this.stopProxy(proxy);
          this.#tellIfQuiet();
        }, graceMs);
      }
    }
    this.#tellIfQuiet();
  }

  /** Closes a proxy's listeners for good and lets its idle clients go. */
  stopProxy(proxy: Proxy): void {
    if (proxy.stopped && proxy.listeners.length === 0) return;
    for (const listener of proxy.listeners) listener.takeWaiting();
    proxy.stopped = true;
    for (const listener of proxy.listeners) listener.stop();
    this.eachStream((stream) => {
      if (stream.frontend === proxy) stream.stopIfIdle();
    });
    for (const server of proxy.servers) server.closeIdle();
  }

  /** Closes everything now. */
  stop(): void {
    for (const proxy of this.proxies) {
      proxy.stopped = true;
    }
    this.stopping = true;
    this.#stopChecks?.();
    this.#stopChecks = null;
    for (const listener of this.listeners) listener.stop();
    this.eachStream((stream) => stream.destroy());
    for (const proxy of this.proxies) for (const server of proxy.servers) server.closeIdle();
    this.reactor.timers.cancel(this.#purgeTimer);
    this.reactor.timers.cancel(this.#resumeTimer);
    this.reactor.timers.cancel(this.#restTimer);
  }

  // -- streams

  nextSerial(): number {
    return this.#serial++;
  }

  addStream(stream: Stream): void {
    stream.previousStream = this.lastStream;
    if (this.lastStream === null) this.firstStream = stream;
    else this.lastStream.nextStream = stream;
    this.lastStream = stream;
  }

  removeStream(stream: Stream): void {
    const { previousStream: previous, nextStream: next } = stream;
    if (previous === null) this.firstStream = next;
    else previous.nextStream = next;
    if (next === null) this.lastStream = previous;
    else next.previousStream = previous;
    stream.previousStream = null;
    stream.nextStream = null;
    this.endedStream = stream;
    this.connections--;
    if (this.fullListeners.size > 0) for (const listener of this.fullListeners) listener.resume();
    if (this.stopping) this.#tellIfQuiet();
  }

  /** Visits every stream; the visitor may end the one it is given. */
  eachStream(visit: (stream: Stream) => void): void {
    for (let stream = this.firstStream; stream !== null; ) {
      const next: Stream | null = stream.nextStream;
      visit(stream);
      stream = next;
    }
  }

  #tellIfQuiet(): void {
    if (this.firstStream === null && this.#inGrace === 0 && this.onQuiet !== null) {
      const tell = this.onQuiet;
      this.onQuiet = null;
      tell();
    }
  }

  get full(): boolean {
    return this.connections >= this.maxconn;
  }

  connectionOpened(nowMs: number): void {
    this.connections++;
    this.connectionsTotal++;
    if (this.connections > this.connectionsMax) this.connectionsMax = this.connections;
    this.connectionRate.hit(nowMs);
  }

  countAcceptFailure(): void {
    this.acceptFailures++;
  }

  /** Full listeners try again after a while (no descriptor or memory was left). */
  resumeLater(afterMs: number): void {
    const at = this.reactor.nowMs + afterMs;
    if (!this.#resumeTimer.armed || this.#resumeTimer.deadlineMs > at) this.reactor.timers.arm(this.#resumeTimer, at);
  }

  /** Some server keeps idle connections: they are looked after. */
  idleConnectionKept(delayMs: number): void {
    if (!this.#purgeTimer.armed && delayMs > 0) {
      this.reactor.timers.arm(this.#purgeTimer, this.reactor.nowMs + delayMs);
    }
  }

  onTimer(timer: Timer): void {
    if (timer === this.#resumeTimer) {
      for (const listener of this.fullListeners) listener.resume();
      return;
    }
    if (timer === this.#restTimer) {
      this.#rest();
      return;
    }
    let delay = 0;
    for (const proxy of this.proxies) {
      for (const server of proxy.servers) {
        if (server.pool.length === 0) continue;
        server.pool.purge();
        if (server.pool.length > 0) delay = Math.max(delay, server.model.poolPurgeDelayMs);
      }
    }
    this.context.chunks.trim(64);
    if (delay > 0) this.idleConnectionKept(delay);
  }

  /** So many descriptors are open that idle connections are kept only where they are needed, or not at all. */
  get descriptorsLow(): boolean {
    return this.reactor.watched >= this.#descriptorShare(this.model.global.tune.poolLowFdRatio);
  }

  get descriptorsScarce(): boolean {
    return this.reactor.watched >= this.#descriptorShare(this.model.global.tune.poolHighFdRatio);
  }

  #descriptorShare(percent: number): number {
    return ((2 * this.maxconn + RESERVED_DESCRIPTORS) * percent) / 100;
  }

  #awaitRest(): void {
    this.#workedFrom = Number.POSITIVE_INFINITY;
    this.#lastBatches = this.reactor.batches;
    this.reactor.timers.arm(this.#restTimer, this.reactor.nowMs + REST_MS);
  }

  #rest(): void {
    if (this.reactor.batches - this.#lastBatches > REST_BATCHES) {
      this.#awaitRest();
      return;
    }
    this.#workedFrom = this.requestsTotal + WORK_BEFORE_REST;
    this.context.chunks.trim(0);
    this.onRest?.();
  }

  // -- heads

  takeHead(): Http1Head {
    this.headsLent++;
    return this.#heads.pop() ?? new Http1Head();
  }

  giveHead(head: Http1Head): void {
    this.headsLent--;
    if (this.#heads.length < 256) this.#heads.push(head);
  }

  // -- decisions

  /** The backend for a stream: the first use_backend rule that holds, else default_backend, else the proxy itself. */
  chooseBackend(stream: Stream): Proxy {
    const frontend = stream.frontend;
    if (stream.firstBackend !== null && stream.requestsDone === 0) return stream.firstBackend;
    return frontend.backendRules?.(stream) ?? frontend.defaultBackend ?? frontend;
  }

  // -- counters

  /** Brings the byte counters up to date where `option contstats` wants that. Call before they are read or cleared. */
  countRunningBytes(): void {
    if (!this.#countsRunning) return;
    this.eachStream((stream) => {
      if (!stream.frontend.model.options.contstats || !stream.backendCounted || stream.closeMs >= 0) return;
      const { bytesIn, bytesOut, requestRelay, responseRelay } = stream;
      this.bytesOutTotal += countBytes(stream, bytesIn + requestRelay.counted, bytesOut + responseRelay.counted);
    });
  }

  /** A request (or TCP session) ended: status and times of everything that took part. */
  countEnd(stream: Stream): void {
    if (++this.requestsTotal >= this.#workedFrom) this.#awaitRest();
    countOutcome(stream);
  }

  /** When a stream's connection was accepted, as log lines show it. */
  acceptDate(stream: Stream): string {
    return localDate(this.nowWallMs() - (this.reactor.nowMs - stream.acceptMs));
  }

  /** A bug of ours: said once with its stack, counted each time. Whoever met it ends, the rest goes on. */
  reportFault(error: unknown): void {
    this.faults++;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (this.#faultsTold.size >= FAULTS_TOLD || this.#faultsTold.has(text)) return;
    this.#faultsTold.add(text);
    this.onMessage('alert', `Internal error, the process goes on without what met it: ${text}`);
  }

  /** Keeps what was wrong for `show errors`. */
  captureError(stream: Stream, kind: 'request' | 'response', from: Connection, reason: string): void {
    const captured = captureInput(stream, kind, from, reason, this.errorEvents++);
    this.errors.set(`${captured.proxy.id}/${kind}`, captured);
  }
}

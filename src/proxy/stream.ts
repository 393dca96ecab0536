/**
 * One stream: a client's connection, the request on it, the server found for it, the response. For a TCP proxy a stream
 * is the life of the connection; for HTTP the object serves one request after another of a kept-alive connection.
 *
 * It holds the state and routes events; what is done with a head or a server stands in `http-request.ts`,
 * `http-response.ts`, `server-link.ts` and `local-reply.ts`. Times are loop milliseconds, -1 = not reached.
 *
 *   client --onInput--> head --rules--> server-link --> server
 *   client <--relay---- body <-------- http-response <--onInput-- server
 */
import type { Http1Head } from '../http/h1-head.ts';
import type { Deferred } from '../loop/reactor.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import type { Connection } from '../net/connection.ts';
import type { ConnectionUser } from '../net/connection-user.ts';
import type { InputView, SampleContext } from '../sample/context.ts';
import { SessionVariables } from '../sample/variables.ts';
import type { BodyView, ProxyHeaderView, StreamView } from '../sample/views.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import { bodyView } from './body-view.ts';
import { beginCaptures, type Slots } from './captures.ts';
import { clientBroke, clientInput, clientLeft, readHead } from './client-side.ts';
import { CLI_ABRT, raise, SCUR, SMAX } from './counters.ts';
import type { FrontendListener } from './frontend-listener.ts';
import { continueRequest, processRequest } from './http-request.ts';
import { continueResponse, readResponse } from './http-response.ts';
import { viewInput } from './input-view.ts';
import type { Proxy } from './proxy.ts';
import type { ProxyRuntime } from './proxy-runtime.ts';
import type { Waiting } from './queue.ts';
import type { Server } from './server.ts';
import {
  connectFailed,
  connectionReady,
  phaseTimedOut,
  proceedOnPlace,
  releaseServer,
  startConnecting,
} from './server-link.ts';
import { serverBroke, serverInput } from './server-side.ts';
import { countAbort, countBackendSession } from './stream-counts.ts';
import {
  awaitRequest,
  crash,
  destroy,
  endTransaction,
  failWith,
  finish,
  finishClosing,
  finishLog,
  kill,
  stopIfIdle,
} from './stream-end.ts';
import { StreamFields } from './stream-fields.ts';
import { logConnect } from './stream-log.ts';
import { afterRequestPump, afterResponsePump, pumpRequest, pumpResponse } from './stream-relay.ts';
import * as is from './stream-states.ts';
import { clientDeadline, clientTimedOut, serverDeadline, serverTimedOut } from './stream-timeouts.ts';
import { beginTcp, continueInspection, giveUpInspection } from './tcp-rules-content.ts';
import { admitSession } from './tcp-rules-request.ts';
import { continueResponseInspection } from './tcp-rules-response.ts';
import { uniqueIdOf } from './unique-id.ts';

export class Stream
  extends StreamFields
  implements ConnectionUser, TimerOwner, Deferred, Waiting, SampleContext, StreamView
{
  readonly runtime: ProxyRuntime;
  readonly frontend: Proxy;
  readonly listener: FrontendListener;
  readonly client: Connection;
  readonly serial: number;

  backend: Proxy;
  /** Of a TCP frontend: from when on it is served as HTTP. */
  isHttp: boolean;
  private placeGiven = false;
  private resumeQueued = false;
  acceptMs: number;
  readonly timer = new Timer(this);

  constructor(runtime: ProxyRuntime, listener: FrontendListener, client: Connection) {
    super();
    this.runtime = runtime;
    this.listener = listener;
    this.frontend = listener.frontend;
    this.backend = listener.frontend;
    this.client = client;
    this.serial = runtime.nextSerial();
    this.isHttp = listener.frontend.model.mode === 'http';
    this.acceptMs = runtime.reactor.nowMs;
  }

  get nowMs(): number {
    return this.runtime.reactor.nowMs;
  }

  // -- SampleContext

  get request(): Http1Head | null {
    return this.requestHead;
  }

  get response(): Http1Head | null {
    return this.responseHead;
  }

  get clientAddress(): SocketAddress | null {
    return this.rules.source ?? this.client.peer;
  }

  /** Where the client connected to, or what rules made of it. */
  get clientDestination(): SocketAddress | null {
    return this.rules.destination ?? this.client.local();
  }

  /** Raw bytes: none are kept for fetches once a message is parsed or forwarded. */
  get requestInput(): InputView | null {
    return this.isHttp ? null : viewInput(this.client);
  }

  get responseInput(): InputView | null {
    return this.isHttp || this.server === null ? null : viewInput(this.server);
  }

  mayWait = false;

  get stream(): this {
    return this;
  }

  get requestBody(): BodyView | null {
    return bodyView(this.requestHead, this.client, this.requestRelay);
  }

  get responseBody(): BodyView | null {
    return bodyView(this.responseHead, this.server, this.responseRelay);
  }

  /** What the PROXY protocol said of the client besides addresses; null: it was not used. */
  proxyHeader: ProxyHeaderView | null = null;

  /** What `capture` lines and actions kept; null: nothing. */
  requestCaptures: Slots | null = null;
  responseCaptures: Slots | null = null;
  /** Our end of the connection to the server that was given back, where a log line tells it. */
  serverSource: SocketAddress | null = null;
  /** Captured cookies, `name=value`. */
  clientCookie: string | null = null;
  serverCookie: string | null = null;
  /** The ID of unique-id-format, once it was made. */
  madeUniqueId: string | null = null;
  /** The head of a request was complete, or a TCP stream began: errors before that are logged by `error-log-format`. */
  requestSeen = false;

  get uniqueId(): string | null {
    return uniqueIdOf(this);
  }

  /** Those in use; see `variables`. */
  ownVariables: SessionVariables | null = null;

  /** Null: the configuration knows no variables of sessions or requests. */
  get variables(): SessionVariables | null {
    const names = this.runtime.environment.variables;
    if (this.ownVariables === null && names.concernStreams) this.ownVariables = new SessionVariables(names);
    return this.ownVariables;
  }

  // -- life

  /** After accept (and the PROXY header): begins to serve. */
  start(): void {
    try {
      this.client.user = this;
      if (this.frontend.tcpRules !== null && !admitSession(this)) return;
      this.listener.countSession(this.nowMs);
      this.variables?.beginRequest();
      beginCaptures(this);
      this.requestSeen = !this.isHttp;
      if (this.isHttp) this.startHttp();
      else {
        logConnect(this);
        beginTcp(this);
      }
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  /** A first request is awaited. */
  startHttp(): void {
    const timeouts = this.frontend.model.timeouts;
    this.phaseExpiry = this.nowMs + (timeouts.httpRequest ?? timeouts.client ?? Number.POSITIVE_INFINITY);
    this.client.startReading();
  }

  /** Counts the stream with its backend. */
  useBackend(backend: Proxy): void {
    this.backend = backend;
    if (this.backendCounted) return;
    this.backendCounted = true;
    raise(backend.backendCounters, SCUR, SMAX);
    countBackendSession(this);
  }

  // -- client events

  onInput(connection: Connection): void {
    try {
      if (connection === this.client) clientInput(this);
      else serverInput(this);
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  /** The client left while a server works for it. */
  clientLeft(): void {
    clientLeft(this);
  }

  countClientAbort(): void {
    countAbort(this, CLI_ABRT);
  }

  // -- relaying

  pumpRequest(): void {
    pumpRequest(this);
  }

  afterRequestPump(code: number): void {
    afterRequestPump(this, code);
  }

  pumpResponse(): void {
    pumpResponse(this);
  }

  afterResponsePump(code: number): void {
    afterResponsePump(this, code);
  }

  /** When the client must have done something, ms; what applies depends on tunnel and half-closed states. */
  clientDeadline(now: number): number {
    return clientDeadline(this, now);
  }

  serverDeadline(now: number): number {
    return serverDeadline(this, now);
  }

  /** Both directions are relayed without looking (TCP, WebSocket, CONNECT). */
  inTunnel = false;

  /** A client that leaves is noticed while the server works (`option abortonclose` on both sides, as in HAProxy 2.6). */
  get watchesClient(): boolean {
    return this.backend.model.options.abortonclose && this.frontend.model.options.abortonclose;
  }

  // -- server events

  onConnected(connection: Connection): void {
    try {
      if (connection === this.server) connectionReady(this);
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  onDrained(connection: Connection): void {
    try {
      if (this.closing) {
        if (connection === this.client) this.finishClosing();
        return;
      }
      if (connection === this.client) {
        if (this.responseState === is.RESPONSE_BODY || this.responseState === is.RESPONSE_TUNNEL) this.pumpResponse();
        else if (this.responseState === is.RESPONSE_HEAD && this.server !== null) {
          // Interim responses were held up.
          if (this.server.inputLength > 0 || this.server.readEnded) readResponse(this, this.server);
          if (!this.closed && this.responseState === is.RESPONSE_HEAD) this.server?.startReading();
        } else if (this.requestState === is.REQUEST_IDLE && this.requestsDone > 0) awaitRequest(this);
      } else if (this.requestState === is.REQUEST_BODY || this.requestState === is.REQUEST_TUNNEL) this.pumpRequest();
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  onFailure(connection: Connection): void {
    try {
      if (connection === this.client) clientBroke(this);
      else if (this.serverState === is.SERVER_CONNECTING) connectFailed(this, false);
      else this.serverBroke();
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  serverBroke(): void {
    serverBroke(this);
  }

  // -- time

  /** Makes sure the timer fires no later than the earliest expiry; a later one is found when it fires. */
  armTimer(): void {
    if (this.closed) return;
    const first = Math.min(this.phaseExpiry, this.clientExpiry, this.serverExpiry);
    if (first === Number.POSITIVE_INFINITY) return;
    if (!this.timer.armed || this.timer.deadlineMs > first) this.runtime.reactor.timers.arm(this.timer, first);
  }

  onTimer(_timer: Timer, now: number): void {
    try {
      if (now >= this.phaseExpiry) {
        this.phaseExpiry = Number.POSITIVE_INFINITY;
        if (this.closing) this.destroy();
        else if (this.inspection !== null) continueInspection(this);
        else if (this.responseInspection !== null) continueResponseInspection(this);
        else phaseTimedOut(this);
      } else if (now >= this.serverExpiry && (this.isHttp || now < this.clientExpiry)) {
        this.serverExpiry = Number.POSITIVE_INFINITY;
        serverTimedOut(this);
      } else if (now >= this.clientExpiry) {
        this.clientExpiry = Number.POSITIVE_INFINITY;
        if (this.inspection !== null) giveUpInspection(this, is.CAUSE_CLIENT_TIMEOUT);
        else clientTimedOut(this);
      }
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  // -- queue

  /** A place on `server` is ours; we go on after the present events. */
  placeFound(server: Server): void {
    this.queued = false;
    this.target = server;
    this.place = server;
    server.take();
    this.placeGiven = true;
    this.resumeLater();
  }

  /** Asks for another look after the present events: a place was found, a pipelined request waits. */
  resumeLater(): void {
    if (this.resumeQueued) return;
    this.resumeQueued = true;
    this.runtime.reactor.defer(this);
  }

  runDeferred(): void {
    try {
      this.resumeQueued = false;
      if (this.closed) return;
      if (this.placeGiven) {
        this.placeGiven = false;
        if (this.serverState === is.SERVER_QUEUED) proceedOnPlace(this);
      } else if (this.requestState === is.REQUEST_IDLE && !this.closing && this.client.pendingLength === 0)
        readHead(this);
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  // -- steps that files take in turn which know each other only through the stream

  readHead(): void {
    readHead(this);
  }

  processRequest(head: Http1Head): void {
    processRequest(this, head);
  }

  continueRequest(): void {
    continueRequest(this);
  }

  startConnecting(): void {
    startConnecting(this);
  }

  continueResponse(): void {
    continueResponse(this);
  }

  /** Lets go of the server's connection: kept for others, or closed (`reset`: without a farewell). */
  releaseServer(keep: boolean, reset = true): void {
    releaseServer(this, keep, reset);
  }

  // -- the end

  /** Notes why and where it ended; the first reason stays. */
  end(cause: number, at: number): void {
    if (this.cause === is.CAUSE_NONE) this.cause = cause;
    if (this.at === is.AT_NONE) this.at = at;
  }

  /** Answers with an error if nothing was answered yet, and closes. */
  failWith(status: number): void {
    failWith(this, status);
  }

  /** Request and response are complete: log, give back the server's connection, wait for the next request or close. */
  endTransaction(): void {
    endTransaction(this);
  }

  /** Ends the stream now: log, release, close both sides. */
  finish(): void {
    finish(this);
  }

  /** Writes the log line and the counters of the request, once. */
  finishLog(): void {
    finishLog(this);
  }

  dropRequestHead(): void {
    if (this.requestHead !== null) {
      this.runtime.giveHead(this.requestHead);
      this.requestHead = null;
    }
  }

  finishClosing(): void {
    finishClosing(this);
  }

  /** Lets go of everything. */
  destroy(): void {
    destroy(this);
  }

  /** A bug of ours: this stream alone ends, as if its connections had broken. */
  crash(error: unknown): void {
    crash(this, error);
  }

  /** The frontend stops: a client between two requests is let go. */
  stopIfIdle(): void {
    stopIfIdle(this);
  }

  /** `shutdown session`: cut off where it is. */
  kill(cause: number): void {
    kill(this, cause);
  }
}

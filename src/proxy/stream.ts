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
import { COMPLETE as HEAD_COMPLETE, NEED_MORE } from '../http/h1-verdict.ts';
import type { HeaderLine } from '../http/h1-header-line.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import type { Deferred } from '../loop/reactor.ts';
import type { Connection, ConnectionUser } from '../net/connection.ts';
import type { SampleContext } from '../sample/context.ts';
import { peerAddress } from '../sys/socket.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import { countBytes } from './byte-counts.ts';
import { CLI_ABRT, EINT, SCUR, SMAX, raise } from './counters.ts';
import type { ClientServers } from './client-servers.ts';
import type { FrontendListener } from './frontend-listener.ts';
import { processRequest, rejectRequest } from './http-request.ts';
import { readResponse, responseTimedOut, serverEndedEarly } from './http-response.ts';
import { closeWithError } from './local-reply.ts';
import type { Proxy } from './proxy.ts';
import type { ProxyRuntime } from './proxy-runtime.ts';
import type { Waiting } from './queue.ts';
import { BLOCKED, BROKEN, COMPLETE, INVALID, MORE, Relay, TRUNCATED, UNTIL_CLOSE } from './relay.ts';
import type { Server } from './server.ts';
import {
  connectFailed,
  connectionReady,
  leaveQueue,
  phaseTimedOut,
  proceedOnPlace,
  releaseServer,
  startConnecting,
} from './server-link.ts';
import { logConnect, logStream } from './stream-log.ts';
import * as is from './stream-states.ts';

/** How long a closed client may still send before it is cut off, when no timeout says otherwise; ms. */
const LINGER_MS = 5000;

export class Stream implements ConnectionUser, TimerOwner, Deferred, Waiting, SampleContext {
  readonly runtime: ProxyRuntime;
  readonly frontend: Proxy;
  readonly listener: FrontendListener;
  readonly client: Connection;
  readonly serial: number;

  // Doubly linked list of all streams (`show sess`).
  previousStream: Stream | null = null;
  nextStream: Stream | null = null;
  // Links of the queue it waits in.
  previousWaiting: Waiting | null = null;
  nextWaiting: Waiting | null = null;
  waitingSinceMs = 0;
  waitingOrder = 0;
  waitingIndex = 0;
  /** It stands in a queue; false again as soon as a place was found. */
  queued = false;
  /** The server in whose own queue it waits; null: in the backend's. */
  waitingFor: Server | null = null;
  /** How many left the queues since it began to wait (`%sq`, `%bq`). */
  serverQueuePosition = 0;
  backendQueuePosition = 0;

  backend: Proxy;
  backendCounted = false;
  target: Server | null = null;
  /** The server whose place it holds. */
  place: Server | null = null;
  server: Connection | null = null;
  sessionCounted = false;
  /** Server connections for this client's requests only, while none uses them (`http-reuse never`). */
  ownServers: ClientServers | null = null;
  /** The connection was used before (`http-reuse`). */
  reused = false;
  sourcePort = 0;

  requestState = is.REQUEST_IDLE;
  responseState = is.RESPONSE_NONE;
  serverState = is.SERVER_NONE;
  requestHead: Http1Head | null = null;
  responseHead: Http1Head | null = null;
  readonly requestRelay = new Relay();
  readonly responseRelay = new Relay();
  readonly isHttp: boolean;

  /** Requests completed on this client connection. */
  requestsDone = 0;
  status = -1;
  cause = is.CAUSE_NONE;
  at = is.AT_NONE;
  clientKeepAlive = false;
  serverKeepAlive = false;
  method = 0;
  requestMinor = 0;
  upgrade = false;
  retries = 0;
  redispatched = false;
  monitored = false;
  silent = false;
  /** The server broke before it had the whole request; what the client still sends of it is thrown away. */
  requestCut = false;
  logged = false;
  /** Some server was asked (its name is logged; before, it is <NOSRV>). */
  backendReached = false;
  /** errno of a connect attempt that failed at once. */
  connectError = 0;
  /** The X-Forwarded-For line of this client, made once. */
  forwardedForName = '';
  forwardedForLine: HeaderLine | null = null;
  /** Kept for the log when something logs. */
  requestLine: string | null = null;
  /** Closed to the client except for what is still on its way. */
  closing = false;
  closed = false;
  private placeGiven = false;
  private resumeQueued = false;

  acceptMs: number;
  handshakeMs = 0;
  idleMs = 0;
  requestMs = -1;
  queueMs = -1;
  connectMs = -1;
  dataMs = -1;
  closeMs = -1;
  /** As HAProxy counts them (see countedSize). */
  bytesIn = 0;
  bytesOut = 0;
  /** How many of them the statistics have already. */
  countedIn = 0;
  countedOut = 0;

  readonly timer = new Timer(this);
  /** Phase: head, keep-alive, queue, connect, turn-around, tarpit, linger. */
  phaseExpiry = Number.POSITIVE_INFINITY;
  clientExpiry = Number.POSITIVE_INFINITY;
  serverExpiry = Number.POSITIVE_INFINITY;

  constructor(runtime: ProxyRuntime, listener: FrontendListener, client: Connection) {
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
    return this.client.peer;
  }

  // -- life

  /** After accept (and the PROXY header): begins to serve. */
  start(): void {
    try {
      const now = this.nowMs;
      const timeouts = this.frontend.model.timeouts;
      this.client.user = this;
      if (this.isHttp) {
        this.phaseExpiry = now + (timeouts.httpRequest ?? timeouts.client ?? Number.POSITIVE_INFINITY);
        this.client.startReading();
        this.armTimer();
        return;
      }
      this.requestState = is.REQUEST_TUNNEL;
      this.requestRelay.begin(UNTIL_CLOSE, 0);
      this.responseRelay.begin(UNTIL_CLOSE, 0);
      logConnect(this);
      this.client.startReading();
      this.useBackend(this.runtime.chooseBackend(this));
      startConnecting(this);
      this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  /** Counts the stream with its backend. */
  useBackend(backend: Proxy): void {
    this.backend = backend;
    if (this.backendCounted) return;
    this.backendCounted = true;
    raise(backend.backendCounters, SCUR, SMAX);
    this.runtime.countBackendSession(backend);
  }

  // -- client events

  onInput(connection: Connection): void {
    try {
      if (connection === this.client) this.clientInput();
      else this.serverInput();
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  private clientInput(): void {
    if (this.closing && this.requestState !== is.REQUEST_CLOSED) {
      // Our last words are still on their way: nothing the client says now is listened to.
      this.client.stopReading();
      return;
    }
    switch (this.requestState) {
      case is.REQUEST_IDLE:
      case is.REQUEST_HEAD:
        this.readHead();
        break;
      case is.REQUEST_BODY:
      case is.REQUEST_TUNNEL:
        this.pumpRequest();
        break;
      case is.REQUEST_CLOSED:
        this.client.consume(this.client.inputLength);
        if (this.client.readEnded) this.finishClosing();
        break;
      default:
        // Reading goes on behind a complete request only to see the client leave (`option abortonclose`, tarpit).
        if (this.client.readEnded) this.clientLeft();
        else this.client.stopReading();
    }
  }

  private readHead(): void {
    const client = this.client;
    const input = client.input;
    if (client.inputLength === 0 || input === null) {
      if (client.readEnded) this.clientEndedBeforeRequest();
      return;
    }
    let head = this.requestHead;
    if (head === null) {
      head = this.runtime.takeHead();
      this.requestHead = head;
      head.begin('request', input.bytes, client.inputStart, this.frontend.headOptions);
      this.requestState = is.REQUEST_HEAD;
      const now = this.nowMs;
      this.idleMs = now - this.acceptMs - this.handshakeMs;
      if (this.requestsDone > 0) {
        const limit = this.frontend.model.timeouts.httpRequest ?? this.frontend.model.timeouts.client;
        this.phaseExpiry = limit === undefined ? Number.POSITIVE_INFINITY : now + limit;
      }
    }
    const verdict = head.parse(client.inputEnd);
    if (verdict === HEAD_COMPLETE) {
      if (head.headEnd - client.inputStart > this.runtime.headLimit) rejectRequest(this, 'request head too large');
      else {
        client.stopReading();
        this.phaseExpiry = Number.POSITIVE_INFINITY;
        processRequest(this, head);
      }
    } else if (verdict !== NEED_MORE) rejectRequest(this, head.errorReason);
    else if (client.inputLength >= this.runtime.headLimit) rejectRequest(this, 'request head too large');
    else if (client.readEnded) this.clientEndedBeforeRequest();
    else if (client.inputEnd === input.bytes.length) {
      // The buffer ends before the head may: make room.
      head.rebase(input.bytes, -client.compactInput());
      client.startReading();
    }
  }

  /** The client closed while its request was awaited or incomplete. */
  private clientEndedBeforeRequest(): void {
    if (this.requestState === is.REQUEST_IDLE && this.requestsDone > 0) {
      this.destroy();
      return;
    }
    const counters = this.frontend.frontendCounters;
    const nothing = this.requestState === is.REQUEST_IDLE;
    this.silent ||= nothing && (this.frontend.model.options.dontlognull || this.frontend.model.options.httpIgnoreProbes);
    this.end(is.CAUSE_CLIENT, is.AT_REQUEST);
    this.status = 400;
    if (!(nothing && this.frontend.model.options.httpIgnoreProbes)) {
      this.runtime.countRequestError(this);
      counters[CLI_ABRT] = (counters[CLI_ABRT] as number) + 1;
    }
    this.finishLog();
    if (this.client.error !== 0 || (nothing && this.frontend.model.options.httpIgnoreProbes)) this.destroy();
    else closeWithError(this, 400, true);
  }

  /** The client left while a server works for it. */
  private clientLeft(): void {
    if (this.requestState === is.REQUEST_TARPIT) {
      this.countClientAbort();
      this.end(is.CAUSE_CLIENT, is.AT_TARPIT);
      this.finish();
      return;
    }
    if (this.responseState > is.RESPONSE_HEAD) return;
    this.countClientAbort();
    const where =
      this.serverState === is.SERVER_QUEUED
        ? is.AT_QUEUE
        : this.serverState === is.SERVER_READY
          ? is.AT_HEADERS
          : is.AT_CONNECT;
    if (this.isHttp && where === is.AT_HEADERS) {
      this.end(is.CAUSE_CLIENT, where);
      this.failWith(400);
      return;
    }
    if (where === is.AT_QUEUE) this.queueMs = this.nowMs;
    this.end(is.CAUSE_CLIENT, where);
    this.finish();
  }

  countClientAbort(): void {
    this.runtime.countAbort(this, CLI_ABRT);
  }

  // -- relaying

  pumpRequest(): void {
    const server = this.server;
    if (this.requestCut) {
      this.discardRequest();
      return;
    }
    if (server === null || this.serverState !== is.SERVER_READY) {
      this.waitForServerWithInput();
      return;
    }
    const code = this.requestRelay.pump(this.client, server);
    this.afterRequestPump(code);
  }

  /** The rest of a request that nobody wants any more, up to its end: then the connection can go on. */
  private discardRequest(): void {
    const relay = this.requestRelay;
    const valid = relay.inspect(this.client);
    this.client.consume(relay.ready);
    this.client.makeRoom();
    relay.ready = 0;
    if (!valid) this.afterRequestPump(INVALID);
    else if (relay.endSeen) this.afterRequestPump(COMPLETE);
    else if (this.client.readEnded) this.afterRequestPump(TRUNCATED);
    else {
      this.clientExpiry = this.clientDeadline(this.nowMs);
      this.client.startReading();
    }
  }

  /** Client bytes arrive while the server is not there yet: they wait in the input. */
  private waitForServerWithInput(): void {
    const client = this.client;
    if (client.readEnded && !this.isHttp && client.inputLength === 0) {
      // An end that comes with the server's consent is passed on, as it would be a moment later.
      const server = this.server;
      if (server === null || !server.connecting || peerAddress(server.fd) === null) this.clientLeft();
      else client.stopReading();
    }
    else if (client.readEnded && this.backend.model.options.abortonclose) this.clientLeft();
    else client.stopReading();
  }

  afterRequestPump(code: number): void {
    const now = this.nowMs;
    const client = this.client;
    switch (code) {
      case MORE:
        // While the server owes an answer, its own time runs even if the client is slow to send the rest (HAProxy 2.6).
        this.clientExpiry =
          this.responseState === is.RESPONSE_HEAD ? Number.POSITIVE_INFINITY : this.clientDeadline(now);
        this.serverExpiry =
          this.responseState === is.RESPONSE_DONE ? Number.POSITIVE_INFINITY : this.serverDeadline(now);
        client.startReading();
        break;
      case BLOCKED:
        client.stopReading();
        this.serverExpiry = this.serverDeadline(now);
        if (this.requestState !== is.REQUEST_TUNNEL) this.clientExpiry = Number.POSITIVE_INFINITY;
        break;
      case COMPLETE:
        if (this.requestState === is.REQUEST_TUNNEL) {
          this.requestState = is.REQUEST_CLOSED;
          this.halfClosed();
          return;
        }
        this.requestState = is.REQUEST_DONE;
        this.clientExpiry = Number.POSITIVE_INFINITY;
        if (this.responseState === is.RESPONSE_DONE) {
          this.endTransaction();
          return;
        }
        if (this.responseState === is.RESPONSE_HEAD) this.serverExpiry = this.serverDeadline(now);
        if (this.watchesClient) client.startReading();
        else client.stopReading();
        break;
      case TRUNCATED:
        this.countClientAbort();
        this.end(is.CAUSE_CLIENT, is.AT_DATA);
        this.finish();
        break;
      case INVALID:
        this.runtime.countRequestError(this);
        this.runtime.captureError(this, 'request', client, 'invalid chunk');
        this.end(is.CAUSE_PROXY, this.responseState > is.RESPONSE_HEAD ? is.AT_DATA : is.AT_HEADERS);
        this.failWith(400);
        break;
      case BROKEN:
        this.serverBroke();
        break;
    }
  }

  pumpResponse(): void {
    const server = this.server;
    if (server === null) return;
    const code = this.responseRelay.pump(server, this.client);
    this.afterResponsePump(code);
  }

  afterResponsePump(code: number): void {
    const now = this.nowMs;
    const server = this.server as Connection;
    switch (code) {
      case MORE:
        this.serverExpiry = this.serverDeadline(now);
        this.clientExpiry =
          this.requestState === is.REQUEST_TUNNEL || this.requestState === is.REQUEST_BODY
            ? this.clientDeadline(now)
            : Number.POSITIVE_INFINITY;
        server.startReading();
        break;
      case BLOCKED:
        server.stopReading();
        this.clientExpiry = this.clientDeadline(now);
        if (this.responseState !== is.RESPONSE_TUNNEL) this.serverExpiry = Number.POSITIVE_INFINITY;
        break;
      case COMPLETE:
        if (this.responseState === is.RESPONSE_TUNNEL) {
          this.responseState = is.RESPONSE_DONE;
          this.halfClosed();
          return;
        }
        this.responseState = is.RESPONSE_DONE;
        this.serverExpiry = Number.POSITIVE_INFINITY;
        if (this.requestState === is.REQUEST_DONE) this.endTransaction();
        else this.responseBeforeRequestEnd();
        break;
      case TRUNCATED:
        this.runtime.countServerAbort(this);
        this.end(is.CAUSE_SERVER, is.AT_DATA);
        this.finish();
        break;
      case INVALID:
        this.runtime.countServerError(this);
        this.runtime.captureError(this, 'response', server, 'invalid chunk');
        this.end(is.CAUSE_SERVER, is.AT_DATA);
        this.finish();
        break;
      case BROKEN:
        this.countClientAbort();
        // The server has said all: its connection is as good as before.
        if (this.responseRelay.endSeen && this.requestState === is.REQUEST_DONE && this.serverKeepAlive) {
          server.consume(this.responseRelay.ready);
          releaseServer(this, true);
        }
        this.end(is.CAUSE_CLIENT, is.AT_DATA);
        this.finish();
        break;
    }
  }

  /** The whole response went out while the client still sends: goes on as long as the server listens. */
  private responseBeforeRequestEnd(): void {
    const server = this.server;
    if (server === null || server.endSeen) this.requestCut = true;
    this.clientExpiry = this.clientDeadline(this.nowMs);
    if (this.requestState === is.REQUEST_BODY) this.pumpRequest();
  }

  /** One direction of a tunnel has ended: the other goes on with its own timeouts. */
  private halfClosed(): void {
    const server = this.server as Connection;
    const now = this.nowMs;
    const requestEnded = this.requestState === is.REQUEST_CLOSED;
    const responseEnded = this.responseState === is.RESPONSE_DONE;
    // With `option nolinger` the server gets a reset in place of an end that it could still answer.
    const reset = this.backend.model.options.nolinger;
    if (requestEnded && !reset) server.shutdownWrite();
    if (responseEnded) this.client.shutdownWrite();
    if (requestEnded && (responseEnded || reset)) {
      this.finish();
      return;
    }
    // Who has ended its side is only waited for while it does not take what it is sent.
    this.clientExpiry = requestEnded ? Number.POSITIVE_INFINITY : this.clientDeadline(now);
    this.serverExpiry = responseEnded ? Number.POSITIVE_INFINITY : this.serverDeadline(now);
  }

  /** When the client must have done something, ms; what applies depends on tunnel and half-closed states. */
  clientDeadline(now: number): number {
    const fe = this.frontend.model.timeouts;
    if (this.responseState === is.RESPONSE_TUNNEL || this.requestState === is.REQUEST_TUNNEL || this.inTunnel) {
      if (this.client.writeEnded && fe.clientFin !== undefined) return now + fe.clientFin;
      const tunnel = this.backend.model.timeouts.tunnel;
      if (tunnel !== undefined) return now + tunnel;
    }
    return now + (fe.client ?? Number.POSITIVE_INFINITY);
  }

  serverDeadline(now: number): number {
    const be = this.backend.model.timeouts;
    if (this.responseState === is.RESPONSE_TUNNEL || this.requestState === is.REQUEST_TUNNEL || this.inTunnel) {
      if (this.server?.writeEnded === true && be.serverFin !== undefined) return now + be.serverFin;
      if (be.tunnel !== undefined && (this.isHttp || this.serverState === is.SERVER_READY)) return now + be.tunnel;
    }
    return now + (be.server ?? Number.POSITIVE_INFINITY);
  }

  /** Both directions are relayed without looking (TCP, WebSocket, CONNECT). */
  inTunnel = false;

  /** A client that leaves is noticed while the server works (`option abortonclose` on both sides, as in HAProxy 2.6). */
  get watchesClient(): boolean {
    return this.backend.model.options.abortonclose && this.frontend.model.options.abortonclose;
  }

  // -- server events

  private serverInput(): void {
    const server = this.server as Connection;
    switch (this.responseState) {
      case is.RESPONSE_HEAD:
        readResponse(this, server);
        break;
      case is.RESPONSE_BODY:
      case is.RESPONSE_TUNNEL:
        this.pumpResponse();
        break;
      case is.RESPONSE_DONE:
        // Closed after an early response: no use in sending it the rest.
        if (server.readEnded) this.requestCut = true;
        server.stopReading();
        break;
      default:
        server.stopReading();
    }
  }

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
        } else if (this.requestState === is.REQUEST_IDLE && this.requestsDone > 0) this.awaitRequest();
      } else if (this.requestState === is.REQUEST_BODY || this.requestState === is.REQUEST_TUNNEL) this.pumpRequest();
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  onFailure(connection: Connection): void {
    try {
      if (connection === this.client) this.clientBroke();
      else if (this.serverState === is.SERVER_CONNECTING) connectFailed(this, false);
      else this.serverBroke();
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  private clientBroke(): void {
    if (this.closing) {
      this.destroy();
      return;
    }
    if (this.isHttp && this.requestState <= is.REQUEST_HEAD) {
      this.clientEndedBeforeRequest();
      return;
    }
    this.countClientAbort();
    const at =
      this.responseState > is.RESPONSE_HEAD || (this.inTunnel && this.serverState === is.SERVER_READY)
        ? is.AT_DATA
        : this.serverState === is.SERVER_QUEUED
          ? is.AT_QUEUE
          : this.serverState === is.SERVER_READY
            ? is.AT_HEADERS
            : is.AT_CONNECT;
    this.end(is.CAUSE_CLIENT, at === is.AT_HEADERS ? is.AT_DATA : at);
    this.finish();
  }

  private serverBroke(): void {
    if (this.responseState === is.RESPONSE_HEAD) {
      // What it said before it broke is still worth reading.
      const server = this.server as Connection;
      if (this.requestCut || server.readEnded || this.requestState !== is.REQUEST_BODY) serverEndedEarly(this);
      else {
        this.requestCut = true;
        this.client.stopReading();
        server.readRest();
      }
      return;
    }
    if (this.responseState === is.RESPONSE_DONE && !this.inTunnel) {
      this.serverKeepAlive = false;
      this.requestCut = true;
      this.pumpRequest();
      return;
    }
    this.runtime.countServerAbort(this);
    this.end(is.CAUSE_SERVER, is.AT_DATA);
    this.finish();
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
        else phaseTimedOut(this);
      } else if (now >= this.serverExpiry && (this.isHttp || now < this.clientExpiry)) {
        this.serverExpiry = Number.POSITIVE_INFINITY;
        this.serverTimedOut();
      } else if (now >= this.clientExpiry) {
        this.clientExpiry = Number.POSITIVE_INFINITY;
        this.clientTimedOut();
      }
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  private serverTimedOut(): void {
    if (this.responseState === is.RESPONSE_HEAD) responseTimedOut(this);
    else {
      this.end(is.CAUSE_SERVER_TIMEOUT, is.AT_DATA);
      if (!this.mayHalfClose(this.clientExpiry)) {
        this.finish();
        return;
      }
      (this.server as Connection).stopReading();
      this.responseState = is.RESPONSE_DONE;
      this.client.shutdownWrite();
      const { clientFin } = this.frontend.model.timeouts;
      if (clientFin !== undefined) this.clientExpiry = this.nowMs + clientFin;
    }
  }

  /** A silent side of a TCP session is taken as ended: the other may go on until its own time is over. */
  private mayHalfClose(otherExpiry: number): boolean {
    return (
      !this.isHttp &&
      this.nowMs < otherExpiry &&
      otherExpiry !== Number.POSITIVE_INFINITY &&
      this.serverState === is.SERVER_READY &&
      this.requestState === is.REQUEST_TUNNEL &&
      this.responseState === is.RESPONSE_TUNNEL &&
      this.requestRelay.ready === 0 &&
      this.responseRelay.ready === 0
    );
  }

  private clientTimedOut(): void {
    if (this.closing) {
      this.destroy();
      return;
    }
    this.end(is.CAUSE_CLIENT_TIMEOUT, this.responseState > is.RESPONSE_HEAD || this.inTunnel ? is.AT_DATA : is.AT_HEADERS);
    if (this.isHttp && this.responseState <= is.RESPONSE_HEAD && !this.inTunnel) this.failWith(408);
    else if (this.mayHalfClose(this.serverExpiry)) {
      this.client.stopReading();
      this.requestState = is.REQUEST_CLOSED;
      (this.server as Connection).shutdownWrite();
      const { serverFin } = this.backend.model.timeouts;
      if (serverFin !== undefined) this.serverExpiry = this.nowMs + serverFin;
    } else this.finish();
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
  private resumeLater(): void {
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
      } else if (this.requestState === is.REQUEST_IDLE && !this.closing && this.client.pendingLength === 0) this.readHead();
      if (!this.closed) this.armTimer();
    } catch (error) {
      this.crash(error);
    }
  }

  // -- the end

  /** Notes why and where it ended; the first reason stays. */
  end(cause: number, at: number): void {
    if (this.cause === is.CAUSE_NONE) this.cause = cause;
    if (this.at === is.AT_NONE) this.at = at;
  }

  /** Answers with an error if nothing was answered yet, and closes. */
  failWith(status: number): void {
    if (this.status > 0 && this.responseState > is.RESPONSE_HEAD) {
      this.finish();
      return;
    }
    this.status = status;
    leaveQueue(this);
    releaseServer(this, false);
    closeWithError(this, status, false);
  }

  /** Request and response are complete: log, give back the server's connection, wait for the next request or close. */
  endTransaction(): void {
    const complete = this.requestState === is.REQUEST_DONE;
    if (complete && this.serverKeepAlive) releaseServer(this, true);
    else releaseServer(this, false);
    this.finishLog();
    if (!this.clientKeepAlive || !complete || this.frontend.stopped) {
      this.startClosing();
      return;
    }
    this.nextRequest();
  }

  /** Everything of the request just served is forgotten. */
  private nextRequest(): void {
    const now = this.nowMs;
    this.requestsDone++;
    this.backend = this.frontend;
    this.target = null;
    this.requestState = is.REQUEST_IDLE;
    this.responseState = is.RESPONSE_NONE;
    this.serverState = is.SERVER_NONE;
    this.status = -1;
    this.cause = is.CAUSE_NONE;
    this.at = is.AT_NONE;
    this.retries = 0;
    this.redispatched = false;
    this.monitored = false;
    this.silent = false;
    this.requestCut = false;
    this.logged = false;
    this.backendReached = false;
    this.connectError = 0;
    this.requestLine = null;
    this.serverQueuePosition = 0;
    this.backendQueuePosition = 0;
    this.acceptMs = now;
    this.handshakeMs = 0;
    this.idleMs = 0;
    this.requestMs = -1;
    this.queueMs = -1;
    this.connectMs = -1;
    this.dataMs = -1;
    this.closeMs = -1;
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.countedIn = 0;
    this.countedOut = 0;
    this.requestRelay.counted = 0;
    this.responseRelay.counted = 0;
    this.serverExpiry = Number.POSITIVE_INFINITY;
    this.clientExpiry = Number.POSITIVE_INFINITY;
    if (this.client.error !== 0) this.destroy();
    else this.awaitRequest();
  }

  /** Between two requests. Whoever does not take our answers is asked for nothing more. */
  private awaitRequest(): void {
    const client = this.client;
    const timeouts = this.frontend.model.timeouts;
    const blocked = client.pendingLength > 0;
    const limit = blocked ? timeouts.client : (timeouts.httpKeepAlive ?? timeouts.httpRequest ?? timeouts.client);
    this.phaseExpiry = limit === undefined ? Number.POSITIVE_INFINITY : this.nowMs + limit;
    if (blocked) {
      client.stopReading();
      return;
    }
    client.startReading();
    if (client.inputLength > 0) this.resumeLater();
    else if (client.readEnded) this.destroy();
  }

  /** Ends the stream now: log, release, close both sides. */
  finish(): void {
    leaveQueue(this);
    releaseServer(this, false, this.cause !== is.CAUSE_CLIENT_TIMEOUT);
    this.finishLog();
    this.startClosing();
  }

  /** Writes the log line and the counters of the request, once. */
  finishLog(): void {
    if (this.closeMs >= 0) return;
    this.closeMs = this.nowMs;
    this.bytesIn += this.requestRelay.counted;
    this.bytesOut += this.responseRelay.counted;
    this.runtime.bytesOutTotal += countBytes(this, this.bytesIn, this.bytesOut);
    if (this.requestHead !== null) this.dropRequestHead();
    if (this.responseHead !== null) {
      this.runtime.giveHead(this.responseHead);
      this.responseHead = null;
    }
    logStream(this);
    this.runtime.countEnd(this);
  }

  dropRequestHead(): void {
    if (this.requestHead !== null) {
      this.runtime.giveHead(this.requestHead);
      this.requestHead = null;
    }
  }

  /** Nothing more will be said to the client but what is pending. */
  startClosing(): void {
    this.closing = true;
    this.phaseExpiry = Number.POSITIVE_INFINITY;
    this.serverExpiry = Number.POSITIVE_INFINITY;
    this.clientExpiry = Number.POSITIVE_INFINITY;
    const client = this.client;
    if (client.pendingLength > 0 && client.error === 0) {
      this.clientExpiry = this.nowMs + (this.frontend.model.timeouts.client ?? LINGER_MS);
      return;
    }
    this.finishClosing();
  }

  private finishClosing(): void {
    const client = this.client;
    const unread = this.isHttp && !client.readEnded && this.requestState !== is.REQUEST_DONE && client.error === 0;
    if (unread && this.requestState === is.REQUEST_CLOSED && client.writeEnded) return;
    if (!unread || this.cause === is.CAUSE_CLIENT) {
      this.destroy();
      return;
    }
    // The client may still be sending: closing now would reset the connection and could destroy our answer on its way.
    client.shutdownWrite();
    this.requestState = is.REQUEST_CLOSED;
    const timeouts = this.frontend.model.timeouts;
    this.phaseExpiry = this.nowMs + Math.min(timeouts.clientFin ?? timeouts.client ?? LINGER_MS, LINGER_MS);
    client.consume(client.inputLength);
    client.startReading();
  }

  /** Lets go of everything. */
  destroy(): void {
    if (this.closed) return;
    this.closed = true;
    try {
      releaseServer(this, false);
      leaveQueue(this);
      this.ownServers?.closeAll();
    } finally {
      this.letGo();
    }
  }

  private letGo(): void {
    this.runtime.reactor.timers.cancel(this.timer);
    this.dropRequestHead();
    if (this.responseHead !== null) {
      this.runtime.giveHead(this.responseHead);
      this.responseHead = null;
    }
    if (this.frontend.model.options.nolinger && this.client.error === 0) this.client.abort();
    else this.client.close();
    this.listener.release(this);
  }

  /** A bug of ours: this stream alone ends, as if its connections had broken. */
  crash(error: unknown): void {
    this.runtime.reportFault(error);
    if (this.closed) return;
    const counters = this.frontend.frontendCounters;
    counters[EINT] = (counters[EINT] as number) + 1;
    try {
      this.end(is.CAUSE_INTERNAL, this.currentPhase());
      this.finishLog();
    } catch (second) {
      this.runtime.reportFault(second);
    }
    try {
      if (this.backendCounted) this.runtime.countEnd(this);
      this.destroy();
    } catch (second) {
      this.runtime.reportFault(second);
    }
  }

  /** The frontend stops: a client between two requests is let go. */
  stopIfIdle(): void {
    if (!this.isHttp || this.requestState !== is.REQUEST_IDLE || this.closing || this.requestsDone === 0) return;
    if (this.client.pendingLength > 0) this.startClosing();
    else this.destroy();
  }

  /** `shutdown session`: cut off where it is. */
  kill(cause: number): void {
    try {
      if (this.closed) return;
      // What is merely relayed is cut off without a state of its own: HAProxy logs `K-`.
      this.end(cause, this.inTunnel ? is.AT_NONE : this.currentPhase());
      const idle = this.requestState === is.REQUEST_IDLE && this.requestsDone > 0;
      if (this.serverState === is.SERVER_QUEUED) {
        this.queueMs = this.nowMs;
        leaveQueue(this);
      }
      // As long as a PROXY header is awaited, the connection has another user.
      if (idle || this.closing || this.client.user !== this) this.destroy();
      else if (this.isHttp && !this.inTunnel && this.requestState > is.REQUEST_HEAD && this.responseState <= is.RESPONSE_HEAD) {
        const status = this.serverState === is.SERVER_READY ? 502 : 503;
        this.failWith(status);
      } else this.finish();
    } catch (error) {
      this.crash(error);
    }
  }

  /** The letter for where it is now (sess_set_term_flags). */
  currentPhase(): number {
    if (this.isHttp && this.requestState <= is.REQUEST_HEAD) return is.AT_REQUEST;
    if (this.serverState === is.SERVER_QUEUED) return is.AT_QUEUE;
    if (this.serverState < is.SERVER_READY) return is.AT_CONNECT;
    if (this.isHttp && this.responseState <= is.RESPONSE_HEAD) return is.AT_HEADERS;
    if (this.responseState === is.RESPONSE_DONE) return is.AT_LAST;
    return is.AT_DATA;
  }
}

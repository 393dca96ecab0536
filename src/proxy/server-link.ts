/**
 * From a request to a server that works for it: balancing, waiting for a place (`maxconn`), an idle connection or a new
 * one, retries and redispatch (manual section 4, `retries`, `option redispatch`, `timeout queue`, `timeout connect`).
 */

import type { Http1Head } from '../http/h1-head.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { METHOD_GET, METHOD_HEAD } from '../http/methods.ts';
import { pathStart } from '../http/uri.ts';
import { Connection } from '../net/connection.ts';
import { ClientServers } from './client-servers.ts';
import { CONNECT, ECON, EINT, QCUR, QMAX, REUSE, raise } from './counters.ts';
import { forwardHead, restoreFraming } from './head-forwarding.ts';
import { closeWithError, prepareReply, sendReply } from './local-reply.ts';
import { sendProxyHeader } from './proxy-header.ts';
import { waitingOrder } from './queue.ts';
import { MORE } from './relay.ts';
import { makeReply } from './reply.ts';
import { requestBodyTimedOut } from './request-rules.ts';
import { responseBodyTimedOut } from './response-failures.ts';
import type { Server } from './server.ts';
import { chooseServer, countRetry } from './server-choice.ts';
import { destinationOf, followsClient, openServerSocket } from './server-socket.ts';
import type { Stream } from './stream.ts';
import { countRequestError } from './stream-counts.ts';
import { logEarly } from './stream-log.ts';
import * as is from './stream-states.ts';
import { endTarpit } from './tarpit.ts';
import { upgradedForNothing } from './tcp-rules-content.ts';
import { inspectConnected } from './tcp-rules-response.ts';

/** Pause before the same server is tried again, ms (HAProxy's turn-around), unless `timeout connect` is shorter. */
const TURNAROUND_MS = 1000;

/** Finds a server and goes on as far as possible at once: queue, connect, or answer that there is none. */
export function startConnecting(stream: Stream): void {
  stream.ownVariables?.beginResponse();
  if (assign(stream)) connectToServer(stream);
}

/** Returns true if the stream holds a place on `stream.target`. */
function assign(stream: Stream): boolean {
  const backend = stream.backend;
  const previous = stream.target;
  const server = chooseServer(stream);
  if (server === null) {
    if (backend.balancer.countUsable() === 0) {
      noServer(stream, is.AT_CONNECT);
      return false;
    }
    enqueue(stream, null);
    return false;
  }
  stream.target = server;
  if (previous !== null) countRetry(stream, previous, server);
  if (server.full || (server.maxconn > 0 && server.queue.length > 0)) {
    const limit = server.model.maxqueue;
    if (limit > 0 && server.queue.length >= limit) {
      noServer(stream, is.AT_QUEUE);
      return false;
    }
    enqueue(stream, server);
    return false;
  }
  takePlace(stream, server);
  return true;
}

function takePlace(stream: Stream, server: Server): void {
  stream.place = server;
  server.take();
  stream.queueMs = stream.nowMs;
}

/** Gives back the place on a server and lets the next in line have it. */
function leavePlace(stream: Stream): void {
  const server = stream.place;
  if (server === null) return;
  stream.place = null;
  server.leave();
  if (server.queue.length > 0 || server.proxy.queue.length > 0) server.proxy.serveQueue(server);
}

// -- the queue

function enqueue(stream: Stream, server: Server | null): void {
  const now = stream.nowMs;
  stream.waitingFor = server;
  stream.waitingOrder = waitingOrder(stream.rules.priorityClass, stream.rules.priorityOffset, now);
  stream.serverState = is.SERVER_QUEUED;
  stream.queued = true;
  const backend = stream.backend;
  if (server !== null) {
    server.queue.add(stream);
    raise(server.counters, QCUR, QMAX);
  } else {
    backend.enqueue(stream);
  }
  const limit = backend.model.timeouts.queue ?? backend.model.timeouts.connect;
  stream.phaseExpiry = limit === undefined ? Number.POSITIVE_INFINITY : now + limit;
  if (stream.watchesClient) stream.client.startReading();
}

/** Takes the stream out of whatever queue it is in. */
export function leaveQueue(stream: Stream): void {
  if (stream.serverState !== is.SERVER_QUEUED) return;
  stream.serverState = is.SERVER_NONE;
  if (!stream.queued) return;
  stream.queued = false;
  const server = stream.waitingFor;
  if (server !== null) {
    stream.serverQueuePosition += server.queue.position(stream);
    server.queue.remove(stream);
    server.counters[QCUR] = server.queue.length;
  } else {
    stream.backendQueuePosition += stream.backend.queue.position(stream);
    stream.backend.queue.remove(stream);
    stream.backend.backendCounters[QCUR] = stream.backend.queue.length;
  }
}

/** A place was found while it waited. */
export function proceedOnPlace(stream: Stream): void {
  stream.serverState = is.SERVER_NONE;
  stream.phaseExpiry = Number.POSITIVE_INFINITY;
  stream.queueMs = stream.nowMs;
  connectToServer(stream);
}

/** Its server went away while it waited there: it is balanced anew (HAProxy's "requeued"). */
export function requeue(stream: Stream): void {
  try {
    leaveQueue(stream);
    stream.phaseExpiry = Number.POSITIVE_INFINITY;
    stream.target = null;
    startConnecting(stream);
    stream.armTimer();
  } catch (error) {
    stream.crash(error);
  }
}

// -- connecting

/** Of a connection that is for no other request: its PROXY header named an address that rules had made. */
const NOBODY = -2;

const NO_CLIENT = -3;

function addressesChanged(stream: Stream): boolean {
  return stream.rules.source !== null || stream.rules.destination !== null;
}

function connectToServer(stream: Stream): void {
  const server = stream.target as Server;
  const now = stream.nowMs;
  stream.backendReached = true;
  if (server.model.redirectPrefix !== undefined && redirectToServer(stream, server)) return;
  if (stream.isHttp) {
    const destination = followsClient(server) ? destinationOf(server, stream) : null;
    const client = addressesChanged(stream) ? NO_CLIENT : stream.serial;
    const idle =
      stream.ownServers?.take(server, destination) ?? server.pool.take(stream.requestsDone === 0, client, destination);
    if (idle !== null) {
      idle.user = stream;
      stream.server = idle;
      stream.reused = true;
      stream.sessionCounted = true;
      server.countSession(now);
      server.counters[REUSE] = (server.counters[REUSE] as number) + 1;
      stream.backend.backendCounters[REUSE] = (stream.backend.backendCounters[REUSE] as number) + 1;
      connectionReady(stream);
      return;
    }
  }
  stream.reused = false;
  if (stream.runtime.descriptorsScarce) server.pool.giveUpOne();
  const be = stream.backend.backendCounters;
  be[CONNECT] = (be[CONNECT] as number) + 1;
  stream.sessionCounted = true;
  server.countSession(now);
  server.countConnect();
  const fd = openServerSocket(server, stream);
  if (fd < 0) {
    internalError(stream, server);
    return;
  }
  const connection = new Connection(stream.runtime.context, fd, stream);
  connection.peer = server.address;
  if (followsClient(server)) connection.destination = destinationOf(server, stream);
  stream.server = connection;
  server.pool.countUse();
  stream.serverState = is.SERVER_CONNECTING;
  const added = connection.open(true);
  if (added < 0) {
    internalError(stream, server);
    return;
  }
  if (stream.connectError > 0) {
    stream.connectError = 0;
    connectFailed(stream, false);
    return;
  }
  const limit = stream.backend.model.timeouts.connect;
  stream.phaseExpiry = limit === undefined ? Number.POSITIVE_INFINITY : now + limit;
  if (stream.isHttp && stream.watchesClient) stream.client.startReading();
}

/** No socket, no source port: nothing that another attempt would mend. */
function internalError(stream: Stream, server: Server): void {
  dropServer(stream, false);
  server.counters[ECON] = (server.counters[ECON] as number) + 1;
  const be = stream.backend.backendCounters;
  be[ECON] = (be[ECON] as number) + 1;
  be[EINT] = (be[EINT] as number) + 1;
  stream.end(is.CAUSE_INTERNAL, is.AT_CONNECT);
  fail(stream, 500);
}

/** The connection stands (or an idle one was taken): the request goes out. */
export function connectionReady(stream: Stream): void {
  const server = stream.server as Connection;
  const now = stream.nowMs;
  stream.serverState = is.SERVER_READY;
  stream.phaseExpiry = Number.POSITIVE_INFINITY;
  stream.connectMs = now;
  server.requests++;
  const target = stream.target as Server;
  if (!stream.reused && target.model.sendProxy !== 'none') {
    server.namedClient = addressesChanged(stream) ? NOBODY : stream.serial;
    sendProxyHeader(target.model.sendProxy, stream, server);
  }
  if (!stream.isHttp) {
    stream.inTunnel = true;
    stream.dataMs = now;
    logEarly(stream);
    stream.responseState = is.RESPONSE_TUNNEL;
    stream.clientExpiry = stream.clientDeadline(now);
    stream.serverExpiry = stream.serverDeadline(now);
    server.startReading();
    stream.pumpRequest();
    if (stream.backend.tcpRules !== null) inspectConnected(stream);
    return;
  }
  sendRequest(stream, server);
}

function sendRequest(stream: Stream, server: Connection): void {
  const head = stream.requestHead as Http1Head;
  stream.responseState = is.RESPONSE_HEAD;
  stream.requestHead = null;
  const nameHeader = stream.backend.model.httpSendNameHeader;
  if (nameHeader !== undefined) {
    head.setHeader(nameHeader, (stream.target as Server).name);
    restoreFraming(head, stream.requestRelay);
  }
  const code = forwardHead(head, stream.client, server, stream.requestRelay);
  stream.runtime.giveHead(head);
  // The client's end that came while rules waited is not told again.
  if (code === MORE && stream.client.readEnded) stream.pumpRequest();
  else stream.afterRequestPump(code);
  if (stream.backend.tcpRules !== null) inspectConnected(stream);
  if (!stream.closed && stream.server === server && stream.responseState === is.RESPONSE_HEAD) server.startReading();
}

/** The connect attempt failed (`timedOut`: within `timeout connect` nothing came): again, elsewhere, or give up. */
export function connectFailed(stream: Stream, timedOut: boolean): void {
  const backend = stream.backend;
  const target = stream.target as Server;
  stream.phaseExpiry = Number.POSITIVE_INFINITY;
  dropServer(stream, false);
  stream.retries++;
  if (stream.retries > backend.model.retries) {
    target.counters[ECON] = (target.counters[ECON] as number) + 1;
    const be = backend.backendCounters;
    be[ECON] = (be[ECON] as number) + 1;
    leavePlace(stream);
    stream.retries = backend.model.retries;
    stream.end(timedOut ? is.CAUSE_SERVER_TIMEOUT : is.CAUSE_SERVER, is.AT_CONNECT);
    fail(stream, 503);
    return;
  }
  const redispatch = mayRedispatch(stream);
  const roundRobin =
    backend.model.balance.algorithm === 'roundrobin' || backend.model.balance.algorithm === 'static-rr';
  if (redispatch) {
    leavePlace(stream);
    stream.redispatched = true;
  } else countRetry(stream, target, target);
  const wait = !timedOut && (!redispatch || !roundRobin || backend.balancer.countUsable() <= 1);
  stream.serverState = is.SERVER_TURNAROUND;
  if (wait) {
    const limit = backend.model.timeouts.connect ?? TURNAROUND_MS;
    stream.phaseExpiry = stream.nowMs + Math.min(limit, TURNAROUND_MS);
  } else tryAgain(stream);
}

/** Whether this retry may go to another server (`option redispatch [interval]`). */
function mayRedispatch(stream: Stream): boolean {
  const interval = stream.backend.model.options.redispatch;
  const limit = stream.backend.model.retries;
  if (interval === 0) return false;
  if (interval < 0)
    return (limit + 1 - stream.retries) % -interval === 0 && stream.retries > 0 && lastRetries(stream, -interval);
  return stream.retries % interval === 0;
}

function lastRetries(stream: Stream, interval: number): boolean {
  return interval > 1 || stream.retries >= stream.backend.model.retries;
}

function tryAgain(stream: Stream): void {
  stream.serverState = is.SERVER_NONE;
  if (stream.place !== null && stream.place === stream.target) {
    connectToServer(stream);
    return;
  }
  startConnecting(stream);
}

/** The time of a phase ran out: request head, keep-alive, queue, connect, turn-around. */
export function phaseTimedOut(stream: Stream): void {
  const { rules } = stream;
  if (rules.tarpit !== null) {
    endTarpit(stream);
    return;
  }
  if (rules.requestWaits) {
    requestBodyTimedOut(stream);
    return;
  }
  if (rules.responseWaits) {
    responseBodyTimedOut(stream);
    return;
  }
  switch (stream.serverState) {
    case is.SERVER_QUEUED: {
      // A place was found within the same millisecond: it goes on.
      if (!stream.queued) return;
      stream.queueMs = stream.nowMs;
      const server = stream.waitingFor;
      if (server !== null) server.counters[ECON] = (server.counters[ECON] as number) + 1;
      const be = stream.backend.backendCounters;
      be[ECON] = (be[ECON] as number) + 1;
      leaveQueue(stream);
      stream.end(is.CAUSE_SERVER_TIMEOUT, is.AT_QUEUE);
      fail(stream, 503);
      return;
    }
    case is.SERVER_CONNECTING:
      connectFailed(stream, true);
      return;
    case is.SERVER_TURNAROUND:
      tryAgain(stream);
      return;
    default:
      requestTimedOut(stream);
  }
}

/** No (whole) request head in time: 408, or a silent close between two requests of a kept-alive connection. */
function requestTimedOut(stream: Stream): void {
  const options = stream.frontend.model.options;
  const nothing = stream.requestState === is.REQUEST_IDLE;
  if (nothing && (stream.requestsDone > 0 || options.httpIgnoreProbes)) {
    stream.destroy();
    return;
  }
  stream.silent ||= nothing && options.dontlognull;
  countRequestError(stream);
  stream.end(upgradedForNothing(stream) ? is.CAUSE_PROXY : is.CAUSE_CLIENT_TIMEOUT, is.AT_REQUEST);
  stream.status = 408;
  stream.finishLog();
  closeWithError(stream, 408, true);
}

/** No server can be had now: 503. */
function noServer(stream: Stream, at: number): void {
  const be = stream.backend.backendCounters;
  be[ECON] = (be[ECON] as number) + 1;
  stream.end(is.CAUSE_SERVER, at);
  fail(stream, 503);
}

/** Ends a request that found no server: an error response for HTTP, a plain close for TCP. */
function fail(stream: Stream, status: number): void {
  stream.serverState = is.SERVER_CLOSED;
  if (!stream.isHttp) {
    // The client may have spoken already, unheard: closing on that would be a reset.
    if (stream.client.error === 0) stream.client.readRest();
    stream.finish();
    return;
  }
  // The answer may speak of the request.
  const reply = prepareReply(stream, status);
  dropRequest(stream);
  releaseServer(stream, false);
  sendReply(stream, reply);
}

/** A request that was not sent anywhere is answered here: what there is of it is used up, its connection goes on if that is all. */
function dropRequest(stream: Stream): void {
  const { client, requestHead: head, requestRelay: relay } = stream;
  if (head !== null) {
    client.consume(head.headEnd - client.inputStart);
    stream.dropRequestHead();
    if (relay.inspect(client)) {
      client.consume(relay.ready);
      relay.ready = 0;
    }
  }
  if (relay.endSeen) stream.requestState = is.REQUEST_DONE;
  else stream.clientKeepAlive = false;
}

/** `redir` on a server line: GET and HEAD are sent to the server by a redirection (manual section 5.2). */
function redirectToServer(stream: Stream, server: Server): boolean {
  const head = stream.requestHead;
  if (head === null || (stream.method !== METHOD_GET && stream.method !== METHOD_HEAD)) return false;
  const start = pathStart(head.lineBytes, head.uriStart, head.uriEnd);
  if (start < 0) return false;
  const path = latin1Text(head.lineBytes, start, head.uriEnd);
  stream.end(is.CAUSE_LOCAL, is.AT_REQUEST);
  const location = `${server.model.redirectPrefix}${path}`;
  const reply = prepareReply(stream, 302, () =>
    makeReply(
      'HTTP/1.1 302 Found\r\nconnection: close\r\ncache-control: no-cache\r\ncontent-length: 0\r\n' +
        `location: ${location}\r\n`,
    ),
  );
  dropRequest(stream);
  leavePlace(stream);
  sendReply(stream, reply);
  return true;
}

// -- letting go

/** Closes the server's connection (it failed or is not to be used again) but keeps the place. */
function dropServer(stream: Stream, reset: boolean): void {
  const server = stream.server;
  if (stream.sessionCounted) {
    stream.sessionCounted = false;
    stream.target?.uncountSession();
  }
  if (stream.sourcePort > 0) {
    stream.target?.sourcePorts?.release(stream.sourcePort);
    stream.sourcePort = 0;
  }
  if (server === null) return;
  stream.server = null;
  stream.target?.pool.countEnd();
  // HTTP servers are left with a reset: whoever closes first would keep a TIME_WAIT, and it is us all the time. Others when
  // the client has broken off, or with `option nolinger`.
  const rude = stream.isHttp || stream.client.error !== 0 || stream.backend.model.options.nolinger;
  if (reset && rude && !server.readEnded && server.error === 0) server.abort();
  else server.close();
}

/** Whether somebody wants the connection for later requests: the server's pool, or this client alone. */
function keepIdle(stream: Stream, server: Connection, target: Server): boolean {
  const { maxReuse } = target.model;
  if (maxReuse >= 0 && server.requests > maxReuse) return false;
  if (target.proxy.stopped) return false;
  // Nobody else is let in on a connection that goes to no server.
  const shared = stream.backend.model.httpReuse !== 'never' && target !== target.proxy.direct;
  if (shared) return !target.inMaintenance && target.pool.give(server);
  if (stream.ownServers === null) stream.ownServers = new ClientServers();
  return stream.ownServers.give(server, target);
}

/** The stream is done with its server: the connection goes to the idle pool or is closed, the place to the next. */
export function releaseServer(stream: Stream, keep: boolean, reset = true): void {
  const server = stream.server;
  const target = stream.target;
  if (server !== null) {
    if (stream.frontend.model.logsServerSource) stream.serverSource = server.local();
    if (keep && target !== null && server.inputLength === 0 && !server.endSeen && stream.sourcePort === 0) {
      stream.server = null;
      if (stream.sessionCounted) {
        stream.sessionCounted = false;
        target.uncountSession();
      }
      if (!keepIdle(stream, server, target)) {
        target.pool.countEnd();
        server.abort();
      }
    } else dropServer(stream, reset);
  }
  leavePlace(stream);
}

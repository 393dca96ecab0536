/**
 * What a stream remembers besides whom it serves: where it waits, what it works with, how far it has come, when that was,
 * and what is counted of it. Plain fields; `stream.ts` routes the events that change them.
 */
import type { Http1Head } from '../http/h1-head.ts';
import type { HeaderLine } from '../http/h1-header-line.ts';
import type { Connection } from '../net/connection.ts';
import type { KeptText } from '../sample/kept-text.ts';
import type { ClientServers } from './client-servers.ts';
import type { Proxy } from './proxy.ts';
import type { Waiting } from './queue.ts';
import { Relay } from './relay.ts';
import { RuleState } from './rule-state.ts';
import type { Server } from './server.ts';
import type { Stream } from './stream.ts';
import * as is from './stream-states.ts';
import type { Inspection } from './tcp-rules.ts';
import type { RequestInspection } from './tcp-rules-content.ts';

export class StreamFields {
  // Doubly linked list of all streams (`show sess`).
  previousStream: Stream | null = null;
  nextStream: Stream | null = null;
  // Links of the queue it waits in.
  previousWaiting: Waiting | null = null;
  nextWaiting: Waiting | null = null;
  waitingOrder = 0;
  waitingIndex = 0;
  /** It stands in a queue; false again as soon as a place was found. */
  queued = false;
  /** The server in whose own queue it waits; null: in the backend's. */
  waitingFor: Server | null = null;
  /** How many left the queues since it began to wait (`%sq`, `%bq`). */
  serverQueuePosition = 0;
  backendQueuePosition = 0;

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
  /** Rules on content that wait for more of it. */
  inspection: RequestInspection | null = null;
  responseInspection: Inspection | null = null;
  /** The request that the frontend's rules on content have seen (as `requestsDone` counts); -1: none. */
  inspectedRequest = -1;
  /** A TCP frontend handed the client over to HTTP. */
  upgraded = false;
  /** A TCP frontend chose it for the first request before there was one. */
  firstBackend: Proxy | null = null;
  /** The client was given up while rules waited for its request: a first letter of the termination state; 0: it was not. */
  abandoned = 0;
  /** `expect-proxy`: a PROXY header comes first. */
  expectsProxy = false;
  /** `expect-netscaler-cip`: a NetScaler header does, too. */
  expectsNetscaler = false;

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
  /** What rules have set for the request under way. */
  readonly rules = new RuleState();
  /** Kept for the log when something logs. */
  requestLine: KeptText | null = null;
  /** Closed to the client except for what is still on its way. */
  closing = false;
  closed = false;
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

  /** Phase: head, keep-alive, queue, connect, turn-around, linger. */
  phaseExpiry = Number.POSITIVE_INFINITY;
  clientExpiry = Number.POSITIVE_INFINITY;
  serverExpiry = Number.POSITIVE_INFINITY;
}

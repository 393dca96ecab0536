/** A stream as log formats and header formats see it: every figure in HAProxy's terms. One view, lent to one stream at a time. */
import { hostname } from 'node:os';
import type { Http1Head } from '../http/h1-head.ts';
import type { KeptText } from '../sample/kept-text.ts';
import type { LogRecord } from '../sample/log-record.ts';
import type { VariableScopes } from '../sample/variables.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import type { Slots } from './captures.ts';
import { SCUR } from './counters.ts';
import type { Stream } from './stream.ts';

let lastState = -1;
let lastStateText = '';

/** The two letters as text: it is the same for nearly all requests. */
function stateText(cause: number, at: number): string {
  const state = (cause << 8) | at;
  if (state !== lastState) {
    lastState = state;
    lastStateText = String.fromCharCode(cause, at);
  }
  return lastStateText;
}

class StreamRecord implements LogRecord {
  /** Set before anything is read. (Plain: a private accessor is a call into V8's runtime each time.) */
  stream: Stream = null as unknown as Stream;
  readonly hostname = hostname();
  readonly processId = process.pid;
  /** Written before the stream's end. */
  before = false;
  /** The connection ends before there is a stream. */
  unborn = false;

  /** HAProxy has no stream for what never became a request: nothing was captured. */
  private born(): Stream | null {
    const stream = this.stream;
    return stream.requestSeen ? stream : null;
  }

  /** A moment of the stream as milliseconds since it was accepted, -1 if it never came. */
  private since(moment: number): number {
    return moment < 0 ? -1 : moment - this.stream.acceptMs;
  }

  get request(): Http1Head | null {
    return this.stream.requestHead;
  }
  get response(): Http1Head | null {
    return this.stream.responseHead;
  }
  get clientAddress(): SocketAddress | null {
    return this.stream.clientAddress;
  }
  readonly requestInput = null;
  readonly responseInput = null;
  readonly mayWait = false;
  get variables(): VariableScopes | null {
    return this.stream.variables;
  }
  get acceptDateMs(): number {
    const { runtime, acceptMs } = this.stream;
    return runtime.logWallMs() - (runtime.reactor.nowMs - acceptMs);
  }
  get handshakeMs(): number {
    return this.unborn ? this.since(this.stream.nowMs) : this.stream.handshakeMs;
  }
  get idleMs(): number {
    return this.stream.idleMs;
  }
  get requestMs(): number {
    return this.since(this.stream.requestMs);
  }
  get queueMs(): number {
    return this.since(this.stream.queueMs);
  }
  get connectMs(): number {
    return this.since(this.stream.connectMs);
  }
  get dataMs(): number {
    return this.since(this.stream.dataMs);
  }
  get closeMs(): number {
    const stream = this.stream;
    if (this.unborn) return this.since(stream.nowMs);
    if (stream.closeMs >= 0) return this.since(stream.closeMs);
    // Until the end HAProxy takes what was reached last in a line, and nothing in rules.
    const reached = stream.isHttp ? stream.dataMs : stream.connectMs;
    return this.before && reached >= 0 ? this.since(reached) : 0;
  }
  /** HAProxy puts the `+` of totals by the option, not by the moment. */
  get early(): boolean {
    return this.stream.frontend.model.logMoment !== 'end';
  }
  get isHttp(): boolean {
    return this.stream.isHttp;
  }
  get frontendAddress(): SocketAddress | null {
    return this.stream.clientDestination;
  }
  get backendSource(): SocketAddress | null {
    return this.stream.server?.local() ?? this.stream.serverSource;
  }
  get serverAddress(): SocketAddress | null {
    return this.stream.target?.address ?? null;
  }
  get listenerId(): number {
    return this.stream.listener.id;
  }
  get frontendName(): string {
    return this.stream.frontend.name;
  }
  get frontendTls(): boolean {
    return false;
  }
  get backendName(): string {
    return this.stream.backend.name;
  }
  get serverName(): string {
    const stream = this.stream;
    return stream.target !== null && stream.backendReached ? stream.target.name : '<NOSRV>';
  }
  get status(): number {
    return this.stream.isHttp && !this.unborn ? this.stream.status : 0;
  }
  get bytesRead(): number {
    const stream = this.stream;
    // A tunnelled session is logged early without what was relayed since; an HTTP response with what came along with its head.
    return this.before && stream.isHttp ? stream.bytesOut + stream.responseRelay.counted : stream.bytesOut;
  }
  get bytesUploaded(): number {
    // HAProxy counts them once the request is on its way.
    const stream = this.stream;
    return stream.isHttp && stream.requestMs < 0 && stream.closeMs < 0 ? 0 : stream.bytesIn;
  }
  get clientCookie(): string | null {
    return this.stream.clientCookie;
  }
  get serverCookie(): string | null {
    return this.stream.serverCookie;
  }
  get terminationState(): string {
    return this.unborn ? 'PR' : stateText(this.stream.cause, this.stream.at);
  }
  get cookieState(): string {
    return '--';
  }
  get activeConnections(): number {
    return this.stream.runtime.connections;
  }
  get frontendConnections(): number {
    return this.stream.frontend.frontendCounters[SCUR] as number;
  }
  /** At the end the stream counts itself no more, in a line written before the end it does. */
  get backendConnections(): number {
    const stream = this.stream;
    const own = stream.backendCounted && !this.before ? 1 : 0;
    return (stream.backend.backendCounters[SCUR] as number) - own;
  }
  get serverConnections(): number {
    const stream = this.stream;
    return stream.target === null || !stream.backendReached ? 0 : stream.target.current;
  }
  get retries(): number {
    return this.stream.retries;
  }
  get redispatched(): boolean {
    return this.stream.redispatched;
  }
  get serverQueue(): number {
    return this.stream.serverQueuePosition;
  }
  get backendQueue(): number {
    return this.stream.backendQueuePosition;
  }
  get requestCaptures(): Slots | null {
    return this.born()?.requestCaptures ?? null;
  }
  get responseCaptures(): Slots | null {
    return this.born()?.responseCaptures ?? null;
  }
  get requestLine(): KeptText | null {
    return this.stream.requestLine;
  }
  get requestCounter(): number {
    return this.stream.serial;
  }
  get logCounter(): number {
    return this.stream.frontend.logCounter;
  }
  get uniqueId(): string {
    return this.stream.madeUniqueId ?? '';
  }
}

const shared = new StreamRecord();

/** The view of `stream`, valid until the next call. `early`: written before the stream's end (`option logasap`). */
export function recordOf(stream: Stream, early = false): LogRecord {
  shared.stream = stream;
  shared.before = early;
  shared.unborn = false;
  return shared;
}

/** The same for a connection that ends before its stream begins. */
export function recordOfUnborn(stream: Stream): LogRecord {
  recordOf(stream);
  shared.unborn = true;
  return shared;
}

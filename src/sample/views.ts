/**
 * What fetches may know of a stream and of the configuration's objects: the proxy's classes satisfy these, and so do
 * plain objects in tests. Numbers are as HAProxy counts them; -1 and null stand for what is not there.
 */
import type { ProxyModel, ServerModel, UserListModel } from '../config/model.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import type { KeptText } from './kept-text.ts';

export interface RateView {
  /** Events per second. */
  rate(nowMs: number): number;
}

export interface ServerView {
  readonly id: number;
  readonly name: string;
  readonly model: ServerModel;
  readonly backup: boolean;
  readonly maxconn: number;
  readonly maxqueue: number;
  /** Streams with a connection to it; requests that wait for it. */
  readonly current: number;
  readonly queued: number;
  /** The weight that was asked for, and what counts now. */
  readonly userWeight: number;
  readonly effectiveWeight: number;
  readonly usable: boolean;
  /** Working, as far as its checks know. */
  readonly running: boolean;
  readonly inMaintenance: boolean;
  /** How many it may serve at once now; 0: no limit. */
  dynamicMaxconn(): number;
  readonly sessionRate: RateView;
}

/** A frontend, a backend or both. */
export interface ProxyView {
  readonly id: number;
  readonly name: string;
  readonly model: ProxyModel;
  readonly stopped: boolean;
  readonly defaultBackend: { readonly name: string } | null;
  readonly servers: readonly ServerView[];
  /** Requests that wait for it or one of its servers. */
  readonly queuedTotal: number;
  readonly frontendConnections: number;
  readonly backendConnections: number;
  readonly sessionRate: RateView;
  readonly backendSessionRate: RateView;
  readonly requestRate: RateView;
  countServers(): { readonly active: number; readonly backup: number };
}

export interface ListenerView {
  readonly id: number;
  /** As the configuration names it. */
  readonly model: { readonly name: string | undefined };
  readonly connections: number;
}

export interface ConnectionView {
  /** -1 once closed. */
  readonly fd: number;
  /** The other end, as the PROXY protocol says if it was used. */
  readonly peer: SocketAddress | null;
  /** Our end, as the PROXY protocol says if it was used. */
  local(): SocketAddress | null;
}

/** What a header in front of its bytes said of a client. */
export interface ProxyHeaderView {
  /** It was one of the PROXY protocol. */
  readonly received: boolean;
  readonly authority: Buffer | null;
  readonly uniqueId: Buffer | null;
}

/** Payload of a message that has arrived and was not forwarded: `bytes[start,end)`, chunk sizes still in it. */
export interface BodyView {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly chunked: boolean;
  /** All of it is there. */
  readonly ended: boolean;
  /** What Content-Length says; -1 without. */
  readonly announced: number;
}

/** What rules have set on a stream. */
export interface RulesView {
  readonly priorityClass: number;
  readonly priorityOffset: number;
  readonly serverTimeoutMs: number;
  readonly tunnelTimeoutMs: number;
  /** The request is one for a proxy. */
  readonly proxyRequest: boolean;
  /** The rule that ended the last evaluation. */
  readonly lastRule: { readonly file: string; readonly line: number } | null;
}

export interface StreamView {
  readonly frontend: ProxyView;
  readonly backend: ProxyView;
  readonly target: ServerView | null;
  readonly listener: ListenerView;
  readonly client: ConnectionView;
  readonly server: ConnectionView | null;
  readonly isHttp: boolean;
  /** False as long as no head of a request was complete (or, in TCP mode, no stream began): there is no backend to speak of. */
  readonly requestSeen: boolean;
  /** Of the request, also when its head is gone (see http/methods.ts). */
  readonly method: number;
  /** Where the client connected to, as rules have left it. */
  readonly clientDestination: SocketAddress | null;
  /** Null: the connection began with no such header. */
  readonly proxyHeader: ProxyHeaderView | null;
  /** Requests that this connection has completed before. */
  readonly requestsDone: number;
  readonly rules: RulesView;
  /** Null before the head is complete, and where there is none. */
  readonly requestBody: BodyView | null;
  readonly responseBody: BodyView | null;
  /** "GET /path HTTP/1.1" as it was received, cut to tune.http.logurilen. */
  readonly requestLine: KeptText | null;
  /** Minor HTTP version of the request. */
  readonly requestMinor: number;
  /** Converters write into these. */
  readonly requestCaptures: (KeptText | null)[] | null;
  readonly responseCaptures: (KeptText | null)[] | null;
  /** Made by unique-id-format on first use. */
  readonly uniqueId: string | null;
}

/** The process and what can be named in it. */
export interface Surroundings {
  readonly stopping: boolean;
  /** `tune.bufsize`. */
  readonly bufferSize: number;
  /** Without what is kept for rewriting (`tune.maxrewrite`). */
  readonly headLimit: number;
  readonly reactor: { readonly nowMs: number };
  findFrontend(name: string): ProxyView | null;
  findBackend(name: string): ProxyView | null;
  readonly model: { readonly userLists: readonly UserListModel[] };
}

/**
 * What a log line is made of: the numbers and texts of one session or request, which the proxy's stream fills in.
 * Texts are bytes, one character each. Times are milliseconds since the connection was accepted, -1 = never reached
 * (manual 8.4 draws them):
 *
 *   accept --handshake--> idle --> first byte ... requestMs ... queueMs ... connectMs ... dataMs ... closeMs
 */
import type { SocketAddress } from '../sys/socket-address.ts';
import type { SampleContext } from './context.ts';
import type { KeptText } from './kept-text.ts';

export interface LogRecord extends SampleContext {
  /** When the connection was accepted, milliseconds since 1970. */
  readonly acceptDateMs: number;
  /** Durations, not moments: of the handshake (PROXY, TLS) and of waiting for the request's first byte. */
  readonly handshakeMs: number;
  readonly idleMs: number;
  /**
   * Moments: request complete, server place found, connected, response head received, end. A TCP session has no
   * request: -1, which makes HAProxy's %Tw one too large, and ours.
   */
  readonly requestMs: number;
  readonly queueMs: number;
  readonly connectMs: number;
  readonly dataMs: number;
  readonly closeMs: number;
  /** `option logasap`: the line is written before the end, so totals carry a `+`. */
  readonly early: boolean;
  readonly isHttp: boolean;

  readonly frontendAddress: SocketAddress | null;
  /** The connection to the server: our address, and the server's. */
  readonly backendSource: SocketAddress | null;
  readonly serverAddress: SocketAddress | null;
  /** Stands for the port of a client on a unix socket. */
  readonly listenerId: number;

  readonly frontendName: string;
  readonly frontendTls: boolean;
  readonly backendName: string;
  /** The server's name, `<NOSRV>`, or `<STATS>`. */
  readonly serverName: string;

  /** 0: none. */
  readonly status: number;
  /** To the client, from the client. */
  readonly bytesRead: number;
  readonly bytesUploaded: number;
  readonly clientCookie: string | null;
  readonly serverCookie: string | null;
  /** Two characters, manual 8.5: cause and state. */
  readonly terminationState: string;
  /** Two characters: what became of the persistence cookie; `--` without one. */
  readonly cookieState: string;

  readonly activeConnections: number;
  readonly frontendConnections: number;
  readonly backendConnections: number;
  readonly serverConnections: number;
  readonly retries: number;
  readonly redispatched: boolean;
  readonly serverQueue: number;
  readonly backendQueue: number;

  /** Captured headers in the order of the `capture` lines, null for one that was not there; null: nothing captured. */
  readonly requestCaptures: readonly (KeptText | null)[] | null;
  readonly responseCaptures: readonly (KeptText | null)[] | null;
  /** `METHOD target VERSION` as received, cut to `tune.http.logurilen`; null for none or a bad request. */
  readonly requestLine: KeptText | null;

  readonly requestCounter: number;
  readonly logCounter: number;
  readonly hostname: string;
  readonly processId: number;
  readonly uniqueId: string;
}

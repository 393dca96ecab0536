/** Lines of the log (GET /api/log, and live), and which of them are wanted. Times are milliseconds; null: that moment never came. */

export interface RequestLine {
  readonly kind: 'http' | 'tcp';
  readonly number: number;
  readonly timeMs: number;
  readonly client: string;
  readonly frontend: string;
  readonly backend: string;
  /** '' where no server was reached. */
  readonly server: string;
  /** Manual 8.4: the request, the queue, the connection, the answer, all of it. */
  readonly requestMs: number | null;
  readonly queueMs: number | null;
  readonly connectMs: number | null;
  readonly responseMs: number | null;
  readonly totalMs: number;
  /** null: none was sent, or mode tcp. */
  readonly status: number | null;
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** Two letters in mode tcp, four in mode http. */
  readonly termination: string;
  readonly retries: number;
  /** Requests before it in the queue of the server, and of the backend. */
  readonly serverQueue: number;
  readonly backendQueue: number;
  /** `GET / HTTP/1.1`; '' in mode tcp. */
  readonly request: string;
}

export interface EventLine {
  readonly kind: 'event';
  readonly number: number;
  readonly timeMs: number;
  /** Of syslog: 1 alert ... 5 notice. */
  readonly level: number;
  readonly proxy: string;
  readonly text: string;
}

/** Lines that the proxy left out: more came than it tells in a second. */
export interface GapLine {
  readonly kind: 'gap';
  readonly number: number;
  readonly timeMs: number;
  readonly lines: number;
}

export type LogLine = RequestLine | EventLine | GapLine;

/** Everything that is given must hold. */
export interface LogFilter {
  /** `5xx`, `404`, or `none`: no answer was sent. */
  readonly status?: string;
  readonly frontend?: string;
  readonly backend?: string;
  /** `server` or `backend/server`. */
  readonly server?: string;
  /** Letters of the termination state; `-` and `.` stand for themselves and for any one: `sH`, `.H`, `failed`: any but `--`. */
  readonly termination?: string;
  /** Total time of at least so many milliseconds. */
  readonly slowerMs?: number;
  /** Anywhere in client, request, or event. */
  readonly text?: string;
  /** Only requests, or only events of servers. */
  readonly kind?: 'requests' | 'events';
}

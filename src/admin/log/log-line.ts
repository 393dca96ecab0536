/** A line of `watch log` (src/proxy/log-watch.ts) as fields. Times are milliseconds; null: that moment never came. */

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

const FIELDS = 20;

/** The first `count` words, and what follows them. */
function wordsOf(text: string, count: number): readonly string[] {
  const words: string[] = [];
  let at = 0;
  while (words.length < count) {
    const blank = text.indexOf(' ', at);
    if (blank < 0) break;
    words.push(text.slice(at, blank));
    at = blank + 1;
  }
  words.push(text.slice(at));
  return words;
}

function timeOf(word: string | undefined): number | null {
  const value = Number(word);
  return word === undefined || word === '-' || !(value >= 0) ? null : value;
}

/** Undefined: not a line of `watch log`. `nowMs`: for lines that have no time of their own. */
export function parseLogLine(text: string, number: number, nowMs: number): LogLine | undefined {
  switch (text.charAt(0)) {
    case 'H':
    case 'T':
      return requestLine(text, number);
    case 'E': {
      const [, timeMs, level, proxy = '', said = ''] = wordsOf(text, 4);
      return { kind: 'event', number, timeMs: Number(timeMs), level: Number(level), proxy, text: said };
    }
    case 'O':
      return { kind: 'gap', number, timeMs: nowMs, lines: Number(text.slice(2)) };
    default:
      return undefined;
  }
}

function requestLine(text: string, number: number): RequestLine | undefined {
  const isHttp = text.charAt(0) === 'H';
  const words = wordsOf(text, FIELDS);
  const [, time, client = '', port, frontend = '', backend = '', server = ''] = words;
  const [, , , , , , , request, queue, connect, response, total, status, out, bytesIn, termination = ''] = words;
  if (words.length < FIELDS - 1 || !(Number(time) > 0)) return undefined;
  return {
    kind: isHttp ? 'http' : 'tcp',
    number,
    timeMs: Number(time),
    client: client.includes(':') ? `[${client}]:${port}` : `${client}:${port}`,
    frontend,
    backend,
    server: server.startsWith('<') ? '' : server,
    requestMs: timeOf(request),
    queueMs: timeOf(queue),
    connectMs: timeOf(connect),
    responseMs: timeOf(response),
    totalMs: timeOf(total) ?? 0,
    status: (timeOf(status) ?? 0) > 0 ? Number(status) : null,
    bytesOut: timeOf(out) ?? 0,
    bytesIn: timeOf(bytesIn) ?? 0,
    termination,
    retries: Number.parseInt((words[16] ?? '').replace('+', ''), 10) || 0,
    serverQueue: timeOf(words[17]) ?? 0,
    backendQueue: timeOf(words[18]) ?? 0,
    request: isHttp ? (words.slice(19).join(' ') ?? '') : '',
  };
}

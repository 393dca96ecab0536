/**
 * The responses the proxy makes itself when a request goes no further (manual section 3.8 `errorfile`, status codes of
 * section 1.3.1): byte for byte HAProxy 2.6's, for scripts compare them.
 */

import type { ProxyModel } from '../config/model.ts';
import type { CompileOptions } from '../sample/context.ts';
import { compileReply, type MakeReply, makeReply, type Reply } from './reply.ts';
import type { Stream } from './stream.ts';

interface Reason {
  readonly status: number;
  readonly reason: string;
  readonly text: string;
  readonly close: boolean;
}

const REASONS: readonly Reason[] = [
  { status: 200, reason: 'OK', text: 'Service ready.', close: false },
  { status: 400, reason: 'Bad request', text: 'Your browser sent an invalid request.', close: true },
  {
    status: 401,
    reason: 'Unauthorized',
    text: 'You need a valid user and password to access this content.',
    close: false,
  },
  { status: 403, reason: 'Forbidden', text: 'Request forbidden by administrative rules.', close: false },
  { status: 404, reason: 'Not Found', text: 'The resource could not be found.', close: false },
  {
    status: 405,
    reason: 'Method Not Allowed',
    text: 'A request was made of a resource using a request method not supported by that resource',
    close: false,
  },
  {
    status: 407,
    reason: 'Unauthorized',
    text: 'You need a valid user and password to access this content.',
    close: false,
  },
  {
    status: 408,
    reason: 'Request Time-out',
    text: "Your browser didn't send a complete request in time.",
    close: true,
  },
  {
    status: 410,
    reason: 'Gone',
    text: 'The resource is no longer available and will not be available again.',
    close: false,
  },
  { status: 413, reason: 'Payload Too Large', text: 'The request entity exceeds the maximum allowed.', close: false },
  { status: 421, reason: 'Misdirected Request', text: 'Request sent to a non-authoritative server.', close: false },
  {
    status: 422,
    reason: 'Unprocessable Content',
    text: 'The server cannot process the contained instructions.',
    close: false,
  },
  { status: 425, reason: 'Too Early', text: 'Your browser sent early data.', close: false },
  {
    status: 429,
    reason: 'Too Many Requests',
    text: 'You have sent too many requests in a given amount of time.',
    close: false,
  },
  { status: 500, reason: 'Internal Server Error', text: 'An internal server error occurred.', close: false },
  {
    status: 501,
    reason: 'Not Implemented',
    text: '.The server does not support the functionality required to fulfill the request.',
    close: false,
  },
  { status: 502, reason: 'Bad Gateway', text: 'The server returned an invalid or incomplete response.', close: false },
  { status: 503, reason: 'Service Unavailable', text: 'No server is available to handle this request.', close: false },
  { status: 504, reason: 'Gateway Time-out', text: "The server didn't respond in time.", close: false },
];

/** What `http-request deny` may answer with when no error file says more. */
export const builtInStatuses: readonly number[] = REASONS.map((entry) => entry.status);

function builtIn(entry: Reason): Reply {
  const body = Buffer.from(
    `<html><body><h1>${entry.status} ${entry.reason}</h1>\n${entry.text}\n</body></html>\n`,
    'latin1',
  );
  return makeReply(
    `HTTP/1.1 ${entry.status} ${entry.reason}\r\nContent-length: ${body.length}\r\nCache-Control: no-cache\r\n` +
      `${entry.close ? 'Connection: close\r\n' : ''}Content-Type: text/html\r\n`,
    body,
  );
}

const builtIns: ReadonlyMap<number, Reply> = new Map(REASONS.map((entry) => [entry.status, builtIn(entry)]));

/** The error responses of one proxy: its own over the built-in texts. Codes without a text are answered as 500's neighbours do. */
export class ErrorResponses {
  readonly #own = new Map<number, MakeReply>();

  constructor(model: ProxyModel, options: CompileOptions) {
    for (const { status, reply } of model.errorResponses) {
      const make = compileReply(reply, options);
      if (make !== null) this.#own.set(status, make);
    }
  }

  /** HAProxy's own text for `status`: what it answers before there is a stream, where no `errorfile` is asked. */
  builtIn(status: number): Reply | null {
    return builtIns.get(status) ?? null;
  }

  /**
   * The response to send for `status`: this proxy's own, else that of `next` (the frontend, when this is a backend), else the
   * built-in one; null if the file is empty (`errorfile 408 /dev/null`: close without a word).
   */
  find(status: number, next: ErrorResponses, stream: Stream): Reply | null {
    const own = this.#own.get(status) ?? next.#own.get(status);
    if (own !== undefined) return own(stream);
    return builtIns.get(status) ?? builtIns.get(500) ?? null;
  }
}

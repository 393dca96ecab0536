/**
 * What one differential case is made of: a configuration snippet, one or more scripted raw clients and scripted raw
 * origins. A case is plain data, so the same case can be played at any proxy program and the transcripts compared.
 *
 * Texts are latin1: one character is one byte. No step waits for a time to pass except `idle`, which only cases about
 * timeouts use; every other wait is for something that happened.
 */

/** Something that a scripted peer (client or origin connection) does next. */
export type Step =
  /** Writes the bytes at once. */
  | { readonly do: 'send'; readonly text: string }
  /** Writes the bytes one at a time, one write call each. */
  | { readonly do: 'drip'; readonly text: string }
  /** Client: waits until `count` final (not 1xx) responses are complete. Origin: the same for requests. */
  | { readonly do: 'messages'; readonly count: number }
  /** Waits until `count` message heads arrived, interim (1xx) ones included. */
  | { readonly do: 'heads'; readonly count: number }
  /** Waits until this text was received by this peer. */
  | { readonly do: 'text'; readonly text: string }
  /** Waits until any origin of the case received this text. */
  | { readonly do: 'originText'; readonly text: string }
  /** Waits until any client of the case received this text. */
  | { readonly do: 'clientText'; readonly text: string }
  /** Waits until the origins accepted `count` connections in total. */
  | { readonly do: 'originConnections'; readonly count: number }
  /** Waits until the other side closed (FIN or RST). */
  | { readonly do: 'closed' }
  /** Waits until every origin connection accepted so far was closed by one side or the other. */
  | { readonly do: 'originsClosed' }
  /** Waits until `count` log lines of the case arrived. */
  | { readonly do: 'logged'; readonly count: number }
  /** Raises, or waits for, a named signal shared by all peers of the case. */
  | { readonly do: 'raise'; readonly name: string }
  | { readonly do: 'await'; readonly name: string }
  /** Lets time pass on purpose: for cases about timeouts. */
  | { readonly do: 'idle'; readonly milliseconds: number }
  /** Stops and restarts reading from the socket. */
  | { readonly do: 'pause' }
  | { readonly do: 'resume' }
  /** FIN, keeps reading. */
  | { readonly do: 'halfClose' }
  /** close(2): nothing is read any more. */
  | { readonly do: 'close' }
  /** close(2) with SO_LINGER 0: RST. */
  | { readonly do: 'reset' }
  /** Origin: answers every further request with `text`, until the other side closes. */
  | { readonly do: 'serve'; readonly text: string }
  /** Origin: what follows is no longer HTTP (an accepted CONNECT). */
  | { readonly do: 'tunnel' };

export type Script = readonly Step[];

/** A difference that timing, not behaviour, decides: replaced in both transcripts before they are compared. */
export interface Loose {
  readonly pattern: RegExp;
  readonly as: string;
  readonly because: string;
}

export interface DifferentialCase {
  /** Lower case, digits and dashes; it is also the frontend's name, which tells its log lines from the others'. */
  readonly name: string;
  /**
   * Configuration sections. Tokens: `{case}` the name, `{bind}` the address to listen on, `{origin}` or
   * `{origin:NAME}` an origin's address, `{dead}` an address where nobody listens, `{file:NAME}` a file's path.
   */
  readonly config: string;
  /** Scripts of the clients; one that begins with `await` connects only after that signal, the others at once. */
  readonly clients: readonly Script[];
  /** By origin name, one script per accepted connection in order; the last one repeats. */
  readonly origins: Readonly<Record<string, readonly Script[]>>;
  /** Statuses the reference must give to the first client, so that no case is empty by mistake; '' is none. */
  readonly expect: string;
  /** Log lines that the reference writes. */
  readonly logs: number;
  /** Raw bytes instead of decoded HTTP in the transcripts. */
  readonly raw: boolean;
  /** Indices of the final responses that have no body by the request's method (HEAD). */
  readonly bodyless: readonly number[];
  readonly files: Readonly<Record<string, string>>;
  readonly loose: readonly Loose[];
}

/** Cases that can live in one proxy process: same global section, same defaults. */
export interface CaseGroup {
  readonly name: string;
  readonly global: string;
  readonly defaults: string;
  readonly cases: readonly DifferentialCase[];
}

export const send = (...text: readonly string[]): Step => ({ do: 'send', text: text.join('') });
export const drip = (text: string): Step => ({ do: 'drip', text });
export const messages = (count: number): Step => ({ do: 'messages', count });
export const heads = (count: number): Step => ({ do: 'heads', count });
export const text = (wanted: string): Step => ({ do: 'text', text: wanted });
export const originText = (wanted: string): Step => ({ do: 'originText', text: wanted });
export const clientText = (wanted: string): Step => ({ do: 'clientText', text: wanted });
export const originConnections = (count: number): Step => ({ do: 'originConnections', count });
export const closed: Step = { do: 'closed' };
export const originsClosed: Step = { do: 'originsClosed' };
export const logged = (count: number): Step => ({ do: 'logged', count });
export const raise = (name: string): Step => ({ do: 'raise', name });
export const awaitSignal = (name: string): Step => ({ do: 'await', name });
export const idle = (milliseconds: number): Step => ({ do: 'idle', milliseconds });
export const pause: Step = { do: 'pause' };
export const resume: Step = { do: 'resume' };
export const halfClose: Step = { do: 'halfClose' };
export const close: Step = { do: 'close' };
export const reset: Step = { do: 'reset' };
export const serve = (response: string): Step => ({ do: 'serve', text: response });
export const tunnel: Step = { do: 'tunnel' };

/** Joins lines with CRLF and adds the blank line: a message head. */
export function head(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A response with a Content-Length that fits. */
export function reply(body: string, ...lines: readonly string[]): string {
  return head('HTTP/1.1 200 OK', `Content-Length: ${body.length}`, ...lines) + body;
}

/** A plain request. */
export function get(path: string, ...lines: readonly string[]): string {
  return head(`GET ${path} HTTP/1.1`, 'Host: example.test', ...lines);
}

/** A frontend and a backend with one server on the origin `main`; lines are added to either. */
export function web(
  lines: { frontend?: readonly string[]; backend?: readonly string[]; server?: string } = {},
): string {
  return [
    'frontend {case}',
    '  bind {bind}',
    ...(lines.frontend ?? []).map((line) => `  ${line}`),
    '  default_backend {case}-be',
    'backend {case}-be',
    ...(lines.backend ?? []).map((line) => `  ${line}`),
    `  server s1 {origin} ${lines.server ?? ''}`,
    '',
  ].join('\n');
}

/** The usual origin: answers everything with a small body. */
export const smallOrigin: readonly Script[] = [[serve(reply('hello'))]];

type CaseInput = Pick<DifferentialCase, 'name' | 'expect'> &
  Partial<Omit<DifferentialCase, 'name' | 'expect' | 'origins' | 'clients'>> & {
    readonly client?: Script;
    readonly clients?: readonly Script[];
    readonly origin?: Script;
    readonly origins?: Readonly<Record<string, readonly Script[]>>;
  };

/** Fills what a case leaves out: plain `web()` configuration, a small origin, one log line. */
export function httpCase(input: CaseInput): DifferentialCase {
  const { client, clients, origin, origins, ...rest } = input;
  return {
    config: web(),
    logs: 1,
    raw: false,
    bodyless: [],
    files: {},
    loose: [],
    ...rest,
    clients: clients ?? [client ?? []],
    origins: origins ?? { main: origin === undefined ? smallOrigin : [origin] },
  };
}

/**
 * Expressions that haproxy and we evaluate on the same bytes. Each becomes two rules: one puts the value into a header,
 * one says by an ACL (`-m found`) that there is a sample at all.
 */

export interface ExpressionCase {
  /** As it stands in a configuration, without `%[` and `]`. */
  readonly expression: string;
  /** What the client sends, one character a byte; the plain request without. */
  readonly request?: string;
  /** What the server answers. */
  readonly response?: string;
  /** An ACL in place of `<expression> -m found`. */
  readonly acl?: string;
  /** Where it is evaluated: `http-request` rules, or `http-response` rules. */
  readonly direction?: 'request' | 'response';
  /** For what cannot be equal (clocks, ports, random numbers): both values must look like this. */
  readonly shape?: RegExp;
  /** Both programs refuse it. */
  readonly refused?: boolean;
}

export interface ExpressionTopic {
  readonly name: string;
  /** `tcp`: rules on content keep the values in variables, and a log line tells them. */
  readonly mode?: 'tcp';
  /** Lines of the `global` section. */
  readonly global?: readonly string[];
  /** Behind the address of the `bind` line. */
  readonly bindOptions?: string;
  /** Lines of each `listen` section, before the rules of the cases. */
  readonly lines?: readonly string[];
  /** Whole sections that the expressions name. */
  readonly sections?: readonly string[];
  readonly cases: readonly ExpressionCase[];
}

export const PLAIN_REQUEST = 'GET /path/to/page.html?one=1&two=2 HTTP/1.1\r\nHost: www.example.com\r\n\r\n';
export const PLAIN_RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** A request from its line and header lines; `body` gets its length announced. */
export function requestOf(line: string, headers: readonly string[] = [], body?: string): string {
  const length = body === undefined ? [] : [`Content-Length: ${body.length}`];
  return [`${line} HTTP/1.1`, ...headers, ...length, '', body ?? ''].join('\r\n');
}

/** A response with header lines. */
export function responseOf(status: string, headers: readonly string[] = []): string {
  return [`HTTP/1.1 ${status}`, ...headers, 'Content-Length: 2', '', 'ok'].join('\r\n');
}

/** The same request for many expressions. */
export function onRequest(request: string, expressions: readonly string[]): ExpressionCase[] {
  return expressions.map((expression) => ({ expression, request }));
}

/** The same response for many expressions, evaluated when it passes. */
export function onResponse(response: string, expressions: readonly string[]): ExpressionCase[] {
  return expressions.map((expression) => ({ expression, response, direction: 'response' }));
}

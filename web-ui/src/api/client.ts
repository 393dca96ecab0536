/**
 * The API of the unit, as pages ask it: JSON in and out, the CSRF token on every write, errors as `ApiError`. A session
 * that is over is told to whoever listens (application/session.ts), once, and not page by page.
 */

/** What the unit answers when it says no; `code` is for programs, `message` for people. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** All of `error` in the answer: a check's report, for instance. */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Asked by a timer, not by a person: the session does not live longer by it. Only for GET. */
  readonly background?: boolean;
  /** After so long without an answer the unit is unreachable; by a timer 30 s, else as long as the browser waits. */
  readonly patienceMs?: number;
}

/** A unit whose address has changed says nothing at all. */
const BACKGROUND_PATIENCE_MS = 30_000;

export const CSRF_HEADER = 'x-csrf-token';

let csrfToken = '';
let onSessionOver: () => void = () => {};

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Goes into CSRF_HEADER of a write that does not come through here. */
export function currentCsrfToken(): string {
  return csrfToken;
}

export function whenSessionOver(listener: () => void): void {
  onSessionOver = listener;
}

/** What to show a person of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function call<Answer>(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<Answer> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method !== 'GET') headers[CSRF_HEADER] = csrfToken;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (options.background === true) headers['x-background'] = '1';
  const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
  if (body !== undefined) init.body = JSON.stringify(body);
  const patienceMs = options.patienceMs ?? (options.background === true ? BACKGROUND_PATIENCE_MS : undefined);
  if (options.signal !== undefined) init.signal = options.signal;
  else if (patienceMs !== undefined) init.signal = AbortSignal.timeout(patienceMs);
  let status: number;
  let text: string;
  try {
    const response = await fetch(path, init);
    status = response.status;
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new ApiError(0, 'unreachable', 'The unit does not answer. Is it running, and is the network there?');
  }
  return answerOf(status, text);
}

/** What an answer says, or the ApiError it is. */
export function answerOf<Answer>(status: number, text: string): Answer {
  const answer = asJson(text);
  if (status >= 200 && status < 300) return answer as Answer;
  const told = (answer as { error?: Record<string, unknown> } | undefined)?.error ?? {};
  const code = String(told['code'] ?? 'unknown');
  if (status === 401 && code === 'not-logged-in') onSessionOver();
  const message = String(told['message'] ?? `the unit answered ${status}`);
  throw new ApiError(status, code, message, told);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An answer that is no JSON is one that went wrong: its status tells.
    return undefined;
  }
}

export const api = {
  get: <Answer>(path: string, options?: CallOptions): Promise<Answer> => call('GET', path, undefined, options),
  post: <Answer>(path: string, body: unknown, options?: CallOptions): Promise<Answer> =>
    call('POST', path, body, options),
  put: <Answer>(path: string, body: unknown, options?: CallOptions): Promise<Answer> =>
    call('PUT', path, body, options),
  patch: <Answer>(path: string, body: unknown, options?: CallOptions): Promise<Answer> =>
    call('PATCH', path, body, options),
  delete: <Answer>(path: string, options?: CallOptions): Promise<Answer> => call('DELETE', path, undefined, options),
};

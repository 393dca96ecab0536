/**
 * The unit's feed over one WebSocket for all of the page: open while somebody listens and the page can be seen, opened
 * anew when it breaks. Messages are objects with a `type`; listeners take those they know.
 */

import { signal } from '@preact/signals';
import { api } from './client.ts';

export interface LiveMessage {
  readonly type: string;
  readonly timeMs: number;
  readonly [more: string]: unknown;
}

type Listener = (message: LiveMessage) => void;
export type LiveState = 'off' | 'connecting' | 'live' | 'broken';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;
/** The unit lets nobody look who is not logged in. */
const POLICY = 1008;

/** How the feed is, for the light in the top bar. */
export const liveState = signal<LiveState>('off');

const listeners = new Set<Listener>();
let socket: WebSocket | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
let retryMs = FIRST_RETRY_MS;
let wish: string | undefined;

/** Hears every message until the function it returns is called. */
export function listenLive(listener: Listener): () => void {
  listeners.add(listener);
  adjust();
  return () => {
    listeners.delete(listener);
    adjust();
  };
}

/**
 * What this page wants to hear besides (`{type: "log", filter}`): said now, and again whenever the feed is opened anew.
 * Undefined: nothing any more.
 */
export function wishLive(message: object | undefined): void {
  wish = message === undefined ? undefined : JSON.stringify(message);
  if (wish !== undefined && socket?.readyState === WebSocket.OPEN) socket.send(wish);
}

/** After a login: at once, not when the retry is due. */
export function reconnectLive(): void {
  retryMs = FIRST_RETRY_MS;
  clearTimeout(retry);
  retry = undefined;
  adjust();
}

document.addEventListener('visibilitychange', () => adjust());

function adjust(): void {
  const wanted = listeners.size > 0 && document.visibilityState !== 'hidden';
  if (wanted && socket === undefined && retry === undefined) open();
  if (!wanted) {
    clearTimeout(retry);
    retry = undefined;
    socket?.close();
    socket = undefined;
    liveState.value = 'off';
  }
}

function open(): void {
  liveState.value = 'connecting';
  const current = new WebSocket(`wss://${location.host}/api/live`);
  socket = current;
  current.addEventListener('open', () => {
    if (wish !== undefined) current.send(wish);
  });
  current.addEventListener('message', ({ data }) => {
    if (socket !== current) return;
    retryMs = FIRST_RETRY_MS;
    liveState.value = 'live';
    const message = JSON.parse(String(data)) as LiveMessage;
    for (const listener of [...listeners]) listener(message);
  });
  current.addEventListener('close', ({ code }) => {
    if (socket !== current) return;
    socket = undefined;
    liveState.value = 'broken';
    // Asking anything tells the session whether it is over.
    if (code === POLICY) void api.get('/api/session', { background: true }).catch(() => {});
    retry = setTimeout(() => {
      retry = undefined;
      adjust();
    }, retryMs);
    retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
  });
}

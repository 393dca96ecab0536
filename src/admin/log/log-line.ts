/** A line of `watch log` (src/proxy/log-watch.ts) as fields. */

import type { LogLine, RequestLine } from '../answers/log.ts';

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

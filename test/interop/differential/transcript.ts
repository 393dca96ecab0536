/**
 * Turns what peers and the syslog socket saw into text, with everything that differs from run to run (ports, pids,
 * dates, times) replaced, so that two programs' transcripts can be compared line by line.
 */
import { createHash } from 'node:crypto';
import type { DecodedMessage } from './http-message.ts';
import { takeProxyHeader } from './proxy-header.ts';
import type { RawPeer } from './raw-peer.ts';

/** Field name -> normalised text. Fields: `client-N`, `origin-NAME`, `log`. */
export type Transcript = ReadonlyMap<string, string>;

const SHOWN_BYTES = 300;

function renderBytes(bytes: Buffer): string {
  if (bytes.length <= SHOWN_BYTES) return JSON.stringify(bytes.toString('latin1'));
  const digest = createHash('sha1').update(bytes).digest('hex').slice(0, 12);
  return `${bytes.length} bytes, sha1 ${digest}, starts ${JSON.stringify(bytes.toString('latin1', 0, 40))}`;
}

function renderMessage(message: DecodedMessage): string[] {
  const lines = [`${message.startLine} [${message.framing}]${message.complete ? '' : ' INCOMPLETE'}`];
  const field = ([name, value]: readonly [string, string]): string =>
    `  ${JSON.stringify(name).slice(1, -1)}: ${renderBytes(Buffer.from(value, 'latin1'))}`;
  lines.push(...message.headers.map(field));
  if (message.body.length > 0) lines.push(`  body ${renderBytes(message.body)}`);
  if (message.trailers.length > 0) lines.push('  trailers', ...message.trailers.map((one) => `  ${field(one)}`));
  return lines;
}

/** One connection's received bytes and how it ended. */
export function renderPeer(peer: RawPeer, raw: boolean): string[] {
  const lines: string[] = [];
  const [proxyHeader, bytes] = takeProxyHeader(peer.received);
  if (proxyHeader !== null) lines.push(proxyHeader);
  if (raw) {
    lines.push(`bytes ${renderBytes(bytes)}`);
  } else {
    const { messages, rest } = peer.decoded();
    for (const message of messages) lines.push(...renderMessage(message));
    if (rest.length > 0) lines.push(`rest ${renderBytes(rest)}`);
  }
  if (peer.stuckAt !== '') lines.push(`SCRIPT STUCK at ${peer.stuckAt}`);
  lines.push(`end ${peer.end}${peer.own === '' ? '' : `, own side ${peer.own}`}`);
  return lines;
}

const timer = (text: string): string => (text === '-1' ? '-1' : `${text.startsWith('+') ? '+' : ''}T`);
const timers = (text: string): string => text.split('/').map(timer).join('/');

/** Replaces pids, dates, ports, timers and the process-wide connection count in a syslog line. */
export function normaliseLogLine(line: string): string {
  return line
    .replace(/^(<\d+>)[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d /, '$1DATE ')
    .replace(/^(<\d+>DATE \S+)\[\d+\]:/, '$1[PID]:')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d(\.\d{3}| [+-]\d{4})\]/, (date) =>
      date.includes('.') ? '[DATE.MS]' : '[DATE ZONE]',
    )
    .replace(/ (-?\d+(?:\/-?\d+){3}\/\+?-?\d+) (?=(?:\d+|-1) )/, (all) => ` ${timers(all.trim())} `)
    .replace(/ (-?\d+\/-?\d+\/\+?-?\d+) (?=\+?\d+ [A-Za-z-]{2} )/, (all) => ` ${timers(all.trim())} `)
    .replace(/ ([A-Za-z-]{2,4}) \d+\/(\d+\/\d+\/\d+\/\+?\d+) /, ' $1 A/$2 ')
    .replace(
      /"" "" \d+ \d+ ("[^"]*" "[^"]*" "[^"]*") (-?\d+) (-?\d+) (-?\d+) (-?\d+) (\+?-?\d+) ([A-Za-z-]{2,4}) \d+ /,
      (_all, names: string, a: string, b: string, c: string, d: string, e: string, state: string) =>
        `"" "" PORT MS ${names} ${[a, b, c, d, e].map(timer).join(' ')} ${state} A `,
    );
}

/** Length of the longest common subsequence of every pair of line suffixes. */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const table = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const below = table[row + 1]?.[column] ?? 0;
      const beside = table[row]?.[column + 1] ?? 0;
      const diagonal = table[row + 1]?.[column + 1] ?? 0;
      const here = left[row] === right[column] ? diagonal + 1 : Math.max(below, beside);
      table[row]?.splice(column, 1, here);
    }
  }
  return table;
}

/** The differing lines of two texts, as a minimal edit from the reference to the candidate; empty when equal. */
export function differences(reference: string, candidate: string): string[] {
  if (reference === candidate) return [];
  const left = reference.split('\n');
  const right = candidate.split('\n');
  const common = commonLengths(left, right);
  const shown: string[] = [];
  let row = 0;
  let column = 0;
  while (row < left.length || column < right.length) {
    if (row < left.length && column < right.length && left[row] === right[column]) {
      row += 1;
      column += 1;
    } else if (row < left.length && (common[row + 1]?.[column] ?? 0) >= (common[row]?.[column + 1] ?? -1)) {
      shown.push(`reference: ${left[row]}`);
      row += 1;
    } else {
      shown.push(`candidate: ${right[column]}`);
      column += 1;
    }
  }
  return shown;
}

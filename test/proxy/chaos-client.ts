/** Clients of the chaos run: each has one connection, does something sane or mad with it, and judges what came back. */
import { Socket } from 'node:net';
import { decodeMessages } from '../interop/differential/http-message.ts';
import { BEHAVIOURS, send } from './chaos-origin.ts';
import { bodyOf, Chance, chunked, pause } from './chaos-random.ts';

/** Longer than all of the proxy's timeouts together: a client still waiting then was forgotten. */
const PATIENCE_MS = 60_000;

const BACKENDS = [
  'never',
  'safe',
  'aggressive',
  'always',
  'queue',
  'flap',
  'dead',
  'gone',
  'named',
  'deny',
  'away',
] as const;
const GARBAGE = [
  '\x16\x03\x01\x02\x00',
  'GET /\x00 HTTP/1.1\r\n\r\n',
  '\r\n\r\n\r\nno\r\n\r\n',
  'GET / HTTP/1.1\r\nhost a\r\n\r\n',
];

interface Sent {
  readonly id: string;
  readonly method: string;
  readonly backend: string;
  readonly behaviour: string;
  readonly size: number;
}

export interface ChaosPorts {
  readonly web: number;
  readonly announced: number;
  readonly echo: number;
}

export interface Verdict {
  readonly violations: readonly string[];
  readonly answers: number;
}

class Client {
  readonly socket = new Socket({ allowHalfOpen: true });
  readonly parts: Buffer[] = [];
  readonly #chance: Chance;
  /** It left by itself, or did not read for long: then anything may have been cut. */
  left = false;
  ended = false;
  failure = '';

  constructor(chance: Chance) {
    this.#chance = chance;
    const { socket } = this;
    socket.on('data', (part: Buffer) => this.parts.push(part));
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('close', () => {
      this.ended = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.failure = error.code ?? error.message;
    });
  }

  async connect(port: number): Promise<boolean> {
    await new Promise<void>((resolve) => {
      this.socket.once('connect', resolve);
      this.socket.once('close', () => resolve());
      this.socket.connect(port, '127.0.0.1');
    });
    this.socket.setNoDelay(true);
    return !this.socket.destroyed;
  }

  get received(): Buffer {
    return Buffer.concat(this.parts);
  }

  /** Waits, with the end of patience; says whether `holds` came true or the connection ended. */
  async until(holds: () => boolean): Promise<boolean> {
    const end = performance.now() + PATIENCE_MS;
    while (!holds() && !this.ended) {
      if (performance.now() > end) return false;
      await pause(3);
    }
    return true;
  }

  /** Something mad, now and then. */
  async maybeLeave(): Promise<boolean> {
    const chance = this.#chance;
    switch (chance.below(40)) {
      case 0:
        this.left = true;
        this.socket.resetAndDestroy();
        return true;
      case 1:
        this.left = true;
        this.socket.destroy();
        return true;
      case 2:
        this.left = true;
        this.socket.end();
        await this.until(() => false);
        return true;
      case 3: {
        // Does not read for a while, perhaps for longer than the proxy waits.
        this.left = true;
        this.socket.pause();
        await pause(chance.below(900));
        this.socket.resume();
        return false;
      }
      default:
        return false;
    }
  }
}

function request(sent: Sent, chance: Chance): string {
  const version = chance.once(12) ? 'HTTP/1.0' : 'HTTP/1.1';
  const start = `${sent.method} /${sent.backend}/${sent.behaviour}/${sent.size}/${sent.id} ${version}\r\nhost: chaos\r\n`;
  const connection = chance.once(10) ? `connection: ${chance.pick(['close', 'keep-alive'])}\r\n` : '';
  if (sent.behaviour === 'upgrade') return `${start}connection: upgrade\r\nupgrade: chaos\r\n\r\n`;
  if (sent.method !== 'POST') return `${start}${connection}\r\n`;
  const body = bodyOf(sent.id, chance.size());
  if (version === 'HTTP/1.1' && chance.once(2))
    return `${start}${connection}transfer-encoding: chunked\r\n\r\n${chunked(body, chance)}`;
  return `${start}${connection}content-length: ${body.length}\r\n\r\n${body}`;
}

/** Answers to HEAD have no body, but for the one that says the request took too long: its method was not known yet. */
function decodeAnswers(bytes: Buffer, sent: readonly Sent[], ended: boolean): ReturnType<typeof decodeMessages> {
  const heads = sent.flatMap((one, index) => (one.method === 'HEAD' ? [index] : []));
  const decoded = decodeMessages(bytes, { kind: 'response', bodyless: heads, ended, tunnelAfter: -1 });
  const finals = decoded.messages.filter((message) => !message.interim);
  const bodyless = heads.filter((index) => !/ 408 /.test(finals[index]?.startLine ?? ''));
  if (bodyless.length === heads.length) return decoded;
  return decodeMessages(bytes, { kind: 'response', bodyless, ended, tunnelAfter: -1 });
}

function judge(client: Client, sent: readonly Sent[], tunnelled: string): Verdict {
  const violations: string[] = [];
  const bytes = client.received;
  const decoded = decodeAnswers(bytes, sent, client.ended);
  const finals = decoded.messages.filter((message) => !message.interim);
  const complain = (what: string): void => {
    violations.push(
      `${sent.map((one) => `${one.method} ${one.backend}/${one.behaviour} ${one.id}`).join(', ')}: ${what}`,
    );
  };
  let allowedCut = client.left || client.failure !== '';
  for (const [index, message] of finals.entries()) {
    const asked = sent[index];
    if (!/^HTTP\/1\.[01] [1-5]\d\d /.test(message.startLine))
      complain(`no status line: ${JSON.stringify(message.startLine)}`);
    if (asked === undefined) {
      // Only an error about what was no request, or the end of waiting for one.
      if (!/ (400|408) /.test(message.startLine)) complain(`an answer too many: ${message.startLine}`);
      continue;
    }
    if (BEHAVIOURS[asked.behaviour]?.cut === true || asked.backend === 'flap') allowedCut = true;
    const echo = message.headers.find(([name]) => name === 'x-echo')?.[1];
    if (echo === undefined) continue;
    if (echo !== asked.id) complain(`the answer to ${echo} instead of ${asked.id}`);
    const body = message.body.toString('latin1');
    if (asked.behaviour === 'badchunk' || / 101 /.test(message.startLine)) continue;
    if (body !== bodyOf(asked.id, body.length)) complain(`the body of ${asked.id} is another's`);
    if (message.complete && message.framing === 'length' && body.length !== asked.size)
      complain(`${asked.id} is too short`);
    if (!message.complete && !allowedCut) complain(`${asked.id} was cut after ${body.length} of ${asked.size} bytes`);
  }
  const last = finals.at(-1)?.startLine ?? '';
  const rest = decoded.rest.toString('latin1');
  if (/ 101 /.test(last)) {
    if (!tunnelled.startsWith(rest)) complain('a tunnel that says something else');
  } else if (rest !== '' && !allowedCut) complain(`no message: ${JSON.stringify(rest.slice(0, 100))}`);
  return { violations, answers: finals.length };
}

/** One connection to a web frontend. */
async function browse(client: Client, number: number, announce: boolean, chance: Chance): Promise<Verdict> {
  const sent: Sent[] = [];
  const count = 1 + chance.below(6);
  const pipelined = chance.once(3);
  const quiet = chance.once(2);
  let tunnelled = '';
  const finals = (): number => {
    const decoded = decodeAnswers(client.received, sent, false);
    return decoded.messages.filter((message) => message.complete && !message.interim).length;
  };
  let stuck = false;
  if (announce) {
    const line = chance.once(10)
      ? 'PROXY NONSENSE\r\n'
      : `PROXY TCP4 192.0.2.${1 + chance.below(250)} 192.0.2.1 1000 80\r\n`;
    client.socket.write(line);
  }
  for (let i = 0; i < count && !client.ended && !client.left; i++) {
    if (chance.once(25)) {
      await send(client.socket, chance.pick(GARBAGE), chance);
      stuck = !(await client.until(() => false));
      break;
    }
    const behaviours = quiet ? ['length', 'chunked', 'interim', 'early', 'length'] : Object.keys(BEHAVIOURS);
    const one: Sent = {
      id: `c${number}r${i}`,
      method: chance.pick(['GET', 'GET', 'POST', 'HEAD']),
      backend: chance.pick(BACKENDS),
      behaviour: chance.pick(behaviours),
      size: chance.size(),
    };
    const text = request(one, chance);
    sent.push(one);
    const cut = chance.once(40) ? chance.below(text.length) : text.length;
    await send(client.socket, text.slice(0, cut), chance);
    if (cut < text.length) {
      // Half a request, and then nothing.
      if (cut < text.indexOf('\r\n\r\n') + 4) sent.pop();
      stuck = !(await client.until(() => false));
      break;
    }
    if (await client.maybeLeave()) break;
    if (one.behaviour === 'upgrade') {
      stuck = !(await client.until(() => finals() >= i + 1));
      if (/ 101 /.test(client.received.toString('latin1'))) {
        tunnelled = bodyOf(one.id, chance.size());
        await send(client.socket, tunnelled, chance);
        await pause(chance.below(20));
        client.socket.end();
        stuck ||= !(await client.until(() => false));
        break;
      }
    } else if (!pipelined) stuck = !(await client.until(() => finals() >= i + 1));
    if (stuck) break;
    if (chance.once(30)) await pause(chance.below(500));
  }
  if (pipelined && !stuck && !client.left) stuck = !(await client.until(() => finals() >= sent.length));
  const verdict = judge(client, sent, tunnelled);
  if (!stuck) return verdict;
  return { ...verdict, violations: [...verdict.violations, `${JSON.stringify(sent)}: nobody answered`] };
}

/** One connection to the TCP frontend, whose servers repeat what they are told. */
async function talk(client: Client, number: number, chance: Chance): Promise<Verdict> {
  const text = bodyOf(`t${number}`, chance.size());
  const violations: string[] = [];
  await send(client.socket, text, chance);
  if (!(await client.maybeLeave())) {
    if (chance.once(2)) {
      client.socket.end();
      if (!(await client.until(() => false))) violations.push(`t${number}: the end never came`);
    } else await client.until(() => client.received.length >= text.length);
  }
  if (!text.startsWith(client.received.toString('latin1'))) violations.push(`t${number}: an echo of something else`);
  return { violations, answers: client.received.length > 0 ? 1 : 0 };
}

export async function chaosClient(seed: number, number: number, ports: ChaosPorts): Promise<Verdict> {
  const chance = new Chance(seed, `client ${number}`);
  const client = new Client(chance);
  const port = chance.pick([ports.web, ports.web, ports.web, ports.web, ports.announced, ports.echo]);
  try {
    if (!(await client.connect(port))) return { violations: [], answers: 0 };
    if (port === ports.echo) return await talk(client, number, chance);
    return await browse(client, number, port === ports.announced, chance);
  } finally {
    client.socket.destroy();
  }
}

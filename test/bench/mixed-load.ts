/**
 * Clients of every kind at once, for hours if wanted: good ones whose answers are checked to the byte, rude ones who
 * leave at every stage, broken ones who must be refused. What they do follows from a seed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { LoadClient } from './load-client.ts';
import { bigBytes, chunkBytes, chunkCount, smallText } from './load-origin.ts';

const head = (method: string, path: string, extra = ''): string =>
  `${method} ${path} HTTP/1.1\r\nHost: load.example.com\r\nUser-Agent: mixed-load\r\n${extra}\r\n`;

class Mismatch extends Error {}

function expect(what: string, got: number, wanted: number): void {
  if (got !== wanted) {
    throw new Mismatch(`${what}: ${got}, not ${wanted}`);
  }
}

type Scenario = (client: LoadClient) => Promise<void>;

async function get(client: LoadClient, path: string, bytes: number, status = 200): Promise<void> {
  client.write(head('GET', path));
  const response = await client.response();
  expect(`status of ${path}`, response.status, status);
  expect(`body of ${path}`, response.bodyBytes, bytes);
}

async function upload(client: LoadClient, request: string, parts: readonly (string | Uint8Array)[]): Promise<void> {
  client.write(request);
  for (const part of parts) {
    client.write(part);
  }
  const response = await client.response();
  expect('status of an upload', response.status, 200);
  expect('answer to an upload', response.bodyBytes, 12);
}

const payload = Buffer.alloc(200_000, 'payload ');

const scenarios: Readonly<Record<string, Scenario>> = {
  kept: async (client) => {
    for (let count = 0; count < 20; count++) {
      await get(client, '/small', smallText.length);
    }
  },
  closing: async (client) => {
    client.write(head('GET', '/small', 'Connection: close\r\n'));
    expect('body before close', (await client.response()).bodyBytes, smallText.length);
  },
  old: async (client) => {
    client.write('GET /small HTTP/1.0\r\n\r\n');
    expect('status of HTTP/1.0', (await client.response()).status, 200);
  },
  head: async (client) => {
    client.write(head('HEAD', '/big'));
    expect('status of HEAD', (await client.response(true)).status, 200);
    await get(client, '/small', smallText.length);
  },
  pipelined: async (client) => {
    client.write(head('GET', '/small').repeat(8));
    for (let count = 0; count < 8; count++) {
      expect('pipelined body', (await client.response()).bodyBytes, smallText.length);
    }
  },
  trickled: async (client) => {
    const request = head('GET', '/small');
    for (let at = 0; at < request.length; at += 7) {
      client.write(request.slice(at, at + 7));
      await delay(1);
    }
    expect('body of a trickled request', (await client.response()).bodyBytes, smallText.length);
  },
  big: (client) => get(client, '/big', bigBytes),
  chunked: (client) => get(client, '/chunked', chunkCount * chunkBytes),
  late: (client) => get(client, '/late', smallText.length),
  error: (client) => get(client, '/error', 3, 503),
  upload: (client) => upload(client, head('POST', '/upload', `Content-Length: ${payload.length}\r\n`), [payload]),
  chunkedUpload: (client) =>
    upload(client, head('POST', '/upload', 'Transfer-Encoding: chunked\r\n'), [
      `${payload.length.toString(16)}\r\n`,
      payload,
      '\r\n5;name=value\r\nhello\r\n0\r\n\r\n',
    ]),
  refused: async (client) => {
    client.write('GET /small HTTP/1.1\r\nHost : a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n');
    expect('status of nonsense', (await client.response()).status, 400);
  },
  leavesAfterConnect: async () => {},
  leavesInHead: async (client) => {
    client.write(head('GET', '/small').slice(0, 40));
    await delay(2);
  },
  leavesInUpload: async (client) => {
    client.write(head('POST', '/upload', `Content-Length: ${payload.length}\r\n`));
    client.write(payload.subarray(0, 50_000));
    await delay(2);
  },
  leavesWhileWaiting: async (client) => {
    client.write(head('GET', '/late'));
    await delay(5);
  },
  leavesInAnswer: async (client) => {
    client.write(head('GET', '/big'));
    await client.received();
    client.reset();
  },
  brokenAnswer: async (client) => {
    client.write(head('GET', '/broken'));
    const outcome = await client.response().then(
      () => 'complete',
      () => 'broken',
    );
    expect('complete broken answers', Number(outcome === 'complete'), 0);
  },
};

/** mulberry32: the next of a repeatable series in [0, 1). */
function series(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class MixedLoad {
  /** Conversations held, by kind. */
  readonly held = new Map<string, number>();
  /** What went otherwise than it should, the first hundred. */
  readonly failures: string[] = [];
  readonly #port: number;
  readonly #pauseMs: number;
  #stopped = false;
  readonly #actors: Promise<void>[] = [];

  /** `actors` conversations at a time with the proxy on `port`, each `pauseMs` apart. */
  constructor(port: number, actors: number, pauseMs: number, seed = 1) {
    this.#port = port;
    this.#pauseMs = pauseMs;
    for (let index = 0; index < actors; index++) {
      this.#actors.push(this.#act(series(seed * 1000 + index)));
    }
  }

  get count(): number {
    return [...this.held.values()].reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#actors);
  }

  async #act(random: () => number): Promise<void> {
    const names = Object.keys(scenarios);
    while (!this.#stopped) {
      const name = names[Math.floor(random() * names.length)] as string;
      const client = new LoadClient(this.#port);
      try {
        await (scenarios[name] as Scenario)(client);
      } catch (error) {
        if (this.failures.length < 100) {
          this.failures.push(`${name}: ${(error as Error).message}`);
        }
      }
      client.close();
      this.held.set(name, (this.held.get(name) ?? 0) + 1);
      await delay(this.#pauseMs * 2 * random());
    }
  }
}

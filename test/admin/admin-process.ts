/** `mahalo admin` as a process of its own, on a directory of its own and on free ports; and a small browser to talk to it. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAHALO_WORDS } from '../mahalo-words.ts';

const START_MS = 180_000;

export const PASSWORD = 'a long enough secret';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what tests look at is checked by looking
  readonly json: any;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 180_000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not happen in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Keeps cookies as a browser does, and sends Origin and the CSRF token as our own pages do. */
export class Browser {
  port: number;
  readonly cookies = new Map<string, string>();
  csrfToken = '';

  constructor(port: number) {
    this.port = port;
  }

  get origin(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** As one of our pages would ask. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const write = method !== 'GET';
    const answer = await send(this.port, method, path, {
      ...options,
      headers: {
        ...(this.cookies.size > 0 ? { cookie: this.cookieHeader } : {}),
        ...(write ? { origin: this.origin, 'x-csrf-token': this.csrfToken } : {}),
        ...options.headers,
      },
    });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    if (typeof answer.json?.csrfToken === 'string') this.csrfToken = answer.json.csrfToken;
    return answer;
  }

  logIn(user: string, password = PASSWORD, code?: string): Promise<Answer> {
    return this.call('POST', '/api/login', { body: { user, password, ...(code === undefined ? {} : { code }) } });
  }
}

/** A request as it stands: nothing is added but Host. */
export function send(port: number, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const content = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        rejectUnauthorized: false,
        headers: {
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(content === undefined ? {} : { 'content-length': String(Buffer.byteLength(content)) }),
          ...options.headers,
        },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk) => {
          text += chunk;
        });
        incoming.on('error', reject);
        incoming.on('end', () => {
          let json: unknown;
          try {
            json = JSON.parse(text);
          } catch {
            json = undefined;
          }
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json });
        });
      },
    );
    outgoing.on('error', reject);
    // A reset that arrives behind the whole answer concerns nobody any more, and would end the test.
    outgoing.on('socket', (socket) => socket.on('error', () => {}));
    outgoing.end(content);
  });
}

/** A unit's proxies and VRRP processes name files of its directory, and go on when admin ends. */
function startedFor(directory: string): number[] {
  const mine = (name: string): boolean => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(`${directory}/`);
    } catch {
      return false; // Gone meanwhile.
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && mine(name))
    .map(Number);
}

export class AdminProcess {
  readonly directory: string;
  readonly #words: readonly string[];
  readonly #program: readonly string[];
  #child: ChildProcess | undefined;
  output = '';
  errors = '';

  /** @param program what starts `mahalo`: the tree with this Node, or scripts/mahalo, whose Node options save memory */
  constructor(
    words: readonly string[] = [],
    directory = mkdtempSync(join(tmpdir(), 'mahalo-admin-')),
    program: readonly string[] = MAHALO_WORDS,
  ) {
    this.directory = directory;
    this.#words = words;
    this.#program = program;
  }

  async start(): Promise<this> {
    this.output = '';
    const [file = '', ...words] = [...this.#program, 'admin', '-s', this.directory, '-p', '0', ...this.#words];
    const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      this.output += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      this.errors += chunk;
    });
    await until(
      `admin serves: ${this.errors}`,
      () => {
        if (child.exitCode !== null) throw new Error(`admin ended: ${this.errors}`);
        return this.output.includes('ready\n');
      },
      START_MS,
    );
    return this;
  }

  get processId(): number {
    return this.#child?.pid ?? 0;
  }

  get port(): number {
    return Number(/^https:\/\/[^/]*:(\d+)\/$/m.exec(this.output)?.[1]);
  }

  /** What stands on the console behind `name: `. */
  announced(name: string): string {
    return new RegExp(`^${name}: (.*)$`, 'm').exec(this.output)?.[1] ?? '';
  }

  browser(): Browser {
    return new Browser(this.port);
  }

  /** The owner's browser, on a fresh unit. */
  async claim(name = 'test unit'): Promise<Browser> {
    const browser = this.browser();
    const body = { code: this.announced('claim-code'), unit: name, user: 'owner', password: PASSWORD };
    const answer = await browser.call('POST', '/api/claim', { body });
    if (answer.status !== 200) throw new Error(`not claimed: ${answer.text}`);
    return browser;
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** Ends it and what outlives it, and forgets all. */
  async remove(): Promise<void> {
    await this.end('SIGKILL');
    for (const processId of startedFor(this.directory)) {
      try {
        process.kill(processId, 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** `mahalo admin <word>`, as on the console of the unit. */
  console(word: string): { readonly code: number | null; readonly out: string; readonly err: string } {
    const [program, ...before] = MAHALO_WORDS;
    const words = [...before, 'admin', word, '-s', this.directory];
    const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', timeout: START_MS });
    return { code: status, out: stdout.trim(), err: stderr };
  }
}

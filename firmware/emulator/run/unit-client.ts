/** What people and tests do with a unit over its API (docs/admin.md): claim it, configure it, look after the device. */
import { createReadStream, statSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

/** Of one answer. An emulated unit that writes an update takes its time. */
const ANSWER_MS = 600_000;
/** Of a unit that boots. */
const UP_MS = 600_000;
const ASK_EVERY_MS = 100;

const OWNER = 'owner';
export const PASSWORD = 'a long enough secret';

export interface UnitAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whoever asked knows what it looks like
  readonly json: any;
}

/** `configuration`: haproxy's file; `vrrp/configuration`: keepalived's. */
type Document = 'configuration' | 'vrrp/configuration';

export class UnitClient {
  readonly host: string;
  readonly port: number;
  #token = '';
  #cookie = '';
  #csrfToken = '';

  /** @param port of the pages */
  constructor(host: string, port: number) {
    this.host = host;
    this.port = port;
  }

  /** The same owner, by another way in. */
  by(host: string, port: number): UnitClient {
    const other = new UnitClient(host, port);
    other.#token = this.#token;
    return other;
  }

  #headers(): Record<string, string> {
    if (this.#token !== '') return { authorization: `Bearer ${this.#token}` };
    const origin = { origin: `https://${this.host}:${this.port}` };
    return this.#cookie === '' ? origin : { ...origin, cookie: this.#cookie, 'x-csrf-token': this.#csrfToken };
  }

  /** Any status is an answer; rejects when none comes. */
  call(method: string, path: string, body?: unknown): Promise<UnitAnswer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': `${text.length}` };
    return this.#send(method, path, headers, (outgoing) => outgoing.end(text));
  }

  #send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    write: (outgoing: ReturnType<typeof request>) => void,
  ): Promise<UnitAnswer> {
    const { host, port } = this;
    const options: RequestOptions = { host, port, method, path, agent: false, rejectUnauthorized: false };
    return new Promise((resolve, reject) => {
      const outgoing = request({ ...options, headers: { ...this.#headers(), ...headers } }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('error', reject);
        incoming.on('end', () => {
          const cookies = incoming.headers['set-cookie'] ?? [];
          if (cookies.length > 0) this.#cookie = cookies.map((cookie) => cookie.split(';')[0]).join('; ');
          resolve({ status: incoming.statusCode ?? 0, json: parsed(text) });
        });
      });
      outgoing.setTimeout(ANSWER_MS, () => outgoing.destroy(new Error(`${method} ${path}: no answer`)));
      outgoing.on('error', reject);
      write(outgoing);
    });
  }

  /** As `call`; throws what the unit said unless it agreed. Gives what it answered. */
  async order(method: string, path: string, body?: unknown): Promise<UnitAnswer['json']> {
    const { status, json } = await this.call(method, path, body);
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  /** Asks until the unit answers at all, and tells when it did (`performance.now()`). */
  async untilUp(limitMs = UP_MS): Promise<number> {
    const deadline = performance.now() + limitMs;
    for (;;) {
      try {
        await this.call('GET', '/api/claim');
        return performance.now();
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await delay(ASK_EVERY_MS);
      }
    }
  }

  /** Makes a fresh unit ours: from here on with a token, which also holds when the unit starts anew. */
  async claim(code: string, name: string): Promise<void> {
    this.#token = '';
    const claim = { code, unit: name, user: OWNER, password: PASSWORD };
    this.#csrfToken = (await this.order('POST', '/api/claim', claim)).csrfToken;
    const token = { name: 'emulator', role: 'admin', days: 0 };
    this.#token = (await this.order('POST', '/api/tokens', token)).token;
  }

  /** Its owner at a browser: some deeds are not a token's. */
  async logIn(): Promise<UnitClient> {
    const person = new UnitClient(this.host, this.port);
    const login = { user: OWNER, password: PASSWORD };
    person.#csrfToken = (await person.order('POST', '/api/login', login)).csrfToken;
    return person;
  }

  /** Applies a text and confirms it. */
  async configure(document: Document, text: string): Promise<void> {
    const { number: parent } = await this.order('GET', `/api/${document}`);
    const applied = await this.order('POST', `/api/${document}/apply`, { text, note: 'emulator', parent });
    await this.order('POST', `/api/${document}/confirm`, { revision: applied.revision });
  }

  /** The bundle goes to the slot that does not run. */
  update(file: string): Promise<UnitAnswer> {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': `${statSync(file).size}` };
    return this.#send('POST', '/api/device/update', headers, (outgoing) => createReadStream(file).pipe(outgoing));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A unit as its owner has it after a week: claimed, a proxy in front of small origins (one of them down), traffic, people. */

import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { Agent, createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdminProcess, type Browser as ApiBrowser, PASSWORD } from '../admin/admin-process.ts';
import { freePorts } from '../bench/programs.ts';

/** In the options: a file with the text of the unit, for `-f`. */
export const DEMO_FILE = 'the text of the demo';

export interface Served {
  readonly status: number;
  /** The origin that answered, as it says itself. */
  readonly by: string;
}

export class DemoUnit {
  readonly admin: AdminProcess;
  readonly #origins: readonly Server[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #ports: readonly number[];
  #owner: ApiBrowser | undefined;
  #traffic: NodeJS.Timeout | undefined;

  private constructor(words: readonly string[], origins: Server[], ports: readonly number[]) {
    this.#origins = origins;
    this.#ports = ports;
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-admin-'));
    const file = join(directory, 'demo.cfg');
    writeFileSync(file, this.text());
    const configured = words.map((word) => (word === DEMO_FILE ? file : word));
    this.admin = new AdminProcess(['--stop-proxy', ...configured], directory);
  }

  /** Unclaimed, without a configuration (but see DEMO_FILE); two origins wait for requests. */
  static async open(...words: readonly string[]): Promise<DemoUnit> {
    const origins = ['one', 'two'].map((name) =>
      createServer((request, response) => {
        response.writeHead(request.url === '/missing' ? 404 : 200, { 'x-origin': name }).end(`${name}\n`);
      }),
    );
    for (const origin of origins) await once(origin.listen(0, '127.0.0.1'), 'listening');
    const unit = new DemoUnit(words, origins, await freePorts(4));
    await unit.admin.start();
    return unit;
  }

  get origin(): string {
    return `https://127.0.0.1:${this.admin.port}`;
  }

  /** Where its proxy listens for HTTP. */
  get port(): number {
    return this.#ports[0] ?? 0;
  }

  /** Nobody listens there. */
  get freePort(): number {
    return this.#ports[3] ?? 0;
  }

  get originPorts(): readonly number[] {
    return this.#origins.map((origin) => (origin.address() as AddressInfo).port);
  }

  /** The owner's way past the pages. */
  get owner(): ApiBrowser {
    if (this.#owner === undefined) throw new Error('not claimed');
    return this.#owner;
  }

  /** Two web servers in turns, one of three static servers down, a TCP service. */
  text(): string {
    const [one, two] = this.originPorts;
    const [web, , tcp, nowhere] = this.#ports;
    return `global
    maxconn 1000

defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    timeout http-request 10s

# What visitors see.
frontend web
    bind 127.0.0.1:${web}
    acl is_static path_beg /static
    use_backend static if is_static
    default_backend application

backend application
    balance roundrobin
    option httpchk GET /health
    server one 127.0.0.1:${one} check
    server two 127.0.0.1:${two} check

backend static
    balance leastconn
    server fast 127.0.0.1:${one} check
    server spare 127.0.0.1:${two} check backup
    server gone 127.0.0.1:${nowhere} check

listen database
    mode tcp
    bind 127.0.0.1:${tcp}
    server primary 127.0.0.1:${one} check
`;
  }

  /** By the API: the pages are for those who test them. */
  async claim(): Promise<ApiBrowser> {
    this.#owner = await this.admin.claim('rack 4');
    return this.#owner;
  }

  /** @returns the number of the revision, which is confirmed */
  async apply(text: string, note: string): Promise<number> {
    const { confirmed: parent } = (await this.owner.call('GET', '/api/configuration/state')).json;
    const applied = await this.owner.call('POST', '/api/configuration/apply', { body: { text, parent, note } });
    if (applied.status !== 200) throw new Error(`not applied: ${applied.text}`);
    const { revision } = applied.json;
    const confirmed = await this.owner.call('POST', '/api/configuration/confirm', { body: { revision } });
    if (confirmed.status !== 200) throw new Error(`not confirmed: ${confirmed.text}`);
    return revision;
  }

  /** Somebody for each role, called like it; all have the password of the tests. */
  async addPeople(): Promise<void> {
    for (const role of ['operator', 'viewer']) {
      const answer = await this.owner.call('POST', '/api/users', { body: { name: role, role, password: PASSWORD } });
      if (answer.status !== 200) throw new Error(`no ${role}: ${answer.text}`);
    }
  }

  /** A request through the balancer. Status 0: there was no answer. */
  ask(path = '/', port = this.port): Promise<Served> {
    return new Promise((resolve) => {
      get({ host: '127.0.0.1', port, path, agent: this.#agent }, (answer) => {
        answer.resume();
        const served = { status: answer.statusCode ?? 0, by: String(answer.headers['x-origin'] ?? '') };
        answer.on('end', () => resolve(served)).on('error', () => resolve({ status: 0, by: '' }));
      }).on('error', () => resolve({ status: 0, by: '' }));
    });
  }

  /** A few requests a second, so that there is something to see. */
  startTraffic(): void {
    const paths = ['/', '/shop', '/static/logo.svg', '/missing', '/'];
    let at = 0;
    this.#traffic = setInterval(() => void this.ask(paths[at++ % paths.length]), 200);
  }

  async close(): Promise<void> {
    clearInterval(this.#traffic);
    await this.admin.end();
    await this.admin.remove();
    this.#agent.destroy();
    for (const origin of this.#origins) {
      origin.closeAllConnections();
      origin.close();
    }
  }
}

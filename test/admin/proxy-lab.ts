/** A unit with a real proxy and real traffic: an origin that answers (`/endless` without an end), and texts that say in each answer which of them runs. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../interop/differential/free-port.ts';
import { AdminProcess, type Answer, type Browser } from './admin-process.ts';

export interface ConfigurationState {
  readonly confirmed: number;
  readonly trial: { readonly revision: number; readonly serving: boolean } | null;
}

export class ProxyLab {
  readonly admin: AdminProcess;
  readonly #origin: Server;
  readonly #port: number;
  #owner: Browser | undefined;

  private constructor(words: readonly string[], origin: Server, port: number) {
    this.admin = new AdminProcess(words);
    this.#origin = origin;
    this.#port = port;
  }

  static async open(...words: readonly string[]): Promise<ProxyLab> {
    const origin = createServer((request, response) => {
      if (request.url !== '/endless') {
        response.end('origin');
        return;
      }
      const drip = setInterval(() => response.write('.'), 100);
      response.on('close', () => clearInterval(drip));
    });
    await once(origin.listen(0, '127.0.0.1'), 'listening');
    const lab = new ProxyLab(words, origin, await freePort());
    await lab.admin.start();
    lab.#owner = await lab.admin.claim();
    return lab;
  }

  get owner(): Browser {
    if (this.#owner === undefined) throw new Error('not open');
    return this.#owner;
  }

  get audit(): string {
    return readFileSync(join(this.admin.directory, 'audit.log'), 'utf8');
  }

  /** Where the proxy listens. */
  get port(): number {
    return this.#port;
  }

  text(mark: string): string {
    const { port } = this.#origin.address() as AddressInfo;
    return `# ${mark}
defaults
    mode http
    timeout connect 5s
    timeout client 600s
    timeout server 600s
frontend web
    bind 127.0.0.1:${this.#port}
    http-response set-header x-mark ${mark}
    default_backend servers
backend servers
    server s1 127.0.0.1:${port}
    server s2 127.0.0.1:${port}
`;
  }

  /** Which text serves; '' when nobody listens. */
  mark(): Promise<string> {
    return new Promise((resolve) => {
      get({ host: '127.0.0.1', port: this.#port, agent: false }, (answer) => {
        answer.resume();
        resolve(String(answer.headers['x-mark'] ?? answer.statusCode));
      }).on('error', () => resolve(''));
    });
  }

  async state(): Promise<ConfigurationState> {
    return (await this.owner.call('GET', '/api/configuration/state')).json;
  }

  async processId(): Promise<number> {
    return (await this.owner.call('GET', '/api/proxy')).json.processId;
  }

  apply(mark: string, parent: number): Promise<Answer> {
    const body = { text: this.text(mark), parent, note: `note of ${mark}` };
    return this.owner.call('POST', '/api/configuration/apply', { body });
  }

  confirm(revision: number, browser = this.owner): Promise<Answer> {
    return browser.call('POST', '/api/configuration/confirm', { body: { revision } });
  }

  takeBack(revision: number): Promise<Answer> {
    return this.owner.call('POST', '/api/configuration/return', { body: { revision } });
  }

  /** Admin starts anew, elsewhere; its owner logs in again. */
  async back(): Promise<void> {
    await this.admin.start();
    this.owner.port = this.admin.port;
    await this.owner.logIn('owner');
  }

  async close(): Promise<void> {
    await this.admin.remove();
    this.#origin.close();
    this.#origin.closeAllConnections();
  }
}

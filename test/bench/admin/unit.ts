/** A unit to measure: scripts/mahalo admin with a proxy of a hundred servers, and viewers in front of it. */

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { AdminProcess } from '../../admin/admin-process.ts';
import { memory, processTree } from '../process-usage.ts';
import { freePorts } from '../programs.ts';
import { Viewer } from './viewer.ts';

const mahalo = fileURLToPath(new URL('../../../scripts/mahalo', import.meta.url));
const BACKENDS = 10;
const SERVERS = 10;

function configuration(port: number, originPort: number): string {
  const backends = Array.from({ length: BACKENDS }, (_, index) => {
    const servers = Array.from(
      { length: SERVERS },
      (_unused, at) => `    server s${at} 127.0.0.1:${originPort} check\n`,
    );
    return `backend b${index}\n${servers.join('')}`;
  });
  const rules = Array.from({ length: BACKENDS }, (_, index) => `    use_backend b${index} if { path_beg /${index} }\n`);
  return `defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend web
    bind 127.0.0.1:${port}
${rules.join('')}    default_backend b0
${backends.join('')}`;
}

export class MeasuredUnit {
  readonly admin: AdminProcess;
  /** Where the proxy listens. */
  readonly port: number;
  readonly viewers: Viewer[] = [];
  readonly #origin: Server;
  #proxyId = 0;

  private constructor(port: number, origin: Server) {
    this.admin = new AdminProcess(['--stop-proxy'], undefined, [mahalo]);
    this.port = port;
    this.#origin = origin;
  }

  static async open(viewers: number): Promise<MeasuredUnit> {
    const origin = createServer((_request, response) => response.end('origin'));
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    const [port = 0] = await freePorts(1);
    const unit = new MeasuredUnit(port, origin);
    // The first start of a fresh tree compiles, and has the loader for that in memory; what it compiled is kept.
    await unit.admin.start();
    await unit.admin.end();
    await unit.admin.start();
    const owner = await unit.admin.claim();
    const text = configuration(port, (origin.address() as AddressInfo).port);
    const applied = await owner.call('POST', '/api/configuration/apply', { body: { text, parent: 0, note: '' } });
    if (applied.status !== 200) throw new Error(`not applied: ${applied.text}`);
    const { revision } = applied.json;
    await owner.call('POST', '/api/configuration/confirm', { body: { revision } });
    unit.#proxyId = (await owner.call('GET', '/api/proxy')).json.processId;
    for (let index = 0; index < viewers; index++) {
      const browser = unit.admin.browser();
      await browser.logIn('owner');
      unit.viewers.push(await Viewer.open(browser));
    }
    return unit;
  }

  /** Resident bytes of admin itself. */
  memoryBytes(): number {
    return memory([this.admin.processId]).rssBytes;
  }

  /** Resident bytes of the process that reads texts: it ends a minute after it was last asked. */
  languageBytes(): number {
    const language = processTree(this.admin.processId).filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('language');
      } catch {
        return false; // ended meanwhile
      }
    });
    return memory(language).rssBytes;
  }

  get proxyId(): number {
    return this.#proxyId;
  }

  async close(): Promise<void> {
    for (const viewer of this.viewers) viewer.close();
    await this.admin.end();
    await this.admin.remove();
    this.#origin.close();
  }
}

/** `mahalo appliance` as a process of its own, on a root of its own and free ports, without a device around it. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { askAppliance } from '../../src/appliance/control/ask.ts';
import { type AppliancePaths, appliancePaths } from '../../src/appliance/paths.ts';
import type { ApplianceStatus } from '../../src/appliance/status.ts';
import { markOf } from '../../src/appliance/supervisor/process-mark.ts';
import type { RoleStatus } from '../../src/appliance/supervisor/role-state.ts';
import { until } from '../admin/admin-process.ts';

/** As it is installed: with the Node options that save memory. */
export const MAHALO = join(import.meta.dirname, '../../scripts/mahalo');
export const BOARD = 'mahalo,test-frame';

export class UnitProcess {
  readonly paths: AppliancePaths;
  readonly #words: readonly string[];
  #child: ChildProcess | undefined;
  errors = '';

  constructor(words: readonly string[] = []) {
    this.paths = appliancePaths(mkdtempSync(join(tmpdir(), 'mahalo-unit-')));
    this.#words = words;
    this.write('sys/firmware/devicetree/base/compatible', `${BOARD}\0linux,test\0`);
    this.write('dev/console', '');
  }

  get root(): string {
    return this.paths.root;
  }

  get processId(): number {
    return this.#child?.pid ?? 0;
  }

  get console(): string {
    return readFileSync(join(this.paths.dev, 'console'), 'utf8');
  }

  /** @param path below the root */
  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  /** The facts of the board it seems to be. */
  board(facts: object): void {
    this.write(`usr/share/mahalo/boards/${BOARD.replace(',', '_')}.json`, JSON.stringify(facts));
  }

  async start(): Promise<this> {
    const words = ['appliance', '--root', this.root, '--admin-port', '0', '--verbose', ...this.#words];
    const child = spawn(MAHALO, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      this.errors += chunk;
    });
    await until(`the appliance answers: ${this.errors}`, async () => {
      if (child.exitCode !== null) throw new Error(`the appliance ended: ${this.errors}`);
      return (await this.#tries({ command: 'help' })) !== undefined;
    });
    return this;
  }

  async #tries(request: Readonly<Record<string, unknown>>): Promise<unknown> {
    try {
      return await this.ask(request);
    } catch {
      return undefined;
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: what tests look at is checked by looking
  ask(request: Readonly<Record<string, unknown>>): Promise<any> {
    return askAppliance(this.paths.controlSocket, request, { answerMs: 60_000 });
  }

  async status(): Promise<ApplianceStatus> {
    return (await this.ask({ command: 'status' })) as ApplianceStatus;
  }

  async role(name: string): Promise<RoleStatus> {
    const found = (await this.status()).roles.find((role) => role.name === name);
    if (found === undefined) throw new Error(`nobody looks after ${name}`);
    return found;
  }

  /** @returns its status then */
  async untilRole(name: string, what: string, condition: (role: RoleStatus) => boolean): Promise<RoleStatus> {
    let role = await this.role(name);
    await until(`${name} ${what}, but ${JSON.stringify(role)}`, async () => {
      role = await this.role(name);
      return condition(role);
    });
    return role;
  }

  /** `mahalo appliance <words>`, as somebody types it. */
  typed(...words: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
    const [word = '', ...rest] = words;
    const all = word === 'factory-reset' ? words : ['appliance', word, ...rest];
    const options = { encoding: 'utf8', timeout: 180_000 } as const;
    const { status, stdout, stderr } = spawnSync(MAHALO, [...all, '--root', this.root], options);
    return { code: status, out: stdout, err: stderr };
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** It has ended by itself. */
  async gone(): Promise<void> {
    const child = this.#child;
    await until('the appliance ends', () => child === undefined || child.exitCode !== null);
  }

  async remove(): Promise<void> {
    await this.end();
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function isRunning(pid: number | null): boolean {
  return pid !== null && markOf(pid) !== undefined;
}

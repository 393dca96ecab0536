/**
 * The VRRP agent that admin drives, as proxy-unit.ts drives the proxy: started in a session of its own, found again by its
 * command line. There is one process; a new text reaches it by a reload, so that who is master stays master.
 *
 *   vrrp/keepalived.conf   what the agent reads
 *   vrrp/revision          the number of what it has read; `0` while that changes
 *   vrrp/agent.sock        its control socket, unless the text names another one
 *   vrrp/agent.log         what it said when it was started
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeDirectory, readIfThere, writeAtomically } from '../../sys/atomic-file.ts';
import type { DocumentFile } from '../answers/revisions.ts';
import type { Carried, Carrier, StartOutcome } from '../configuration/carrier.ts';
import { askVrrp } from './vrrp-client.ts';

const START_MS = 180_000;
const PROBE_MS = 100;
const LONGEST_EXCUSE = 4000;

export class VrrpUnit implements Carrier {
  readonly what = 'the VRRP agent';
  readonly #directory: string;
  readonly #command: readonly string[];
  readonly #file: string;

  /** @param command the words that start `mahalo vrrp` */
  constructor(directory: string, command: readonly string[]) {
    this.#directory = join(directory, 'vrrp');
    this.#command = command;
    this.#file = join(this.#directory, 'keepalived.conf');
    makeDirectory(this.#directory);
  }

  /** Where the agent answers; undefined while there is none. */
  get socketPath(): string | undefined {
    return this.processId === undefined ? undefined : this.#socketOf(this.#text());
  }

  async current(): Promise<Carried | undefined> {
    const processId = this.processId;
    if (processId === undefined || !(await this.#answers())) return undefined;
    const revision = Number(readIfThere(join(this.#directory, 'revision'))?.toString('utf8') ?? 0);
    return { processId, revision };
  }

  /** There is one agent, whom nobody takes over from: it reads its text anew. */
  mark(): string {
    return '';
  }

  /** Nobody but admin starts it, and waits for it. */
  async underWay(): Promise<undefined> {}

  isAlive(processId: number): boolean {
    return this.#isOurs(processId);
  }

  async start(revision: number, text: string, _files: readonly DocumentFile[]): Promise<StartOutcome> {
    const before = this.#text();
    this.#note(0);
    writeAtomically(this.#file, text);
    const running = this.processId;
    const reason = running === undefined ? await this.#launch() : await this.#reload(before);
    const processId = this.processId;
    if (reason === undefined && processId !== undefined) {
      this.#note(revision);
      return { kind: 'serving', process: { processId, revision } };
    }
    // An agent that refused the new text goes on with the old one, and would read it at its next reload.
    writeAtomically(this.#file, before);
    return { kind: 'failed', reason: reason ?? 'its process ended' };
  }

  stopAll(): void {
    const processId = this.processId;
    if (processId === undefined) return;
    try {
      process.kill(processId, 'SIGTERM');
    } catch {
      // Gone already.
    }
  }

  /** There is one text, which the next one replaces. */
  tidy(): void {}

  #note(revision: number): void {
    writeAtomically(join(this.#directory, 'revision'), `${revision}\n`);
  }

  #text(): string {
    return readIfThere(this.#file)?.toString('utf8') ?? '';
  }

  #socketOf(text: string): string {
    return /^[ \t]*vrrp_control_socket[ \t]+(\S+)/m.exec(text)?.[1] ?? join(this.#directory, 'agent.sock');
  }

  async #answers(): Promise<boolean> {
    return (await askVrrp(this.#socketOf(this.#text()), { command: 'status' })).kind === 'result';
  }

  /** Undefined: it runs with the new text. @param before the text it was started with: there it listens still */
  async #reload(before: string): Promise<string | undefined> {
    const answer = await askVrrp(this.#socketOf(before), { command: 'reload' });
    if (answer.kind === 'result') return undefined;
    return answer.kind === 'fault' ? answer.message : `the agent does not answer: ${answer.reason}`;
  }

  async #launch(): Promise<string | undefined> {
    const path = join(this.#directory, 'agent.log');
    const log = openSync(path, 'w', 0o600);
    const [program = '', ...words] = this.#command;
    const pidFiles = ['-p', join(this.#directory, 'keepalived.pid'), '-r', join(this.#directory, 'vrrp.pid')];
    const child = spawn(program, [...words, '-n', '-l', '-f', this.#file, ...pidFiles], {
      cwd: this.#directory,
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, MAHALO_VRRP_SOCKET: join(this.#directory, 'agent.sock') },
    });
    closeSync(log);
    const gone = Promise.race([once(child, 'exit'), once(child, 'error')]).then(() => 'gone' as const);
    child.unref();
    const excuse = (): string => (readIfThere(path)?.toString('utf8') ?? '').slice(-LONGEST_EXCUSE).trim();
    const deadlineMs = performance.now() + START_MS;
    while (performance.now() < deadlineMs) {
      if ((await Promise.race([gone, delay(PROBE_MS)])) === 'gone') return excuse() || 'it cannot be started';
      if (await this.#answers()) return undefined;
    }
    child.kill('SIGKILL');
    return `it did not answer within ${START_MS / 1000} s\n${excuse()}`;
  }

  /** Of the agent, whether it answers or not; undefined while there is none. */
  get processId(): number | undefined {
    const found = readdirSync('/proc').find((name) => /^\d+$/.test(name) && this.#isOurs(Number(name)));
    return found === undefined ? undefined : Number(found);
  }

  #isOurs(processId: number): boolean {
    try {
      const words = readFileSync(`/proc/${processId}/cmdline`, 'utf8').split('\0');
      return words.includes('vrrp') && words.includes('-n') && words.includes(this.#file);
    } catch {
      return false; // gone, or not ours to see
    }
  }
}

/**
 * An agent under test, keepalived or ours, in a namespace: started with the same flags, asked in the same way (the JSON
 * signal), so that one test can be run on both.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../find-program.ts';

export type AgentKind = 'keepalived' | 'ours';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
/** SIGRTMIN+2, what `keepalived --signum=JSON` says. Node has no name for it. */
const JSON_SIGNAL = 36;
const DEADLINE_MS = 10_000;
const POLL_MS = 5;

export const STATES = ['INIT', 'BACKUP', 'MASTER', 'FAULT'] as const;

/** One element of the JSON dump, keepalived's names. */
export interface InstanceDump {
  readonly data: {
    readonly iname: string;
    readonly state: number;
    readonly wantstate: number;
    readonly base_priority: number;
    readonly effective_priority: number;
    readonly master_priority: number;
    readonly master_adver_int: number;
    readonly vipset: boolean;
  };
  readonly stats: Readonly<Record<string, number>>;
}

/** Waits until `condition` gives something true; throws with `what` after the deadline. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await delay(POLL_MS);
  }
}

export function agentMissing(kind: AgentKind): string | false {
  return kind === 'keepalived' && findProgram('keepalived') === null ? 'keepalived not installed' : false;
}

export interface AgentOptions {
  readonly kind: AgentKind;
  readonly space: string;
  /** keepalived.conf. */
  readonly configuration: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Program and arguments before the agent's own, such as `taskset -c 0`. */
  readonly wrapper?: readonly string[];
}

export class Agent {
  readonly kind: AgentKind;
  readonly space: string;
  readonly folder: string;
  readonly configurationFile: string;
  readonly #options: AgentOptions;
  #child: ChildProcess | undefined;
  #log = '';

  private constructor(options: AgentOptions) {
    this.#options = options;
    this.kind = options.kind;
    this.space = options.space;
    this.folder = mkdtempSync(join(tmpdir(), 'mahalo-vrrp-'));
    this.configurationFile = join(this.folder, 'keepalived.conf');
    mkdirSync(join(this.folder, 'tmp'));
    writeFileSync(this.configurationFile, options.configuration);
  }

  static async start(options: AgentOptions): Promise<Agent> {
    const agent = new Agent(options);
    await agent.launch();
    return agent;
  }

  /** Starts the program (again). */
  async launch(): Promise<void> {
    const own = ['-f', this.configurationFile, '-p', this.#path('pid'), '-r', this.#path('vrrp.pid')];
    const flags = ['-n', '-l', '-D', '-R', ...own];
    const program =
      this.kind === 'keepalived'
        ? [findProgram('keepalived') ?? 'keepalived', '-P', ...flags]
        : [process.execPath, MAIN, 'vrrp', '-P', ...flags];
    const words = [`--net=/run/netns/${this.space}`, ...(this.#options.wrapper ?? []), ...program];
    // Pid files of a killed run would forbid the start.
    for (const name of ['pid', 'vrrp.pid']) rmSync(this.#path(name), { force: true });
    const child = spawn('nsenter', words, {
      env: { ...process.env, TMPDIR: join(this.folder, 'tmp'), ...this.#options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const take = (chunk: Buffer): void => {
      this.#log += chunk.toString('latin1');
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    await until(
      `${this.kind} runs`,
      () => {
        if (child.exitCode !== null) throw new Error(`${this.kind} ended with ${child.exitCode}:\n${this.#log}`);
        return this.vrrpPid() > 0;
      },
      DEADLINE_MS,
    );
  }

  get log(): string {
    return this.#log;
  }

  /** What was logged after `mark` (a former length of `log`). */
  logSince(mark: number): string {
    return this.#log.slice(mark);
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The process that speaks VRRP. */
  vrrpPid(): number {
    try {
      return Number(readFileSync(this.#path('vrrp.pid'), 'latin1'));
    } catch {
      return 0; // Not written yet, or the agent has only one process.
    }
  }

  /** Every process of the agent. */
  pids(): number[] {
    const own = this.#child?.pid ?? 0;
    return [...new Set([own, this.vrrpPid()])].filter((pid) => pid > 0);
  }

  /** To all processes of the agent at once. */
  signalAll(signal: NodeJS.Signals): void {
    for (const pid of this.pids()) {
      try {
        process.kill(pid, signal);
      } catch {
        // Gone already, which is what SIGKILL to the other one may have done.
      }
    }
  }

  reload(configuration?: string): void {
    if (configuration !== undefined) writeFileSync(this.configurationFile, configuration);
    if (this.#child?.pid !== undefined) process.kill(this.#child.pid, 'SIGHUP');
  }

  /** What the JSON signal writes, fresh. */
  async dump(): Promise<readonly InstanceDump[]> {
    const file = join(this.folder, 'tmp', 'keepalived.json');
    rmSync(file, { force: true });
    process.kill(this.#child?.pid ?? 0, JSON_SIGNAL);
    return until<readonly InstanceDump[] | undefined>(`${this.kind} dumped its state`, () => {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as InstanceDump[];
      } catch {
        return undefined; // Not there, or half written.
      }
    });
  }

  async instance(index = 0): Promise<InstanceDump> {
    const found = (await this.dump())[index];
    if (found === undefined) throw new Error(`no instance ${index} in the dump`);
    return found;
  }

  async state(index = 0): Promise<string> {
    return STATES[(await this.instance(index)).data.state] ?? '?';
  }

  async becomes(state: (typeof STATES)[number], deadlineMs = DEADLINE_MS): Promise<void> {
    await until(`${this.kind} is ${state}\n${this.#log}`, async () => (await this.state()) === state, deadlineMs);
  }

  /** Waits for the end of the process, killing it after `patienceMs`. */
  async ended(patienceMs = DEADLINE_MS): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const end = performance.now() + patienceMs;
    while (child.exitCode === null && child.signalCode === null) {
      if (performance.now() > end) this.signalAll('SIGKILL');
      await delay(POLL_MS);
    }
  }

  async kill(): Promise<void> {
    // keepalived's child says goodbye when its parent dies, unless it is frozen.
    this.signalAll('SIGSTOP');
    this.signalAll('SIGKILL');
    await this.ended();
  }

  async stop(): Promise<void> {
    if (this.running) {
      this.signalAll('SIGCONT');
      this.#child?.kill('SIGTERM');
      await this.ended();
    }
  }

  /** Stops and forgets its folder. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.folder, name);
  }
}

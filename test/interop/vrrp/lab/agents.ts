/** A VRRP agent on a unit: keepalived or ours, started, stopped and killed in the same way, for they take the same flags. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clockMs, until } from './command.ts';
import type { LabNode } from './node.ts';
import { type LabProcess, processFamily, signalProcess } from './process.ts';

export type AgentKind = 'keepalived' | 'mahalo';

/** keepalived's dump (`--signum=JSON`), as much of it as tests look at. */
export interface InstanceDump {
  readonly data: {
    readonly iname: string;
    readonly state: number;
    readonly wantstate: number;
    readonly effective_priority: number;
    readonly [name: string]: unknown;
  };
  readonly stats: Readonly<Record<string, number>>;
}

/** `keepalived --signum=JSON`: SIGRTMIN + 2 of glibc. */
const SIGNAL_JSON = 36;

/** VRRP_LAB_OURS=keepalived puts keepalived in our place: whether a test is right is seen without us. */
const standsIn = process.env['VRRP_LAB_OURS'] === 'keepalived';

function command(kind: AgentKind): string[] {
  if (kind === 'keepalived' || standsIn) return ['keepalived', '-P'];
  // As users start it: with the heap's limits, without which a collection of a large young generation costs 30 ms.
  return [join(import.meta.dirname, '../../../../scripts/mahalo'), 'vrrp'];
}

export class Agent {
  readonly kind: AgentKind;
  readonly node: LabNode;
  readonly configFile: string;
  #process: LabProcess | undefined;
  #logBefore = '';

  constructor(kind: AgentKind, node: LabNode, config: string) {
    this.kind = kind;
    this.node = node;
    this.configFile = join(node.directory, 'keepalived.conf');
    this.configure(config);
  }

  /** Writes the configuration; a running agent reads it at its next start or SIGHUP. */
  configure(config: string): void {
    writeFileSync(this.configFile, config);
  }

  /** Starts it and returns at once: what it becomes is waited for by the caller. */
  start(...flags: readonly string[]): void {
    if (this.#process?.running) throw new Error(`${this.kind} on ${this.node.name} is running`);
    this.#logBefore = this.log();
    const [pidFile, vrrpPidFile] = ['agent.pid', 'vrrp.pid'].map((name) => join(this.node.directory, name));
    // keepalived will not start beside the pid file of one that was killed.
    for (const file of [pidFile!, vrrpPidFile!]) rmSync(file, { force: true });
    const words = [...command(this.kind), '-n', '-l', '-D', '-f', this.configFile, '-p', pidFile!, '-r', vrrpPidFile!];
    this.#process = this.node.start([...words, ...flags], {
      environment: { TMPDIR: this.node.directory },
      directory: this.node.directory,
    });
  }

  get running(): boolean {
    return this.#process?.running ?? false;
  }

  get pid(): number {
    if (!this.#process) throw new Error(`${this.kind} on ${this.node.name} was never started`);
    return this.#process.pid;
  }

  /** Of all its processes, the main one first. */
  pids(): number[] {
    return processFamily(this.pid);
  }

  /** All it has written since it was made, over its starts. */
  log(): string {
    return [this.#logBefore, this.#process?.log() ?? ''].filter(Boolean).join('\n');
  }

  /** Waits for a line of this start's log. */
  async line(pattern: RegExp, limitMs?: number): Promise<{ atMs: number; text: string }> {
    if (!this.#process) throw new Error(`${this.kind} on ${this.node.name} was never started`);
    return await this.#process.line(pattern, limitMs);
  }

  signal(signal: NodeJS.Signals | number): void {
    this.#process?.signal(signal);
  }

  /** SIGTERM, and waits for its end. Tells when it was asked. */
  async stop(): Promise<number> {
    const atMs = clockMs();
    await this.#process?.stop();
    return atMs;
  }

  /** Nothing of it runs any more; nothing of it has ended. */
  freeze(): number {
    for (const pid of this.pids()) signalProcess(pid, 'SIGSTOP');
    return clockMs();
  }

  thaw(): number {
    for (const pid of this.pids().reverse()) signalProcess(pid, 'SIGCONT');
    return clockMs();
  }

  /**
   * A crash: everything at once, without a last word. Frozen first, for keepalived's child takes the death of its parent
   * for a request to stop.
   */
  async kill(): Promise<number> {
    const pids = this.pids();
    const atMs = this.freeze();
    for (const pid of pids) signalProcess(pid, 'SIGKILL');
    await this.#process?.ended;
    await until('its processes are gone', () => pids.every((pid) => !existsSync(`/proc/${pid}`)));
    return atMs;
  }

  /** Its instances, from the dump that it writes when told by a signal. */
  async dump(): Promise<readonly InstanceDump[]> {
    // Before it has its handlers, the signal would kill it.
    await this.line(/entering \w+ state/i);
    const file = join(this.node.directory, 'keepalived.json');
    rmSync(file, { force: true });
    this.signal(SIGNAL_JSON);
    let dump: readonly InstanceDump[] = [];
    await until(`${this.kind} on ${this.node.name} dumps its state; its log:\n${this.log()}`, () => {
      try {
        dump = JSON.parse(readFileSync(file, 'utf8')) as InstanceDump[];
        return true;
      } catch {
        return false; // Not there, or not whole yet.
      }
    });
    return dump;
  }

  async instance(name = 'VI_1'): Promise<InstanceDump> {
    const found = (await this.dump()).find((instance) => instance.data.iname === name);
    if (!found) throw new Error(`no instance ${name} in the dump`);
    return found;
  }
}

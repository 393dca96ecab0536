/**
 * A random run: rounds of faults (random-plan.ts) on two agents in the lab, each round ended by a calm in which exactly the
 * unit of the higher priority holds the address. Everything that is done and seen is told as an event.
 */
import type { AgentKind } from './lab/agents.ts';
import { clockMs, pause, until } from './lab/command.ts';
import { Lab, VIP } from './lab/lab.ts';
import type { LabProcess } from './lab/process.ts';
import { RandomMonitor } from './random-monitor.ts';
import { type Fault, planRound, resourceOf } from './random-plan.ts';
import { RandomUnit, SECOND_VIP } from './random-unit.ts';

const LIFETIME_MS = 3000;
/** valid_lft counts whole jiffies and the kernel looks at addresses lazily, up to half a second after; pipes and this process. */
const LIFETIME_TOLERANCE_MS = 1500;
const MEASURE_TOLERANCE_MS = 60;
const CALM_LIMIT_MS = 60_000;
const CALM_LASTS_MS = 500;

export interface RandomOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly kinds: readonly [AgentKind, AgentKind];
  readonly intervalMs: number;
  /** SCHED_RR priority of our agents (`vrrp_rt_priority`), 0: none. */
  readonly realTime: number;
  readonly tell: (event: RandomEvent) => void;
  /** Only this round, to run it again. */
  readonly onlyRound?: number;
}

export interface RandomEvent {
  readonly atMs: number;
  readonly round: number;
  readonly what: string;
  readonly unit?: string;
  readonly detail?: string;
}

export interface RandomResult {
  readonly rounds: number;
  readonly faults: number;
  readonly failures: readonly string[];
  readonly longestDoubleMs: number;
  readonly doubles: number;
  readonly longestDeadMs: number;
  readonly longestLateMs: number;
  readonly transitions: number;
  readonly slowestCalmMs: number;
}

class Runner {
  readonly #options: RandomOptions;
  readonly #lab: Lab;
  readonly #monitor: RandomMonitor;
  readonly #units: readonly RandomUnit[];
  readonly #failures: string[] = [];
  #round = 0;
  #faults = 0;
  #slowestCalmMs = 0;
  #burner: LabProcess | undefined;
  readonly #startMs = clockMs();

  constructor(lab: Lab, options: RandomOptions) {
    this.#lab = lab;
    this.#options = options;
    const { intervalMs, realTime } = options;
    const dead = (index: number): number =>
      options.kinds[index] === 'mahalo' ? LIFETIME_MS + LIFETIME_TOLERANCE_MS : Number.POSITIVE_INFINITY;
    const limits = { address: VIP, doubleMs: options.intervalMs + MEASURE_TOLERANCE_MS, lifetimeMs: dead };
    this.#monitor = new RandomMonitor(lab.nodes, limits, (violation) => {
      const text = `${violation.what} for ${violation.lastedMs.toFixed(0)} ms (bound ${violation.boundMs.toFixed(0)})`;
      this.#fail(text);
    });
    this.#units = this.#monitor.units.map(
      (watch, index) => new RandomUnit(watch, index, { kind: options.kinds[index] ?? 'mahalo', intervalMs, realTime }),
    );
  }

  #tell(what: string, unit?: RandomUnit, detail?: string): void {
    this.#options.tell({
      atMs: Math.round(clockMs() - this.#startMs),
      round: this.#round,
      what,
      ...(unit === undefined ? {} : { unit: unit.watch.node.name }),
      ...(detail === undefined ? {} : { detail }),
    });
  }

  #fail(text: string): void {
    this.#failures.push(`round ${this.#round}: ${text}`);
    this.#tell('FAILURE', undefined, text);
  }

  async run(): Promise<RandomResult> {
    const { seed, minutes, onlyRound } = this.#options;
    await Promise.all(this.#units.map((unit) => unit.start()));
    const endMs = this.#startMs + minutes * 60_000;
    this.#round = onlyRound ?? 0;
    await this.#calm();
    do {
      const plan = planRound(seed, this.#round);
      const startMs = clockMs();
      const running: Promise<void>[] = [];
      const turns = new Map<string, Promise<void>>();
      for (const fault of plan.faults) {
        await pause(Math.max(0, startMs + fault.atMs - clockMs()));
        this.#faults++;
        // What takes hold of the same thing waits for what holds it: a start is not overtaken by the next kill.
        const key = resourceOf(fault);
        const turn = (turns.get(key) ?? Promise.resolve()).then(() => this.#cause(fault));
        turns.set(key, turn);
        running.push(turn);
      }
      await Promise.all(running);
      await this.#calm();
      this.#round++;
    } while (clockMs() < endMs && onlyRound === undefined);
    await this.#end();
    const { longestDoubleMs, doubles, longestDeadMs, longestLateMs, transitions } = this.#monitor;
    const seen = { longestDoubleMs, doubles, longestDeadMs, longestLateMs, transitions };
    const did = { rounds: this.#round, faults: this.#faults, slowestCalmMs: this.#slowestCalmMs };
    return { ...did, ...seen, failures: this.#failures };
  }

  async #cause(fault: Fault): Promise<void> {
    const unit = this.#units[fault.unit] as RandomUnit;
    this.#tell(fault.kind, unit, `${fault.durationMs} ms, value ${fault.value}`);
    try {
      await this.#act(fault, unit);
      this.#tell(`${fault.kind} over`, unit);
    } catch (error) {
      this.#fail(`${fault.kind} of ${unit.watch.node.name}: ${(error as Error).message.slice(0, 2000)}`);
    }
    this.#monitor.look();
  }

  async #act(fault: Fault, unit: RandomUnit): Promise<void> {
    const { agent, watch } = unit;
    const { node } = watch;
    switch (fault.kind) {
      case 'stop':
        watch.agentRuns = false;
        await agent.stop();
        // The kernel is asked: the monitor may tell later.
        if ((await node.ip('-o', 'address', 'show', 'dev', 'eth0')).includes(`${VIP}/`)) {
          throw new Error(`${node.name} stopped and kept its address`);
        }
        await pause(fault.durationMs);
        return unit.start();
      case 'kill':
        watch.agentRuns = false;
        await agent.kill();
        watch.deadSinceMs = clockMs();
        await pause(fault.durationMs);
        return unit.start();
      case 'freeze':
        watch.agentRuns = false;
        watch.deadSinceMs = agent.freeze();
        await pause(fault.durationMs);
        watch.deadSinceMs = undefined;
        agent.thaw();
        watch.agentRuns = true;
        return;
      case 'reload':
        unit.priority = fault.value;
        agent.configure(unit.configuration());
        agent.signal('SIGHUP');
        return;
      case 'pull':
        watch.linked = false;
        await this.#lab.pull(node);
        await pause(fault.durationMs);
        await this.#lab.plug(node);
        watch.linked = true;
        return;
      case 'block':
        watch.linked = false;
        await this.#lab.block(node);
        await pause(fault.durationMs);
        await this.#lab.unblock(node);
        watch.linked = true;
        return;
      case 'admin-down':
        watch.linked = false;
        await node.ip('link', 'set', 'eth0', 'down');
        await pause(fault.durationMs);
        await node.ip('link', 'set', 'eth0', 'up');
        watch.linked = true;
        return;
      case 'flap':
        watch.linked = false;
        for (const endMs = clockMs() + fault.durationMs; clockMs() < endMs; ) {
          await this.#lab.pull(node);
          await pause(50);
          await this.#lab.plug(node);
          await pause(50);
        }
        watch.linked = true;
        return;
      case 'track-file':
        unit.weight(fault.value);
        await pause(fault.durationMs);
        unit.weight(0);
        return;
      case 'script':
        unit.wellness(false);
        await pause(fault.durationMs);
        unit.wellness(true);
        return;
      case 'delete-address':
        // It may have gone by itself meanwhile, or not be there at all.
        await node.ip('address', 'del', `${VIP}/24`, 'dev', 'eth0').catch(() => this.#tell('had no address', unit));
        return;
      case 'load':
        return this.#load(fault.durationMs);
      case 'loss': {
        this.#monitor.lossy = true;
        const drop = `numgen random mod 100 < ${fault.value} drop`;
        await this.#lab.filter([drop]);
        await pause(fault.durationMs);
        await this.#lab.filter([]);
        this.#monitor.lossy = false;
      }
    }
  }

  /** Two busy processes, one a core of the machine. */
  async #load(durationMs: number): Promise<void> {
    const script = `const end = Date.now() + ${durationMs}; while (Date.now() < end);`;
    const burners = [0, 1].map(() => this.#lab.client.start([process.execPath, '-e', script]));
    this.#burner = burners[0];
    await Promise.all(burners.map((burner) => burner.ended));
  }

  /** Nothing is wrong any more: soon the one of the higher priority holds both addresses alone, and stays so. */
  async #calm(): Promise<void> {
    const startMs = clockMs();
    let why = '';
    const right = async (): Promise<boolean> => {
      const [a, b] = this.#units as [RandomUnit, RandomUnit];
      const holders = this.#units.filter((unit) => unit.watch.node.holds(VIP));
      why = `holders ${holders.map((unit) => unit.watch.node.name).join() || 'none'}`;
      if (holders.length !== 1) return false;
      const [one, other] = [await a.agent.instance(), await b.agent.instance()];
      const priorities = [one.data.effective_priority, other.data.effective_priority] as const;
      const states = `${one.data.state}${other.data.state}`;
      why += `, priorities ${priorities.join()} of ${a.priority},${b.priority}, states ${states}`;
      if (priorities[0] !== a.priority || priorities[1] !== b.priority) return false;
      const master = holders[0] as RandomUnit;
      if (priorities[0] !== priorities[1] && master.index !== (priorities[0] > priorities[1] ? 0 : 1)) return false;
      const second = this.#units.filter((unit) => unit.watch.node.holds(SECOND_VIP));
      why += `, second address on ${second.map((unit) => unit.watch.node.name).join() || 'none'}`;
      return states === (master.index === 0 ? '21' : '12') && second.length === 1 && second[0] === master;
    };
    try {
      await until('exactly the right unit is master', right, CALM_LIMIT_MS, 20);
      this.#slowestCalmMs = Math.max(this.#slowestCalmMs, clockMs() - startMs);
      const holders = this.#units.map((unit) => unit.watch.node.holds(VIP)).join();
      for (const endMs = clockMs() + CALM_LASTS_MS; clockMs() < endMs; await pause(10)) {
        const now = this.#units.map((unit) => unit.watch.node.holds(VIP)).join();
        if (now !== holders) throw new Error('it did not stay so');
      }
    } catch (error) {
      this.#fail(`calm: ${(error as Error).message}: ${why}`);
    }
    const [a, b] = this.#units.map((unit) => unit.resources());
    const spent = `a ${a?.descriptors} fds ${a?.residentKb} kB, b ${b?.descriptors} fds ${b?.residentKb} kB`;
    this.#tell('calm', undefined, `${(clockMs() - startMs).toFixed(0)} ms; ${why}; ${spent}`);
  }

  async #end(): Promise<void> {
    await Promise.all(this.#units.map((unit) => unit.agent.stop()));
    for (const unit of this.#units) {
      const left = await unit.watch.node.ip('-o', 'address', 'show', 'dev', 'eth0');
      if (left.includes(VIP) || left.includes(SECOND_VIP)) this.#fail(`${unit.watch.node.name} kept: ${left}`);
    }
  }

  async close(): Promise<void> {
    this.#monitor.close();
    await this.#burner?.stop();
    for (const unit of this.#units) await unit.agent.stop();
  }

  /** The end of each agent's log, for a failure. */
  logs(): string {
    return this.#units.map((unit) => `${unit.watch.node.name}:\n${unit.agent.log().slice(-6000)}`).join('\n');
  }
}

export interface FinishedRun extends RandomResult {
  readonly logs: string;
}

export async function runRandom(options: RandomOptions): Promise<FinishedRun> {
  const lab = await Lab.open();
  try {
    const runner = new Runner(lab, options);
    try {
      const result = await runner.run();
      return { ...result, logs: runner.logs() };
    } finally {
      await runner.close();
    }
  } finally {
    lab.close();
  }
}

/** One pair of agents through some rounds of one cell: fault, take-over, return, in a lab of its own. */
import { chmodSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, type AgentKind } from '../../interop/vrrp/lab/agents.ts';
import { type Capture, readAdvertisement } from '../../interop/vrrp/lab/capture.ts';
import { clockMs, pause, throughout, until } from '../../interop/vrrp/lab/command.ts';
import { Lab } from '../../interop/vrrp/lab/lab.ts';
import type { LabNode } from '../../interop/vrrp/lab/node.ts';
import type { Prober } from '../../interop/vrrp/lab/prober.ts';
import { type Cell, noticedBySilence, SCRIPT_NAME } from './cells.ts';

/** Who runs on unit a, and who on b. */
export type Pair = readonly [AgentKind, AgentKind];

export interface RoundResult {
  readonly darkMs: number;
  /**
   * Faults that are noticed by silence: `darkMs`, had the fault come in the middle of an interval. Where it came truly is
   * seen from the master's last advertisement; nobody can aim at a millisecond. NaN: noticed otherwise.
   */
  readonly alignedDarkMs: number;
  /** From the fault to the first answer that the new master gives. */
  readonly firstAnswerMs: number;
  /** NaN: the cell's unit stays backup. */
  readonly returnDarkMs: number;
  readonly proberLateMs: number;
}

export interface PairResult {
  readonly rounds: readonly RoundResult[];
  /** What went otherwise than it should; its rounds are not among `rounds`. */
  readonly failures: readonly string[];
  /** Rounds done again because the prober itself was late. */
  readonly repeated: number;
}

/** A prober that looked away for longer has seen nothing. */
const LOOKED_AWAY_MS = 40;
/** From the command being run to the fault being there. */
const COMMAND_MS = 3;

const SCRIPT = `#!/bin/sh
directory=$(dirname "$0")
: >"$directory/ran"
test ! -e "$directory/failing"
`;

class PairRun {
  readonly #cell: Cell;
  readonly #lab: Lab;
  readonly #prober: Prober;
  readonly #adverts: Capture;
  readonly #agents: readonly [Agent, Agent];
  readonly #nodes: readonly [LabNode, LabNode];

  private constructor(cell: Cell, pair: Pair, lab: Lab, prober: Prober, adverts: Capture) {
    this.#cell = cell;
    this.#lab = lab;
    this.#prober = prober;
    this.#adverts = adverts;
    const [a, b] = [lab.node('a'), lab.node('b')];
    this.#nodes = [a, b];
    for (const node of this.#nodes) {
      writeFileSync(join(node.directory, SCRIPT_NAME), SCRIPT);
      chmodSync(join(node.directory, SCRIPT_NAME), 0o755);
    }
    this.#agents = [
      new Agent(pair[0], a, cell.config(0, a.directory)),
      new Agent(pair[1], b, cell.config(1, b.directory)),
    ];
  }

  static async open(cell: Cell, pair: Pair): Promise<PairRun> {
    const lab = await Lab.open();
    const adverts = await lab.captureAt(lab.node('a'), 'ip proto 112 or ip6 proto 112');
    return new PairRun(cell, pair, lab, await lab.probe(cell.address), adverts);
  }

  close(): void {
    this.#lab.close();
  }

  /** Both agents anew, a master and steady. */
  async reset(): Promise<void> {
    for (const node of this.#nodes) {
      rmSync(join(node.directory, 'failing'), { force: true });
      await Promise.all([this.#lab.plug(node), this.#lab.unblock(node)]);
    }
    for (const agent of this.#agents) if (agent.running) await agent.kill();
    for (const node of this.#nodes) {
      for (const device of node.devicesOf(this.#cell.address))
        node.ipNow('address', 'flush', 'dev', device, 'to', this.#cell.address);
    }
    const [a] = this.#agents;
    // With nopreempt the first one stays master.
    a.start();
    await this.#prober.untilSteady('a');
    await this.#startBackup();
  }

  /** Until it hears a: a fault that comes earlier would measure its start. */
  async #startBackup(): Promise<void> {
    const [, b] = this.#agents;
    b.start();
    await b.line(/entering \w+ state/i);
    await pause(2 * this.#cell.intervalMs + 100);
    await this.#settled();
  }

  /** a alone is master, and has been for a while. */
  async #settled(): Promise<void> {
    await this.#prober.untilSteady('a', 400);
    const [a] = this.#nodes;
    await until('only a holds the address', () => this.#lab.onlyHolder(a, this.#cell.address));
  }

  /** Returns at the given part (0 to 1) of the interval after something that happens once an interval. */
  async #phase(part: number): Promise<void> {
    const { fault, intervalMs } = this.#cell;
    if (fault === 'track script') {
      const file = join(this.#nodes[0].directory, 'ran');
      const ranMs = (): number => statSync(file).mtimeMs;
      const before = ranMs();
      await until('the script runs again', () => ranMs() !== before, 5000);
      await pause(part * 1000);
      return;
    }
    // Within 10 ms nothing can be aimed at.
    if (intervalMs <= 10) return;
    const heard = await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the master sends nothing')), 5 * intervalMs + 1000);
      this.#adverts.onPacket = (packet) => {
        if (readAdvertisement(packet)?.priority !== 150) return;
        this.#adverts.onPacket = undefined;
        clearTimeout(timer);
        resolve(packet.atMs);
      };
    });
    await pause(Math.max(0, heard + part * intervalMs - COMMAND_MS - clockMs()));
  }

  async #fault(): Promise<number> {
    const [a] = this.#nodes;
    switch (this.#cell.fault) {
      case 'cable pulled':
        return await this.#lab.pull(a);
      case 'partition':
        return await this.#lab.block(a);
      case 'clean stop':
        return await this.#agents[0].stop();
      case 'crash':
        return await this.#agents[0].kill();
      case 'track script':
        writeFileSync(join(a.directory, 'failing'), '');
        return clockMs();
    }
  }

  async #return(): Promise<number> {
    const [a] = this.#nodes;
    switch (this.#cell.fault) {
      case 'cable pulled':
        return await this.#lab.plug(a);
      case 'partition':
        return await this.#lab.unblock(a);
      case 'clean stop':
      case 'crash':
        this.#agents[0].start();
        return clockMs();
      case 'track script':
        rmSync(join(a.directory, 'failing'));
        return clockMs();
    }
  }

  async round(part: number): Promise<RoundResult> {
    const { address, stays, intervalMs } = this.#cell;
    const [a, b] = this.#nodes;
    await this.#settled();
    this.#adverts.packets.length = 0;
    await this.#phase(part);
    const faultMs = await this.#fault();
    const answeredMs = await this.#prober.firstAnswer('b', faultMs);
    await this.#prober.untilSteady('b', 400);
    const fault = await this.#prober.darkness(faultMs - 200, clockMs());

    const returnMs = await this.#return();
    let returned = { darkMs: Number.NaN, lateMs: 0 };
    if (stays) {
      await throughout('b stays master', () => !a.holds(address) && b.holds(address), 4 * intervalMs + 300);
      // So that the next round begins as the first.
      await this.#agents[1].stop();
      await this.#prober.untilSteady('a');
      await this.#startBackup();
    } else {
      await this.#prober.untilSteady('a', 600, 30_000);
      returned = await this.#prober.darkness(returnMs - 50, clockMs());
    }
    return {
      darkMs: fault.darkMs,
      alignedDarkMs: fault.darkMs + this.#silentBeforeMs(faultMs) - intervalMs / 2,
      firstAnswerMs: answeredMs - faultMs,
      returnDarkMs: returned.darkMs,
      proberLateMs: Math.max(fault.lateMs, returned.lateMs),
    };
  }

  /** For how long the master had said nothing when the fault came; NaN where that decides nothing. */
  #silentBeforeMs(faultMs: number): number {
    if (!noticedBySilence(this.#cell)) return Number.NaN;
    const sent = this.#adverts.packets.filter(
      (packet) => packet.atMs < faultMs && readAdvertisement(packet)?.priority === 150,
    );
    return faultMs - (sent.at(-1)?.atMs ?? Number.NaN);
  }

  logs(): string {
    return this.#agents.map((agent) => `--- ${agent.kind} on ${agent.node.name}\n${agent.log()}`).join('\n');
  }
}

export async function measurePair(cell: Cell, pair: Pair, rounds: number): Promise<PairResult> {
  const results: RoundResult[] = [];
  const failures: string[] = [];
  let repeated = 0;
  const run = await PairRun.open(cell, pair);
  try {
    await run.reset();
    while (results.length < rounds && failures.length < 2) {
      try {
        // The faults of all pairs lie at the same parts of the interval, evenly spread: their medians can be compared.
        const result = await run.round((results.length + 0.5) / rounds);
        if (result.proberLateMs > LOOKED_AWAY_MS && repeated < rounds) repeated++;
        else results.push(result);
      } catch (error) {
        failures.push(`${error instanceof Error ? error.message : error}\n${run.logs()}`);
        await run.reset();
      }
    }
  } catch (error) {
    failures.push(`${error instanceof Error ? error.message : error}\n${run.logs()}`);
  } finally {
    run.close();
  }
  return { rounds: results, failures, repeated };
}

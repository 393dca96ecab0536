/** Two units with an agent each, and what tests ask of them. */
import { Agent, type AgentKind } from './lab/agents.ts';
import { clockMs, until } from './lab/command.ts';
import { configText, type InstanceText } from './lab/config.ts';
import { Lab, type LabOptions, VIP, VIP6 } from './lab/lab.ts';
import type { LabNode } from './lab/node.ts';
import type { Prober } from './lab/prober.ts';

/** Whose agent the first unit (of the higher priority) runs, and whose the second. */
export type Pairing = readonly [AgentKind, AgentKind];

export const KEEPALIVED_THEN_OURS: Pairing = ['keepalived', 'mahalo'];
export const OURS_THEN_KEEPALIVED: Pairing = ['mahalo', 'keepalived'];
export const OURS_TWICE: Pairing = ['mahalo', 'mahalo'];

/** keepalived's numbers for states, as in its JSON. */
export const STATE = { INIT: 0, BACKUP: 1, MASTER: 2, FAULT: 3 } as const;

export interface PairOptions extends LabOptions {
  /** Of unit a; b has the second. */
  readonly priorities?: readonly [number, number];
  readonly advert?: string;
  readonly version?: 2 | 3;
  readonly family?: 4 | 6;
  /** Further lines of both instances. */
  readonly more?: readonly string[];
  /** Whole configurations in place of all that. */
  readonly configs?: readonly [string, string];
  /** What the prober asks for, when not the family's usual. */
  readonly address?: string;
}

export class PairLab {
  readonly lab: Lab;
  readonly prober: Prober;
  readonly address: string;
  readonly a: Agent;
  readonly b: Agent;

  private constructor(lab: Lab, prober: Prober, address: string, a: Agent, b: Agent) {
    this.lab = lab;
    this.prober = prober;
    this.address = address;
    this.a = a;
    this.b = b;
  }

  /** A lab with two agents that have not been started. */
  static async open(kinds: Pairing, options: PairOptions = {}): Promise<PairLab> {
    const lab = await Lab.open(options);
    try {
      const address = options.address ?? (options.family === 6 ? VIP6 : VIP);
      const prober = await lab.probe(address);
      const [high, low] = options.priorities ?? [150, 100];
      const instance = (priority: number): InstanceText => ({
        priority,
        version: options.version ?? 3,
        advert: options.advert ?? '0.1',
        family: options.family ?? 4,
        more: options.more ?? [],
      });
      const text = (priority: number): string => configText({ instances: [instance(priority)] });
      const [configA, configB] = options.configs ?? [text(high), text(low)];
      const a = new Agent(kinds[0], lab.node('a'), configA);
      const b = new Agent(kinds[1], lab.node('b'), configB);
      return new PairLab(lab, prober, address, a, b);
    } catch (error) {
      lab.close();
      throw error;
    }
  }

  /** Starts a and, once that is master, b: with nopreempt the first one stays master. */
  async start(): Promise<void> {
    this.a.start();
    await this.masterIs(this.a);
    this.b.start();
    await this.b.line(/entering \w+ state/i);
    await this.masterIs(this.a);
  }

  other(agent: Agent): Agent {
    return agent === this.a ? this.b : this.a;
  }

  /**
   * Waits until this agent's unit is the only one that holds the address and the client hears it alone. Units that are
   * cut off may hold what they like: pass false for `alone`.
   */
  async masterIs(agent: Agent, alone = true): Promise<void> {
    const { node } = agent;
    const held = (): boolean => (alone ? this.lab.onlyHolder(node, this.address) : node.holds(this.address));
    try {
      await until(`${node.name} is master`, () => held() && this.prober.steady(node.name, 150), undefined, 10);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}\n${this.logs()}`);
    }
  }

  /** That this agent stays the only master, for so long. */
  async masterStays(agent: Agent, forMs: number): Promise<boolean> {
    const { node } = agent;
    const endMs = clockMs() + forMs;
    let stayed = true;
    await until(
      'the time is over',
      () => {
        stayed &&= this.lab.onlyHolder(node, this.address);
        return !stayed || clockMs() > endMs;
      },
      forMs + 60_000,
      10,
    );
    return stayed;
  }

  /** Waits for a condition; fails with the logs of both. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    try {
      await until('the condition', condition, undefined, 10);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}\n${this.logs()}`);
    }
  }

  holders(): LabNode[] {
    return this.lab.holders(this.address);
  }

  /** The last lines of both. */
  logs(): string {
    const tail = (agent: Agent): string => agent.log().split('\n').slice(-30).join('\n');
    return [this.a, this.b].map((agent) => `--- ${agent.kind} on ${agent.node.name}\n${tail(agent)}`).join('\n');
  }

  close(): void {
    this.lab.close();
  }
}

/**
 * Watches who holds the address while things happen, and judges:
 *
 * - two units that are connected and whose agents run hold it together for one advertisement at most;
 * - an agent that is frozen or was killed leaves it for the address's lifetime at most.
 *
 * What is measured comes late: `ip monitor` tells over a pipe, and this process may itself be busy. Its own lateness is
 * measured all the time, and what happened while it was late is judged milder by twice that: the one agent may have been
 * kept waiting as long to send, the other to hear.
 */
import { clockMs } from './lab/command.ts';
import type { LabNode } from './lab/node.ts';

const TICK_MS = 5;

export interface Violation {
  readonly atMs: number;
  readonly what: string;
  readonly lastedMs: number;
  readonly boundMs: number;
}

export class UnitWatch {
  readonly node: LabNode;
  /** Its agent runs: not before it says so after a start, not after a signal that stops it. */
  agentRuns = false;
  /** Its port lets packets through, both ways. */
  linked = true;
  /** When its agent was frozen or killed; undefined: it runs, or ended in order. */
  deadSinceMs: number | undefined;
  /** Since when it has had the address, whoever put it there. */
  heldSinceMs: number | undefined;

  constructor(node: LabNode) {
    this.node = node;
  }
}

export interface MonitorOptions {
  readonly address: string;
  /** How long two may hold it. */
  readonly doubleMs: number;
  /** How long a dead agent's address may stay; Infinity: for ever. */
  readonly lifetimeMs: (unit: number) => number;
}

export class RandomMonitor {
  readonly units: readonly UnitWatch[];
  readonly violations: Violation[] = [];
  /** Packets are being lost. */
  lossy = false;
  longestDoubleMs = 0;
  doubles = 0;
  longestDeadMs = 0;
  /** The latest this process ever was. */
  longestLateMs = 0;
  transitions = 0;
  readonly #options: MonitorOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #onViolation: (violation: Violation) => void;
  #doubleSinceMs: number | undefined;
  #doubleToleranceMs = 0;
  #lastTickMs = clockMs();

  constructor(nodes: readonly LabNode[], options: MonitorOptions, onViolation: (violation: Violation) => void) {
    this.units = nodes.map((node) => new UnitWatch(node));
    this.#options = options;
    this.#onViolation = onViolation;
    for (const unit of this.units) {
      unit.node.onChange = (change) => {
        if (change.address === options.address) {
          this.transitions++;
          this.look();
        }
      };
    }
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const unit of this.units) unit.node.onChange = undefined;
  }

  #tick(): void {
    const nowMs = clockMs();
    const lateMs = Math.max(0, nowMs - this.#lastTickMs - TICK_MS);
    this.#lastTickMs = nowMs;
    this.longestLateMs = Math.max(this.longestLateMs, lateMs);
    this.#doubleToleranceMs += lateMs > TICK_MS ? 2 * lateMs : 0;
    this.look();
  }

  /** To be called after every change of what this knows. */
  look(): void {
    const nowMs = clockMs();
    const { address } = this.#options;
    let connectedHolders = 0;
    for (const [index, unit] of this.units.entries()) {
      const holds = unit.node.holds(address);
      if (!holds) unit.heldSinceMs = undefined;
      else unit.heldSinceMs ??= nowMs;
      if (holds && unit.linked && unit.agentRuns) connectedHolders++;
      this.#judgeDead(index, unit, holds, nowMs);
    }
    if (connectedHolders >= 2 && !this.lossy) this.#double(nowMs);
    else this.#doubleSinceMs = undefined;
  }

  #double(nowMs: number): void {
    if (this.#doubleSinceMs === undefined) {
      this.#doubleSinceMs = nowMs;
      this.#doubleToleranceMs = 0;
      this.doubles++;
      return;
    }
    const lastedMs = nowMs - this.#doubleSinceMs;
    this.longestDoubleMs = Math.max(this.longestDoubleMs, lastedMs);
    const boundMs = this.#options.doubleMs + this.#doubleToleranceMs;
    if (lastedMs <= boundMs) return;
    this.#tell({ atMs: nowMs, what: 'two connected units hold the address', lastedMs, boundMs });
    // Told once a second while it lasts.
    this.#doubleToleranceMs += 1000;
  }

  #judgeDead(index: number, unit: UnitWatch, holds: boolean, nowMs: number): void {
    if (unit.deadSinceMs === undefined || !holds) return;
    const lastedMs = nowMs - unit.deadSinceMs;
    this.longestDeadMs = Math.max(this.longestDeadMs, lastedMs);
    const boundMs = this.#options.lifetimeMs(index);
    if (lastedMs <= boundMs) return;
    this.#tell({ atMs: nowMs, what: `a dead agent's address stays on ${unit.node.name}`, lastedMs, boundMs });
    unit.deadSinceMs = undefined;
  }

  #tell(violation: Violation): void {
    this.violations.push(violation);
    this.#onViolation(violation);
  }
}

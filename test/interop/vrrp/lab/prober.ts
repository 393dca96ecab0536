/** The client's view: who answers at the virtual address, and for how long nobody does. */
import { join } from 'node:path';
import { clockMs, pause, until } from './command.ts';
import { type Darkness, darkness, LATE_MS, type Probe } from './darkness.ts';
import { LabProcess } from './process.ts';

export interface ProberOptions {
  readonly address: string;
  readonly port: number;
  readonly intervalMs?: number;
}

/** Where the lab's echo servers listen, on the virtual address. */
export const ECHO_PORT = 7777;

/** To judge by: a busy machine sends fewer than it should. */
const FEWEST_PROBES = 3;

export class Prober {
  readonly intervalMs: number;
  readonly #process: LabProcess;
  readonly #probes: Probe[] = [];

  constructor(namespace: string, options: ProberOptions) {
    this.intervalMs = options.intervalMs ?? 10;
    const program = join(import.meta.dirname, 'prober-program.ts');
    const words = [process.execPath, program, options.address, String(options.port), String(this.intervalMs)];
    this.#process = new LabProcess(namespace, words, { onLine: (line) => this.#onLine(line) });
  }

  #onLine(line: string): void {
    const [kind, number = '', atMs = '', rest = ''] = line.split(' ');
    if (kind === 's') {
      this.#probes[Number(number) - 1] = { sentMs: Number(atMs), lateMs: Number(rest), answeredMs: Number.NaN, by: '' };
      return;
    }
    const probe = this.#probes[Number(number) - 1];
    if (probe && probe.by === '') {
      probe.answeredMs = Number(atMs);
      probe.by = rest;
    }
  }

  /** Sent in the time span, in order. */
  probes(fromMs = 0, toMs = Number.POSITIVE_INFINITY): Probe[] {
    // From the end: what is asked for is recent, and the record is long.
    let first = this.#probes.length;
    while (first > 0 && this.#probes[first - 1]!.sentMs >= fromMs) first--;
    return this.#probes.slice(first).filter((probe) => probe.sentMs < toMs);
  }

  /** The name of the node that gave the latest answer, `''` when none came for 100 ms. */
  answering(): string {
    const nowMs = clockMs();
    for (let i = this.#probes.length - 1; i >= 0; i--) {
      const probe = this.#probes[i]!;
      if (nowMs - probe.sentMs > LATE_MS) return '';
      if (probe.by !== '') return probe.by;
    }
    return '';
  }

  /** Whether each probe of the last `forMs` that is old enough to judge was answered by `name`, and no other. */
  steady(name: string, forMs: number): boolean {
    const nowMs = clockMs();
    const judged = this.probes(nowMs - forMs - LATE_MS, nowMs - LATE_MS);
    return (
      judged.length >= FEWEST_PROBES &&
      judged.every((probe) => probe.by === name && probe.answeredMs - probe.sentMs <= LATE_MS)
    );
  }

  /** Waits until `name` alone has answered for `forMs`. */
  untilSteady(name: string, forMs = 300, limitMs?: number): Promise<number> {
    return until(`${name} answers steadily`, () => this.steady(name, forMs), limitMs, 10);
  }

  /** Waits until `name` gives an answer to something sent after `fromMs`, and tells when it came. */
  async firstAnswer(name: string, fromMs: number, limitMs?: number): Promise<number> {
    let found: Probe | undefined;
    await until(
      `a first answer of ${name}`,
      () => {
        found = this.probes(fromMs).find((probe) => probe.by === name);
        return found !== undefined;
      },
      limitMs,
    );
    return found!.answeredMs;
  }

  /** The darkness between two moments, once the last probe had its time to be answered. */
  async darkness(fromMs: number, toMs: number): Promise<Darkness> {
    const restMs = toMs + LATE_MS + 20 - clockMs();
    if (restMs > 0) await pause(restMs);
    return darkness(this.probes(fromMs, toMs), this.intervalMs);
  }

  async stop(): Promise<void> {
    await this.#process.stop('SIGKILL');
  }
}

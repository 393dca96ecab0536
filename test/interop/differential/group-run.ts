/**
 * Plays the cases of a group at two programs at once: both processes get the same configuration but for ports, a case
 * runs on both at the same time, and its transcripts are compared when they agree or when a deadline passed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaseGroup, DifferentialCase } from './case.ts';
import { CaseRun } from './case-run.ts';
import { freePort } from './free-port.ts';
import { ProxyProcess, ProxyStartError } from './proxy-process.ts';
import { SyslogSocket } from './syslog-socket.ts';
import { differences, type Transcript } from './transcript.ts';

/** Cases in flight at a time; more would only make the machine's two cores wait for each other. */
const PARALLEL_CASES = 8;
const SETTLE_DEADLINE_MS = 10_000;

export interface CaseResult {
  readonly case: DifferentialCase;
  readonly reference: Transcript;
  readonly candidate: Transcript;
  /** Statuses and number of log lines of the reference, to be held against the case's expectation. */
  readonly statuses: string;
  readonly logs: number;
}

/** One program with the origins of every case of the group. */
class Side {
  readonly program: string;
  readonly runs = new Map<string, CaseRun>();
  readonly #group: CaseGroup;
  readonly #files: string;
  #syslog: SyslogSocket | null = null;
  #process: ProxyProcess | null = null;
  #starting: Promise<void> | null = null;

  constructor(program: string, group: CaseGroup) {
    this.program = program;
    this.#group = group;
    this.#files = mkdtempSync(join(tmpdir(), 'mahalo-cases-'));
  }

  async open(): Promise<void> {
    this.#syslog = await SyslogSocket.open((line) => this.#attribute(line));
    for (const subject of this.#group.cases) await this.#prepare(subject);
    await this.alive();
  }

  /** Origins and a port for a case. */
  async #prepare(subject: DifferentialCase): Promise<void> {
    const run = new CaseRun(subject, await freePort());
    await run.openOrigins();
    this.runs.set(subject.name, run);
  }

  #attribute(line: string): void {
    if (/: Proxy \S+ (started|stopped)/.test(line)) return;
    for (const run of this.runs.values()) {
      const { name } = run.case;
      const at = line.indexOf(name);
      // The name must stand alone: "cl-list" is also in "cl-list-folded".
      if (at >= 0 && /[ ("]/.test(line.charAt(at - 1)) && /[ )/"~]/.test(line.charAt(at + name.length)))
        run.addLog(line);
    }
  }

  /** Starts the program, also again after it died. */
  alive(): Promise<void> {
    if (this.#process !== null && !this.#process.exited) return Promise.resolve();
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async #start(): Promise<void> {
    const sections = [...this.runs.values()].map((run) => this.#section(run)).join('\n');
    const dead = await freePort();
    const text = `global\n${this.#group.global}\ndefaults\n${this.#group.defaults}\n${sections}`
      .replaceAll('{syslog}', `127.0.0.1:${this.#syslog?.port}`)
      .replaceAll('{dead}', `127.0.0.1:${dead}`);
    this.#process = await ProxyProcess.start(this.program, text);
  }

  #section(run: CaseRun): string {
    const subject = run.case;
    for (const [name, content] of Object.entries(subject.files))
      writeFileSync(this.#file(subject, name), content, 'latin1');
    return subject.config
      .replaceAll('{case}', subject.name)
      .replaceAll('{bind}', `127.0.0.1:${run.port}`)
      .replaceAll('{origin}', '{origin:main}')
      .replace(/\{origin:([^}]+)\}/g, (_all, name: string) => `127.0.0.1:${run.originPort(name)}`)
      .replace(/\{file:([^}]+)\}/g, (_all, name: string) => this.#file(subject, name));
  }

  #file(subject: DifferentialCase, name: string): string {
    return join(this.#files, `${subject.name}-${name}`);
  }

  async play(subject: DifferentialCase): Promise<void> {
    const run = this.runs.get(subject.name);
    if (run === undefined) return;
    try {
      await this.alive();
      await run.playClients();
      const { exited = true, output = '' } = this.#process ?? {};
      if (exited) run.failure = `the program died: ${output.slice(-2000)}`;
    } catch (error) {
      if (!(error instanceof ProxyStartError)) throw error;
      run.failure = `the program does not start: ${error.output}`;
    }
  }

  async close(): Promise<void> {
    for (const run of this.runs.values()) run.closeOrigins();
    await this.#process?.stop();
    this.#syslog?.close();
    rmSync(this.#files, { recursive: true, force: true });
  }
}

function agree(left: Transcript, right: Transcript): boolean {
  const fields = new Set([...left.keys(), ...right.keys()]);
  return [...fields].every((field) => left.get(field) === right.get(field));
}

/** Runs `task` over all items, a few at a time. */
async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

async function settle(sides: readonly [Side, Side], subject: DifferentialCase): Promise<void> {
  const [left, right] = sides.map((side) => side.runs.get(subject.name));
  if (left === undefined || right === undefined) return;
  const done = (): boolean =>
    left.logs.length >= subject.logs &&
    right.logs.length >= subject.logs &&
    agree(left.transcript(), right.transcript());
  // Either side may change last, so both hubs are watched.
  await Promise.race([left.hub.until(done, SETTLE_DEADLINE_MS), right.hub.until(done, SETTLE_DEADLINE_MS)]);
}

async function playGroup(sides: readonly [Side, Side], group: CaseGroup): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  // Both have settled before an error goes on: a program that is still starting could not be stopped.
  for (const opened of await Promise.allSettled(sides.map((side) => side.open()))) {
    if (opened.status === 'rejected') throw opened.reason;
  }
  await inParallel(group.cases, PARALLEL_CASES, async (subject) => {
    await Promise.all(sides.map((side) => side.play(subject)));
    await settle(sides, subject);
    // Taken now: what happens to idle server connections later belongs to no case.
    const [reference, candidate] = sides.map((side) => side.runs.get(subject.name));
    if (reference === undefined || candidate === undefined) return;
    results.push({
      case: subject,
      reference: reference.transcript(),
      candidate: candidate.transcript(),
      statuses: reference.statuses(),
      logs: reference.logs.length,
    });
  });
  // Lines that came after their case was judged: too many are as wrong as too few.
  return results.map((result) => {
    const [reference, candidate] = sides.map((side) => side.runs.get(result.case.name)?.transcript().get('log') ?? '');
    return {
      ...result,
      reference: new Map([...result.reference, ['log', reference ?? '']]),
      candidate: new Map([...result.candidate, ['log', candidate ?? '']]),
    };
  });
}

/**
 * Plays a group. When a program refuses the common configuration, its cases are played one process each, so that one
 * refused keyword costs one case and not the group.
 */
export async function runGroup(reference: string, candidate: string, group: CaseGroup): Promise<CaseResult[]> {
  const sides = [new Side(reference, group), new Side(candidate, group)] as const;
  try {
    return await playGroup(sides, group);
  } catch (error) {
    if (!(error instanceof ProxyStartError)) throw error;
    const [only, ...others] = group.cases;
    if (only !== undefined && others.length === 0) return [refusal(only, error)];
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
  const broken = await startFailure([reference, candidate], group);
  if (broken !== null) return group.cases.map((subject) => refusal(subject, broken));
  const results: CaseResult[] = [];
  await inParallel(group.cases, 3, async (subject) => {
    results.push(...(await runGroup(reference, candidate, { ...group, cases: [subject] })));
  });
  return results;
}

/** The error of a program that does not even start without any case. */
async function startFailure(programs: readonly string[], group: CaseGroup): Promise<ProxyStartError | null> {
  for (const program of programs) {
    const side = new Side(program, { ...group, cases: [] });
    try {
      await side.open();
    } catch (error) {
      if (error instanceof ProxyStartError) return error;
      throw error;
    } finally {
      await side.close();
    }
  }
  return null;
}

function refusal(subject: DifferentialCase, error: ProxyStartError): CaseResult {
  const expected: Transcript = new Map([['program', 'starts']]);
  const refused: Transcript = new Map([['program', error.message]]);
  return { case: subject, reference: expected, candidate: refused, statuses: subject.expect, logs: subject.logs };
}

/** Differences by field, the loosened transcripts being equal otherwise. */
export function compareResult(result: CaseResult): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const field of new Set([...result.reference.keys(), ...result.candidate.keys()])) {
    const lines = differences(result.reference.get(field) ?? '', result.candidate.get(field) ?? '');
    if (lines.length > 0) found.set(field, lines);
  }
  return found;
}

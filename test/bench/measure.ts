/**
 * One workload on several programs side by side: warmed up, then measured in turns (A B A B ...), so that whatever
 * else the machine does meets all of them alike. Proxies have core 0 for themselves; origin and load share core 1.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LatencyResult } from './constant-rate.ts';
import { startReverseProxy } from './nginx.ts';
import { median } from './percentile.ts';
import { cpuNanoseconds, memory, processTree } from './process-usage.ts';
import { freePorts, type Program, type Programs, pinning, proxyProgram } from './programs.ts';
import type { Workload } from './workload.ts';
import { runWrk } from './wrk.ts';

export const proxyCore = 0;
export const loadCore = 1;
/** Share of the slower one's requests per second at which latency is measured. */
const latencyShare = 0.4;

export interface Settings {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly originPort: number;
  readonly logPort: number;
  readonly haproxy: string;
}

export interface ProgramResult {
  readonly program: string;
  /** CPU microseconds per unit: the median of the rounds, and the rounds. */
  readonly cpuPerUnit: number;
  readonly cpuRounds: readonly number[];
  readonly requestsPerSecond: number;
  readonly latency: LatencyResult | undefined;
  /** Resident memory before the first request and after the last round. */
  readonly restBytes: number;
  readonly loadBytes: number;
  /** Requests that failed, in the measured rounds and at the fixed rate. */
  readonly errors: number;
}

export interface WorkloadResult {
  readonly workload: string;
  readonly title: string;
  readonly unit: Workload['unit'];
  readonly programs: readonly ProgramResult[];
  /** CPU of Mahalo over CPU of haproxy: the median over the rounds of what each round gave. */
  readonly ratio: number;
  readonly target: number | undefined;
}

/** A proxy of ours gives back what its start needed when it has rested for a second. */
export const REST_MS = 3_000;

/** A program under measurement. */
class Subject {
  readonly cpuRounds: number[] = [];
  readonly rates: number[] = [];
  latency: LatencyResult | undefined;
  errors = 0;
  loadBytes = 0;
  readonly program: Program;
  readonly port: number;
  restBytes = 0;
  readonly #pids: readonly number[];

  constructor(program: Program, port: number) {
    this.program = program;
    this.port = port;
    this.#pids = processTree(program.pid);
  }

  /** Of a program that was started, and then left alone for a while. */
  weighAtRest(): void {
    this.restBytes = memory(this.#pids).rssBytes;
  }

  async load(workload: Workload, seconds: number): Promise<{ cpuPerUnit: number; rate: number; errors: number }> {
    const before = cpuNanoseconds(this.#pids);
    const result = await runWrk({
      url: `http://127.0.0.1:${this.port}${workload.path}`,
      connections: workload.connections,
      headers: workload.headers,
      seconds,
      core: loadCore,
    });
    const microseconds = (cpuNanoseconds(this.#pids) - before) / 1000;
    this.loadBytes = memory(this.#pids).rssBytes;
    if (!this.program.running) {
      throw new Error(`${this.program.name} ended under load\n${this.program.output}`);
    }
    return {
      cpuPerUnit: microseconds / Math.max(result.requests * workload.unitsPerRequest, 1),
      rate: result.requestsPerSecond,
      errors: result.socketErrors + result.badStatuses,
    };
  }

  async round(workload: Workload, seconds: number): Promise<void> {
    const { cpuPerUnit, rate, errors } = await this.load(workload, seconds);
    this.cpuRounds.push(cpuPerUnit);
    this.rates.push(rate);
    this.errors += errors;
  }

  result(): ProgramResult {
    return {
      program: this.program.name,
      cpuPerUnit: median(this.cpuRounds),
      cpuRounds: this.cpuRounds,
      requestsPerSecond: median(this.rates),
      latency: this.latency,
      restBytes: this.restBytes,
      loadBytes: this.loadBytes,
      errors: this.errors + (this.latency?.errors ?? 0),
    };
  }
}

function constantRate(workload: Workload, port: number, rate: number, seconds: number): Promise<LatencyResult> {
  const [file, ...rest] = [
    ...pinning(loadCore),
    process.execPath,
    fileURLToPath(new URL('./constant-rate.ts', import.meta.url)),
    `${port}`,
    workload.path,
    `${rate}`,
    `${seconds}`,
    `${workload.connections}`,
    workload.closing ? 'close' : 'keep',
    JSON.stringify(workload.headers),
  ];
  return new Promise((resolve, reject) => {
    execFile(file as string, rest, (error, stdout) => {
      if (error !== null) {
        reject(error);
      } else {
        resolve(JSON.parse(stdout) as LatencyResult);
      }
    });
  });
}

async function startSubjects(programs: Programs, workload: Workload, settings: Settings): Promise<Subject[]> {
  const core = { core: proxyCore };
  const [haproxyPort, mahaloPort, nodePort] = (await freePorts(3)) as [number, number, number];
  const subjects: Subject[] = [];
  const startProxy = async (name: string, command: string, port: number): Promise<void> => {
    const { directory } = programs;
    const path = join(directory, `${workload.name}-${name}.cfg`);
    const ports = { proxy: port, origin: settings.originPort, log: settings.logPort, directory };
    writeFileSync(path, workload.configuration(ports));
    for (const [file, content] of Object.entries(workload.files)) writeFileSync(join(directory, file), content());
    const program = programs.startProxy(name, command, path, core);
    await program.listening(port);
    subjects.push(new Subject(program, port));
  };
  await startProxy('haproxy', settings.haproxy, haproxyPort);
  await startProxy('mahalo', proxyProgram(), mahaloPort);
  if (workload.others) {
    const nginx = await startReverseProxy(programs, settings.originPort, core);
    subjects.push(new Subject(nginx.program, nginx.port));
    const script = fileURLToPath(new URL('./http-proxy-program.ts', import.meta.url));
    const words = [script, `${nodePort}`, `${settings.originPort}`];
    const program = programs.start('http-proxy', process.execPath, words, core);
    await program.listening(nodePort);
    subjects.push(new Subject(program, nodePort));
  }
  return subjects;
}

export async function measureWorkload(
  programs: Programs,
  workload: Workload,
  settings: Settings,
): Promise<WorkloadResult> {
  const subjects = await startSubjects(programs, workload, settings);
  const [haproxy, mahalo] = subjects as [Subject, Subject];
  try {
    await delay(REST_MS);
    for (const subject of subjects) subject.weighAtRest();
    for (const subject of subjects) {
      await subject.load(workload, settings.warmupSeconds);
    }
    for (let round = 0; round < settings.rounds; round++) {
      for (const subject of subjects) {
        await subject.round(workload, settings.seconds);
      }
    }
    const saturation = Math.min(median(haproxy.rates), median(mahalo.rates));
    const rate = Math.max(1, Math.floor(Math.min(saturation * latencyShare, workload.latencyRateMost)));
    for (const subject of subjects) {
      await delay(200); // The connections of the last run close meanwhile.
      subject.latency = await constantRate(workload, subject.port, rate, settings.seconds);
    }
  } finally {
    await Promise.all(subjects.map((subject) => subject.program.stop()));
  }
  return {
    workload: workload.name,
    title: workload.title,
    unit: workload.unit,
    programs: subjects.map((subject) => subject.result()),
    ratio: median(mahalo.cpuRounds.map((cpu, round) => cpu / (haproxy.cpuRounds[round] as number))),
    target: workload.target,
  };
}

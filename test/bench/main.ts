/**
 * `npm run bench`: the real haproxy and Mahalo side by side on equal configurations. See README.md beside this file.
 * A missed target never fails the run: whoever reads the figures decides.
 */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { findProgram } from '../find-program.ts';
import { type IdleResult, measureIdle } from './idle-memory.ts';
import { loadCore, measureWorkload, type Settings, type WorkloadResult } from './measure.ts';
import { startOrigin } from './nginx.ts';
import { coreCount, Programs, proxyProgram } from './programs.ts';
import { type BenchResult, idleReport, summary, workloadReport } from './report.ts';
import { workloads } from './workloads.ts';

const help = `npm run bench -- [options]     (or make bench ARGS="options")
  --only NAME     one workload; may be given several times
                  (${workloads.map((workload) => workload.name).join(', ')}, idle; log runs only when named)
  --rounds N      measured rounds of each program (3)
  --seconds N     seconds a round (3)
  --warmup N      seconds before the first round, at least 2 (8: V8 compiles for that long what runs often)
  --json          figures as JSON on standard output, progress on standard error
The environment's BENCH_PROGRAM names another program in place of scripts/haproxy.
`;

function firstLineOf(command: string, flag: string): string {
  return (
    execFileSync('/bin/sh', ['-c', `exec "$0" "$1" 2>&1`, command, flag], { encoding: 'utf8' }).split('\n')[0] ?? ''
  );
}

/** Keeps this process, and the origin and load it starts, off the core of the proxies. */
function leaveProxyCore(): void {
  const taskset = findProgram('taskset');
  if (taskset === null || coreCount < 2) {
    process.stderr.write('bench: programs are not pinned (one core, or no taskset): figures will be noisy\n');
    return;
  }
  execFileSync(taskset, ['-a', '-c', '-p', `${loadCore}`, `${process.pid}`], { stdio: 'ignore' });
}

function positive(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`--${name} wants a whole number above 0, not '${text}'`);
  }
  return value;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      warmup: { type: 'string', default: '8' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const only = values.only ?? [];
  const unknown = only.find((name) => name !== 'idle' && !workloads.some((workload) => workload.name === name));
  if (unknown !== undefined) {
    throw new Error(`no workload is called '${unknown}'\n${help}`);
  }
  const chosen = workloads.filter((workload) => (only.length > 0 ? only.includes(workload.name) : !workload.extra));
  const idleChosen = only.length === 0 || only.includes('idle');
  for (const name of ['haproxy', 'nginx', 'wrk']) {
    if (findProgram(name) === null) {
      throw new Error(`${name} is not installed (apt-get install haproxy nginx-light wrk)`);
    }
  }
  const haproxy = findProgram('haproxy') as string;
  const say = (text: string): void => {
    (values.json ? process.stderr : process.stdout).write(text);
  };

  const programs = new Programs();
  const logSink = createSocket('udp4');
  const interrupted = async (): Promise<void> => {
    await programs.stopAll();
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    leaveProxyCore();
    logSink.on('message', () => undefined).bind(0, '127.0.0.1');
    await once(logSink, 'listening');
    const origin = await startOrigin(programs, { core: loadCore });
    const settings: Settings = {
      rounds: positive(values.rounds, 'rounds'),
      seconds: positive(values.seconds, 'seconds'),
      // Below two seconds a Node program would be measured while its code is still being compiled.
      warmupSeconds: Math.max(positive(values.warmup, 'warmup'), 2),
      originPort: origin.port,
      logPort: logSink.address().port,
      haproxy,
    };
    const machine = `${cpus()[0]?.model ?? process.arch}, ${coreCount} cores`;
    const versions = {
      haproxy: firstLineOf(haproxy, '-v'),
      nginx: firstLineOf(findProgram('nginx') as string, '-v'),
      node: process.version,
    };
    say(`${machine}; ${versions.haproxy}; ${versions.nginx}; Node ${versions.node}\n`);
    say(`mahalo is ${proxyProgram()}; ${settings.rounds} rounds of ${settings.seconds} s, interleaved\n\n`);
    const results: WorkloadResult[] = [];
    for (const workload of chosen) {
      const result = await measureWorkload(programs, workload, settings);
      results.push(result);
      say(`${workloadReport(result)}\n`);
    }
    let idle: IdleResult | undefined;
    if (idleChosen) {
      idle = await measureIdle(programs, settings);
      say(`${idleReport(idle)}\n`);
    }
    const result: BenchResult = { machine, versions, workloads: results, idle };
    say(summary(result));
    if (values.json) {
      process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    }
    return 0;
  } finally {
    logSink.close();
    await programs.stopAll();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

/**
 * An idle proxy sleeps: no thread of it makes a system call. Shown twice, by the scheduler's counters (a thread that
 * was never scheduled made no call) and by strace. BENCH_PROGRAM tries another proxy.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { activity, processTree } from '../bench/process-usage.ts';
import { freePorts, Programs, proxyProgram } from '../bench/programs.ts';
import { runtimeCommand } from '../bench/runtime-socket.ts';
import { findProgram } from '../find-program.ts';

const observedMs = 10_000;
/** V8 tidies its heap for some seconds after the start; only then is the process idle. */
const settleMs = 3_000;
const settleDeadlineMs = 60_000;

// Two observations of ten seconds and the settling exceed the runner's usual limit on a busy machine.
t.setTimeout(600_000);

interface Idle {
  readonly pid: number;
  readonly port: number;
  readonly socketPath: string;
  readonly output: () => string;
}

const programs = new Programs();
t.teardown(() => programs.stopAll());

async function startIdle(): Promise<Idle> {
  const [port] = (await freePorts(1)) as [number];
  const socketPath = join(programs.directory, 'admin.sock');
  const path = join(programs.directory, 'idle.cfg');
  writeFileSync(
    path,
    `global
    maxconn 1000
    stats socket ${socketPath} mode 600 level admin

defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend www
    bind 127.0.0.1:${port}
    monitor-uri /alive
`,
  );
  const program = programs.startProxy('proxy', proxyProgram(), path);
  await program.listening(port);
  return { pid: program.pid, port, socketPath, output: () => program.output };
}

async function answers(idle: Idle): Promise<number | undefined> {
  const sent = request({ port: idle.port, host: '127.0.0.1', path: '/alive', agent: false }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

/** Waits until no thread ran for `settleMs`; whether that came before the deadline. */
async function settled(pids: readonly number[]): Promise<boolean> {
  const deadline = Date.now() + settleDeadlineMs;
  let last = activity(pids);
  let quietSince = Date.now();
  while (Date.now() - quietSince < settleMs) {
    if (Date.now() > deadline) {
      return false;
    }
    await delay(200);
    const current = activity(pids);
    if (current.switches !== last.switches) {
      quietSince = Date.now();
    }
    last = current;
  }
  return true;
}

/**
 * The system calls that strace saw in ten seconds. Calls that were under way when it attached are shown without a
 * result; those that its attaching interrupted are begun again at once, so the first half second does not count.
 */
async function tracedCalls(strace: string, pid: number): Promise<string[] | string> {
  const file = join(programs.directory, 'trace');
  const tracer = spawn(strace, ['-f', '-ttt', '-o', file, '-p', `${pid}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const gone = once(tracer, 'exit');
  let said = '';
  tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const deadline = Date.now() + 60_000;
  while (!/attached/.test(said)) {
    if (tracer.exitCode !== null || Date.now() > deadline) {
      tracer.kill('SIGKILL');
      return said;
    }
    await delay(20);
  }
  const from = Date.now() / 1000 + 0.5;
  await delay(500 + observedMs);
  tracer.kill('SIGINT');
  await gone;
  return readFileSync(file, 'latin1')
    .split('\n')
    .filter((line) => {
      const [, seconds, call] = /^\d+\s+([\d.]+) (.*)$/.exec(line) ?? [];
      return call !== undefined && Number(seconds) > from && !/^(\+\+\+|---)|<detached \.\.\.>$/.test(call);
    });
}

t.test('an idle proxy with one frontend and a stats socket', async (t) => {
  const idle = await startIdle();
  t.equal(await answers(idle), 200, 'it serves before');
  t.match(await runtimeCommand(idle.socketPath, 'show info'), /^Name: /m, 'and answers its runtime API');
  const pids = processTree(idle.pid);

  t.test('comes to rest', async (t) => {
    t.ok(await settled(pids), `no thread runs for ${settleMs} ms`);
  });

  t.test('schedules no thread for ten seconds', async (t) => {
    const before = activity(pids);
    await delay(observedMs);
    t.strictSame(activity(pids), before, 'no context switch, no CPU time');
  });

  const strace = findProgram('strace');
  const skip = strace === null && 'strace is not installed';
  t.test('makes no system call for ten seconds', { skip }, async (t) => {
    const calls = await tracedCalls(strace as string, idle.pid);
    if (typeof calls === 'string') {
      t.match(calls, /Operation not permitted/, 'only a machine that forbids tracing excuses the trace');
      return;
    }
    t.strictSame(calls, [], 'no call of any thread');
  });

  t.test('is still awake when asked', async (t) => {
    t.equal(await answers(idle), 200, 'serves');
    t.match(await runtimeCommand(idle.socketPath, 'show info'), /^Name: /m, 'answers its runtime API');
    t.notMatch(idle.output(), /ALERT/, 'without an alert');
  });
});

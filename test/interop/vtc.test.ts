/**
 * Runs every scenario of `vtc/` with Debian's `varnishtest`: first on the real haproxy, which proves the scenario,
 * then on `scripts/haproxy`, which proves us. See vtc/README.md for what the tool asks of the program it starts.
 *
 * For quick work:  VTC_PROGRAM=mahalo VTC_ONLY=balance node test/interop/vtc.test.ts
 *   VTC_PROGRAM  `haproxy` or `mahalo`: only that program (default: both)
 *   VTC_ONLY     regular expression on the scenario's name (default: all)
 *   VTC_ROUNDS   run everything so many times, to find flaky scenarios (default: 1)
 *   VTC_JOBS     scenarios at a time (default: 2)
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { findProgram, isExecutable } from '../find-program.ts';
import { tableSample } from '../table-sample.ts';

const directory = path.join(import.meta.dirname, 'vtc');
const repository = path.resolve(import.meta.dirname, '..', '..');
/**
 * Time limit varnishtest sets itself, far beyond what a slow machine needs (the first start of a fresh clone compiles
 * everything); half of it is what it waits for each answer. It then stops the program under test and keeps the log.
 */
const scenarioSeconds = 60;
/** Last resort, should varnishtest itself hang. */
const processMs = (scenarioSeconds + 15) * 1000;
/** What varnishtest exits with when a `feature` line asked for something this machine has not. */
const exitSkipped = 77;
const logLines = 60;

interface Program {
  readonly name: 'haproxy' | 'mahalo';
  readonly path: string;
}

interface Outcome {
  readonly status: number | null;
  readonly log: string;
}

/** Runs one scenario to its end; `scratch` holds the working directories varnishtest makes. */
function runScenario(varnishtest: string, program: Program, file: string, scratch: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(varnishtest, ['-t', String(scenarioSeconds), file], {
      cwd: scratch,
      env: { ...process.env, HAPROXY_PROGRAM: program.path, TMPDIR: scratch },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
    const guard = setTimeout(() => child.kill('SIGTERM'), processMs);
    child.on('error', (cause) => {
      clearTimeout(guard);
      reject(cause);
    });
    child.on('close', (status) => {
      clearTimeout(guard);
      resolve({ status, log: Buffer.concat(pieces).toString('latin1') });
    });
  });
}

function lastLines(log: string): string {
  return log.trimEnd().split('\n').slice(-logLines).join('\n');
}

const only = new RegExp(process.env.VTC_ONLY ?? '');
const rounds = Number(process.env.VTC_ROUNDS ?? '1');
const scenarios: readonly { readonly name: string }[] = readdirSync(directory)
  .filter((file) => file.endsWith('.vtc'))
  .map((file) => file.slice(0, -'.vtc'.length))
  .filter((name) => only.test(name))
  .sort()
  .map((name) => ({ name }));
const varnishtest = findProgram('varnishtest');
const programs: { name: Program['name']; path: string | null; absence: string }[] = [
  { name: 'haproxy', path: findProgram('haproxy'), absence: 'the real haproxy is not installed' },
  {
    name: 'mahalo',
    path: [path.join(repository, 'scripts', 'haproxy')].find(isExecutable) ?? null,
    absence: 'scripts/haproxy does not exist',
  },
];

t.setTimeout(0); // Every scenario has its own limit.
t.jobs = Number(process.env.VTC_JOBS ?? '2');

if (varnishtest === null) {
  t.pass('scenarios', { skip: 'varnishtest is not installed (Debian package varnish)' });
} else {
  const scratch = mkdtempSync(path.join(tmpdir(), 'vtc-'));
  t.teardown(() => rmSync(scratch, { recursive: true, force: true }));
  for (const program of programs) {
    if (process.env.VTC_PROGRAM !== undefined && process.env.VTC_PROGRAM !== program.name) continue;
    const { name, path: executable } = program;
    if (executable === null) {
      t.pass(`scenarios on ${name}`, { skip: program.absence });
      continue;
    }
    // A program that cannot start would cost the whole time limit once a scenario: say so once instead.
    const version = spawnSync(executable, ['-v'], { encoding: 'utf8', timeout: 60_000 });
    if (version.status !== 0) {
      t.comment(version.stderr);
      t.equal(version.status, 0, `${name} -v works; no scenario was run on it`);
      continue;
    }
    // The real one does not change with a commit of ours.
    const played = name === 'haproxy' ? tableSample(scenarios) : scenarios;
    for (let round = 1; round <= rounds; round++) {
      for (const { name: scenario } of played) {
        const title = `${scenario} on ${name}${rounds > 1 ? `, round ${round}` : ''}`;
        t.test(title, { buffered: true }, async (t) => {
          t.setTimeout(0);
          const file = path.join(directory, `${scenario}.vtc`);
          let outcome = await runScenario(varnishtest, { name, path: executable }, file, scratch);
          // haproxy may race with itself (a counter read before its other session ended); ours, on a machine that is
          // busy with another test, may be late for a time limit of the scenario: it has one attempt more, and it is told.
          const attempts = name === 'haproxy' ? 3 : 2;
          for (let attempt = 1; attempt < attempts && ![0, exitSkipped].includes(outcome.status ?? -1); attempt++) {
            t.comment(`again: ${title}`);
            t.comment(lastLines(outcome.log));
            outcome = await runScenario(varnishtest, { name, path: executable }, file, scratch);
          }
          if (outcome.status === exitSkipped) {
            t.pass('scenario', { skip: 'a feature line asks for something this machine has not' });
            return;
          }
          if (outcome.status !== 0) t.comment(lastLines(outcome.log));
          t.equal(outcome.status, 0, 'varnishtest passes');
        });
      }
    }
  }
}

/** Somebody sets the clock: nothing that the agent decides depends on it. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { configure, transitions } from './faults-pair.ts';
import type { Agent } from './lab/agents.ts';
import { clockMs } from './lab/command.ts';
import { labMissing } from './lab/lab.ts';
import { OURS_TWICE, PairLab } from './pair.ts';

const HOUR = '3600';

t.setTimeout(600_000);
t.jobs = 1;

const FAKETIME = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((file) => existsSync(file));

/** Starts the agent with a wall clock that stands in a file; the monotonic clock stays the kernel's, as with settimeofday. */
function startWithClock(agent: Agent, file: string): void {
  const environment: Record<string, string> = {
    LD_PRELOAD: FAKETIME ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  Object.assign(process.env, environment);
  try {
    agent.start();
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
  }
}

const noClock = labMissing() || (FAKETIME === undefined && 'libfaketime is not installed (package faketime)');
t.test(
  'the clock set back an hour and forth two: nothing happens, and fail-over works',
  { skip: noClock },
  async (t) => {
    const pair = await PairLab.open(OURS_TWICE);
    t.teardown(() => pair.close());
    const { a, b, lab } = pair;
    const file = join(lab.directory, 'clock');
    writeFileSync(file, '+0');
    for (const [agent, priority] of [
      [a, 150],
      [b, 100],
    ] as const) {
      // The clock's file is read at every call: let a slow disk be no fault.
      configure(agent, priority, [], '0.3');
      startWithClock(agent, file);
      await agent.line(/Startup complete/);
    }
    await pair.masterIs(a);
    for (const shift of [`-${HOUR}`, `+${HOUR}`, '+0']) {
      const before = [await transitions(a), await transitions(b)];
      const sinceMs = clockMs();
      writeFileSync(file, shift);
      t.ok(await pair.masterStays(a, 4000), `${shift} s: longer than every timer and the address's lifetime`);
      const { darkMs } = await pair.prober.darkness(sinceMs, clockMs());
      t.ok(darkMs < 100, `${shift} s: ${darkMs.toFixed(0)} ms dark`);
      t.strictSame([await transitions(a), await transitions(b)], before, `${shift} s: no transition`);
      await lab.pull(a.node);
      await pair.masterIs(b);
      const told = Date.parse((await transitions(b)).at(-1)?.at ?? '');
      const shiftMs = Number(shift) * 1000;
      t.ok(Math.abs(told - Date.now() - shiftMs) < 60_000, `${shift} s: the agent does see that clock`);
      await lab.plug(a.node);
      await pair.masterIs(a);
    }
  },
);

/**
 * Faults, one a test: whatever happens, in the end one unit holds the address, and when both agents have stopped nobody
 * does. a has the higher priority, advertisements every 0.1 s, an address lives 3 s without its agent.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { askAgent } from '../../../src/vrrp/control/control-client.ts';
import type { Agent, AgentKind } from './lab/agents.ts';
import { clockMs, pause, until } from './lab/command.ts';
import { configText } from './lab/config.ts';
import { labMissing, VIP } from './lab/lab.ts';
import type { LabNode } from './lab/node.ts';
import { OURS_THEN_KEEPALIVED, OURS_TWICE, PairLab } from './pair.ts';

type Kinds = readonly [AgentKind, AgentKind];

/** An address's lifetime, and when the kernel looks at it next. */
const EXPIRED_MS = 4500;
const HOUR = '3600';
/** What else the machine has to do shall not look like a fault: 361 ms of silence are one. (keepalived ends itself then.) */
const REAL_TIME = 'vrrp_rt_priority 20';

t.setTimeout(240_000);
t.jobs = 2;

const controlOf = (node: LabNode): string => join(node.directory, 'control');

function fault(
  name: string,
  kinds: Kinds,
  more: readonly string[],
  body: (t: Test, pair: PairLab) => Promise<void>,
): void {
  const skip = labMissing(...(kinds.includes('keepalived') ? ['keepalived'] : []));
  t.test(`${name} (${kinds.join(' and ')})`, { skip, buffered: true }, async (t) => {
    const pair = await PairLab.open(kinds);
    t.teardown(() => pair.close());
    configure(pair.a, 150, more);
    configure(pair.b, 100, more);
    // One after the other: with nopreempt the first is master.
    pair.a.start();
    await pair.until(() => pair.a.node.holds(VIP));
    pair.b.start();
    await pair.b.line(/Entering BACKUP STATE/);
    // The control socket is open.
    await pair.b.line(/Startup complete/);
    await pair.masterIs(pair.a);
    await body(t, pair);
    await pair.a.stop();
    await pair.b.stop();
    await until('the monitors have told it', () => pair.holders().length === 0, 2000).catch(() => undefined);
    for (const node of pair.lab.nodes) {
      const left = await node.ip('-o', 'address', 'show', 'dev', 'eth0');
      t.notMatch(left, VIP, `no address is left on ${node.name}`);
    }
    if (!t.passing()) t.comment(pair.logs());
  });
}

function configure(agent: Agent, priority: number, more: readonly string[], advert = '0.1'): void {
  const own = agent.kind === 'mahalo' ? [`vrrp_control_socket ${controlOf(agent.node)}`, REAL_TIME] : [];
  const instances = [{ priority, advert, more }];
  agent.configure(configText({ globals: ['dynamic_interfaces', ...own], instances }));
}

interface Transition {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly cause: string;
}

async function transitions(agent: Agent): Promise<readonly Transition[]> {
  const answer = await askAgent(controlOf(agent.node), { command: 'transitions' });
  if (answer.kind !== 'result') throw new Error(JSON.stringify(answer));
  return (answer.result as { transitions: Transition[] }[])[0]?.transitions ?? [];
}

async function stateOf(agent: Agent): Promise<string> {
  return (await transitions(agent)).at(-1)?.to ?? 'INIT';
}

for (const kinds of [OURS_TWICE, OURS_THEN_KEEPALIVED]) {
  fault('SIGKILL: the other takes over, and the dead one leaves no address behind', kinds, [], async (t, pair) => {
    const { a, b } = pair;
    await a.kill();
    const deadMs = clockMs();
    await until('the address has expired', () => !a.node.holds(VIP), 10_000);
    const leftMs = clockMs() - deadMs;
    t.ok(leftMs < EXPIRED_MS, `gone after ${leftMs.toFixed(0)} ms`);
    await pair.masterIs(b);
    a.start();
    await a.line(/Entering MASTER STATE/);
    await pair.masterIs(a);
  });

  fault('SIGKILL and a quick return: what was left is taken away at the start', kinds, [], async (t, pair) => {
    const { a } = pair;
    await a.kill();
    t.ok(a.node.holds(VIP), 'for the moment it is still there');
    a.start();
    await a.line(/Entering BACKUP STATE/);
    await until('it has been taken away', () => !a.node.holds(VIP), 100);
    await a.line(/Entering MASTER STATE/);
    await pair.masterIs(a);
    t.pass('one holder, one who answers');
  });

  fault('SIGSTOP for 3 s: it wakes as BACKUP, without the address', kinds, ['nopreempt'], async (t, pair) => {
    const { a, b } = pair;
    a.freeze();
    await pair.until(() => b.node.holds(VIP), 3000);
    await pause(3000);
    a.thaw();
    await until('a has given it up', () => !a.node.holds(VIP), 500);
    await pair.masterIs(b);
    t.equal(await stateOf(a), 'BACKUP');
    t.ok(await pair.masterStays(b, 1000), 'and stays so');
    const last = (await transitions(a)).at(-1);
    t.match(last, { from: 'MASTER', to: 'BACKUP' });
    t.comment(last?.cause);
  });
}

fault('SIGSTOP: the address expires while the agent sleeps', OURS_TWICE, [], async (t, pair) => {
  const { a, b } = pair;
  const frozenMs = a.freeze();
  await until('it has expired', () => !a.node.holds(VIP), 10_000);
  const leftMs = clockMs() - frozenMs;
  t.ok(leftMs < EXPIRED_MS, `gone after ${leftMs.toFixed(0)} ms`);
  await pair.masterIs(b);
  a.thaw();
  await pair.masterIs(a);
});

for (const stoppedMs of [400, 1000, 2000]) {
  fault(`SIGSTOP for ${stoppedMs} ms, longer than the other waits`, OURS_TWICE, ['nopreempt'], async (t, pair) => {
    const { a, b } = pair;
    // Since its last advertisement the other waits 361 ms.
    await pause(Math.random() * 100);
    a.freeze();
    await pause(stoppedMs);
    a.thaw();
    await pair.masterIs(b);
    t.equal(await stateOf(a), 'BACKUP');
    t.ok(await pair.masterStays(b, 1000));
  });
}

fault('SIGSTOP for 200 ms, shorter than the other waits: nothing happens', OURS_TWICE, [], async (t, pair) => {
  const { a, b } = pair;
  const before = [await transitions(a), await transitions(b)];
  a.freeze();
  await pause(200);
  a.thaw();
  t.ok(await pair.masterStays(a, 1500));
  t.strictSame([await transitions(a), await transitions(b)], before, 'no transition');
});

fault('both killed: both addresses expire, and one is master again', OURS_TWICE, [], async (t, pair) => {
  const { a, b } = pair;
  await a.kill();
  await pair.until(() => b.node.holds(VIP));
  await b.kill();
  await until('nobody has it', () => pair.holders().length === 0, EXPIRED_MS);
  t.pass('all addresses have expired');
  await pair.start();
});

for (const kinds of [OURS_TWICE, OURS_THEN_KEEPALIVED]) {
  fault('the cable is pulled and plugged', kinds, [], async (t, pair) => {
    const { a, b, lab } = pair;
    for (let round = 0; round < 3; round++) {
      await lab.pull(a.node);
      await pair.masterIs(b);
      t.notOk(a.node.holds(VIP));
      await lab.plug(a.node);
      await pair.masterIs(a);
    }
  });

  fault('the link flaps ten times a second', kinds, [], async (t, pair) => {
    const { a, lab } = pair;
    const endMs = clockMs() + 4000;
    let flaps = 0;
    for (; clockMs() < endMs; flaps++) {
      await lab.pull(a.node);
      await pause(40);
      await lab.plug(a.node);
      await pause(40);
    }
    t.ok(flaps > 20, `${flaps} flaps`);
    await pair.masterIs(a);
    t.ok(await pair.masterStays(a, 1000));
  });

  fault('the link flaps ten times a second on both sides', kinds, [], async (t, pair) => {
    const { a, b, lab } = pair;
    const endMs = clockMs() + 3000;
    for (let turn = 0; clockMs() < endMs; turn++) {
      const { node } = turn % 3 === 0 ? b : a;
      await lab.pull(node);
      await pause(40);
      await lab.plug(node);
      await pause(40);
    }
    await pair.masterIs(a);
    t.ok(await pair.masterStays(a, 1000));
  });

  fault('the address is deleted by hand: the other has it at once', kinds, ['nopreempt'], async (t, pair) => {
    const { a, b } = pair;
    const deletedMs = clockMs();
    await a.node.ip('address', 'del', `${VIP}/24`, 'dev', 'eth0');
    await pair.masterIs(b);
    const { darkMs } = await pair.prober.darkness(deletedMs - 50, clockMs());
    t.ok(darkMs < 300, `dark for ${darkMs.toFixed(0)} ms: priority 0 leaves only the skew`);
    t.equal(await stateOf(a), 'BACKUP');
    t.match((await transitions(a)).at(-1)?.cause, VIP);
  });

  fault('the interface is deleted and made anew', kinds, [], async (t, pair) => {
    const { a, b, lab } = pair;
    const space = a.node.namespace;
    const switchSpace = `${space.slice(0, -a.node.name.length)}s`;
    await a.node.ip('link', 'del', 'eth0');
    await pair.masterIs(b);
    t.equal(await stateOf(a), 'FAULT');
    await pause(300);
    // The virtual address as a stray on the new interface: it must not stay when a is not master.
    await a.node.ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'a0', 'netns', switchSpace);
    await a.node.exec('ip', '-n', switchSpace, 'link', 'set', 'a0', 'master', 'br0', 'up');
    await a.node.ip('address', 'add', `${lab.addressOf(a.node)}/24`, 'dev', 'eth0');
    await a.node.ip('link', 'set', 'eth0', 'up');
    await pair.masterIs(a, 20_000);
    t.equal(await stateOf(a), 'MASTER');
    t.ok(await pair.masterStays(a, 1000));
  });
}

fault("the unit's own address goes and comes: no source, no master", OURS_TWICE, [], async (t, pair) => {
  const { a, b, lab } = pair;
  const own = `${lab.addressOf(a.node)}/24`;
  await a.node.ip('address', 'del', own, 'dev', 'eth0');
  await pair.masterIs(b);
  t.equal(await stateOf(a), 'FAULT');
  await a.node.ip('address', 'add', own, 'dev', 'eth0');
  await pair.masterIs(a);
});

fault('ip link set down and up', OURS_TWICE, [], async (t, pair) => {
  const { a, b } = pair;
  await a.node.ip('link', 'set', 'eth0', 'down');
  await pair.masterIs(b);
  t.equal(await stateOf(a), 'FAULT');
  t.notOk(a.node.holds(VIP), 'an interface that is down keeps no address');
  await a.node.ip('link', 'set', 'eth0', 'up');
  await pair.masterIs(a);
});

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

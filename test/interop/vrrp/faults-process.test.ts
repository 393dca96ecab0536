/** The agent dies or sleeps. */
import t from 'tap';
import { waysToPlay } from '../../table-sample.ts';
import { fault, stateOf, transitions } from './faults-pair.ts';
import { clockMs, pause, until } from './lab/command.ts';
import { VIP } from './lab/lab.ts';
import { OURS_THEN_KEEPALIVED, OURS_TWICE } from './pair.ts';

/** An address's lifetime (3 s), when the kernel looks at it next, and when we are told; it would stay for ever. */
const EXPIRED_MS = 10_000;

t.setTimeout(600_000);
t.jobs = 2;

for (const kinds of waysToPlay(OURS_TWICE, OURS_THEN_KEEPALIVED)) {
  fault('SIGKILL: the other takes over, and the dead one leaves no address behind', kinds, [], async (t, pair) => {
    const { a, b } = pair;
    await a.kill();
    const deadMs = clockMs();
    await until('the address has expired', () => !a.node.holds(VIP));
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
    const before = a.node.changes.length;
    a.start();
    await a.line(/Entering MASTER STATE/);
    await pair.masterIs(a);
    const changes = a.node.changes.slice(before).filter(({ address }) => address === VIP);
    t.strictSame(
      changes.map(({ added }) => added),
      [false, true],
      'taken away at the start, and back as master',
    );
  });

  fault('SIGSTOP for 3 s: it wakes as BACKUP, without the address', kinds, ['nopreempt'], async (t, pair) => {
    const { a, b } = pair;
    a.freeze();
    await pair.until(() => b.node.holds(VIP));
    await pause(3000);
    a.thaw();
    await until('a has given it up', () => !a.node.holds(VIP));
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
  await until('it has expired', () => !a.node.holds(VIP));
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
    await pause(37);
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
  await until('nobody has it', () => pair.holders().length === 0);
  t.pass('all addresses have expired');
  await pair.start();
});

/** Cables, interfaces and addresses go and come. */
import t from 'tap';
import { waysToPlay } from '../../table-sample.ts';
import { fault, stateOf, transitions } from './faults-pair.ts';
import { clockMs, pause } from './lab/command.ts';
import { VIP } from './lab/lab.ts';
import { OURS_THEN_KEEPALIVED, OURS_TWICE } from './pair.ts';

t.setTimeout(600_000);
t.jobs = 2;

for (const kinds of waysToPlay(OURS_TWICE, OURS_THEN_KEEPALIVED)) {
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
    t.ok(flaps > 5, `${flaps} flaps, as fast as the machine could`);
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
    await pair.masterIs(a);
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

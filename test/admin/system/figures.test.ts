/** Load and power as figures: pure. */
import t from 'tap';
import { estimatePower } from '../../../src/admin/system/power-estimate.ts';
import { loadBetween } from '../../../src/admin/system/processor-load.ts';

t.test('load is the share of busy time between two looks', async (t) => {
  const before = [
    { busyMs: 100, totalMs: 1000 },
    { busyMs: 0, totalMs: 1000 },
  ];
  const after = [
    { busyMs: 200, totalMs: 1200 },
    { busyMs: 0, totalMs: 1200 },
  ];
  t.same(loadBetween(before, after), { percent: 25, coresPercent: [50, 0] });
  t.same(loadBetween(after, after), { percent: 0, coresPercent: [0, 0] }, 'no time has passed');
  t.same(loadBetween(before, after.slice(0, 1)), { percent: 0, coresPercent: [0] }, 'a core went away');
  t.same(loadBetween(after, before).percent, 0, 'counters that went back');
});

const port = (name: string, megabitsPerSecond: number | null, carrier = true, physical = true) => ({
  name,
  physical,
  carrier,
  megabitsPerSecond,
});

t.test('power is the sum of parts, for boards that are known', async (t) => {
  t.equal(estimatePower('QEMU Virtual Machine', [], 0, 800), null);
  t.equal(estimatePower(null, [], 0, 800), null);
  const board = 'FriendlyElec NanoPi R3S';
  const eco = estimatePower(board, [port('eth0', 100), port('eth1', 100), port('br0', 1000, true, false)], 0, 816);
  t.match(eco, { watts: 0.9 });
  t.equal(eco?.parts.length, 4, 'a bridge draws nothing');
  t.match(estimatePower(board, [port('eth0', 1000), port('eth1', null, false)], 1, 800), { watts: 1.25 });
  t.match(estimatePower(board, [], 4, null), { watts: 3.42 }, 'an unknown clock counts as the highest');
});

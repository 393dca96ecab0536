/** Load, memory, temperature and power as figures. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { readMemory } from '../../../src/admin/system/memory.ts';
import { estimatePower } from '../../../src/admin/system/power-estimate.ts';
import { loadBetween } from '../../../src/admin/system/processor-load.ts';
import { readTemperature } from '../../../src/admin/system/temperature.ts';

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

t.test('memory is what /proc/meminfo says', async (t) => {
  const text =
    'MemTotal:        1000 kB\nMemFree: 1 kB\nMemAvailable:     400 kB\nSwapTotal:  10 kB\nSwapFree:   4 kB\n';
  t.same(readMemory(text), {
    totalBytes: 1_024_000,
    availableBytes: 409_600,
    swapTotalBytes: 10_240,
    swapUsedBytes: 6144,
  });
});

t.test('temperature is that of the processor, by zone or by sensor, or unknown', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'mahalo-sys-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  };
  t.equal(readTemperature(root), null);
  write('class/hwmon/hwmon0/name', 'nvme');
  write('class/hwmon/hwmon0/temp1_input', '30000');
  t.equal(readTemperature(root), null, 'a disk is no processor');
  write('class/hwmon/hwmon1/name', 'coretemp');
  write('class/hwmon/hwmon1/temp1_input', '51250');
  t.equal(readTemperature(root), 51.3);
  write('class/thermal/thermal_zone0/type', 'soc-thermal');
  write('class/thermal/thermal_zone0/temp', '47900');
  t.equal(readTemperature(root), 47.9);
});

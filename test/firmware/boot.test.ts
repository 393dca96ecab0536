/**
 * From power-on to the first proxied request, through U-Boot, and what a unit at rest is like. The times are told and
 * decide nothing: they are those of an emulator on a machine that does other things as well.
 */
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { partition, readDisk } from '../../firmware/emulator/run/disk.ts';
import { DISK_IMAGE } from '../../firmware/emulator/run/image.ts';
import { Traffic } from '../../firmware/emulator/run/traffic.ts';
import { openShell, untilDevice } from './device.ts';
import { emulatorMissing, FirmwareLab } from './firmware-lab.ts';

const MEGABYTE = 1024 * 1024;
const MOST_SLOT_MB = 64;
const MOST_MEMORY_MB = 220;
const AIM_WAKE_UPS = 2;
/** Of a squashfs: how many bytes it has, in its superblock. */
const BYTES_USED_AT = 40;
const AIM_SECONDS = 15;
/** Whoever asks all the time keeps a machine that starts from starting. */
const PACE_MS = 500;
/** What a start leaves to be done (memory given back, code kept, a client's connections) is done by then. */
const REST_MS = 60_000;

const missing = emulatorMissing();
if (missing === false) await bootAndRest();
else t.plan(0, missing);

async function bootAndRest(): Promise<void> {
  const lab = await FirmwareLab.open(t);
  const { unit } = lab;

  await t.test('a slot is small', async (t) => {
    const slot = partition(DISK_IMAGE, 'slotA');
    const superblock = readDisk(DISK_IMAGE, slot.start, 96);
    t.equal(superblock.toString('latin1', 0, 4), 'hsqs');
    const megabytes = Number(superblock.readBigUInt64LE(BYTES_USED_AT)) / MEGABYTE;
    t.comment(`a slot: ${megabytes.toFixed(1)} MB`);
    t.ok(megabytes <= MOST_SLOT_MB, `${megabytes} MB`);
  });

  await t.test('a fresh unit is claimed by the code on its console, and configured', async (t) => {
    await unit.claim();
    await lab.configure('first');
    const { slot, data, boot } = await untilDevice(unit, 'the boot is good', ({ boot }) => boot.good);
    t.match({ slot, data, boot }, { slot: { running: 'A', left: { A: 3 } }, data: { state: 'good' } });
    t.equal(unit.machine.monitor.count('RESET'), 0, 'it started once');
  });

  await t.test('the power is cut and comes back: from power-on to the first proxied request', async (t) => {
    await unit.powerOnAgain();
    const { machine } = unit;
    const [first, second] = lab.ways.map(({ proxy }) => new Traffic(`http://127.0.0.1:${proxy}/`, PACE_MS));
    t.teardown(() => Promise.all([first?.stop(), second?.stop()]));
    const answers = await Promise.all([first?.answeredAfter(0), second?.answeredAfter(0)]);
    t.match(
      answers.map((answer) => answer?.text),
      ['hello from the origin', 'hello from the origin'],
      'on both ports',
    );
    const byOther = unit.client.by('127.0.0.1', lab.ways[1].pages);
    const upMs = await Promise.all([unit.client.untilUp(), byOther.untilUp()]);
    t.equal((await byOther.call('GET', '/api/device')).status, 200, 'the pages answer on both ports');
    const good = await untilDevice(unit, 'the boot is good', ({ boot }) => boot.good);
    const at = (pattern: RegExp): number | undefined => machine.console.find(pattern)?.atMs;
    const timeline: [string, number | undefined][] = [
      ['U-Boot', at(/U-Boot 20/)],
      ['a slot is chosen', at(/mahalo: slot [AB]/)],
      ['the kernel', at(/Starting kernel/)],
      ['the console shows how to reach it', at(/Open in a browser/)],
      ['the first proxied request', Math.min(...answers.map((answer) => answer?.answeredMs ?? Number.NaN))],
      ['... on both ports', Math.max(...answers.map((answer) => answer?.answeredMs ?? Number.NaN))],
      ['the pages', Math.min(...upMs)],
    ];
    for (const [what, ms] of timeline) {
      if (ms !== undefined) t.comment(`${((ms - machine.startMs) / 1000).toFixed(2).padStart(6)} s  ${what}`);
    }
    t.comment(`${`${good.boot.seconds}`.padStart(6)} s  known to be good (the unit's own clock)`);
    const seconds = ((timeline[4]?.[1] ?? 0) - machine.startMs) / 1000;
    t.comment(`the aim: ${AIM_SECONDS} s; it was ${seconds.toFixed(1)} s on this machine, as busy as it is`);
  });

  await t.test('at rest', async (t) => {
    await openShell(unit);
    const { console } = unit.machine;
    const number = async (line: string): Promise<number> => Number((await console.shell(line)).output.trim());
    t.equal(await number('cat /proc/sys/kernel/tainted'), 0, 'the kernel is not tainted');
    const used = await number("awk '/MemTotal/{t=$2} /MemAvailable/{a=$2} END{print t-a}' /proc/meminfo");
    t.comment(`memory used by everything: ${(used / 1024).toFixed(0)} MB`);
    t.ok(used / 1024 <= MOST_MEMORY_MB, `${used} KB`);
    const before = (await unit.client.order('GET', '/api/device')).roles;
    await delay(REST_MS);
    const idle = (await console.shell('mahalo appliance idle seconds=30')).output;
    t.match(idle, /roles together: [\d.]+/);
    // Told only: whoever shares the processor with the emulator makes it wake up more often.
    t.comment(`wake-ups a second (the aim: roles together under ${AIM_WAKE_UPS}, with VRRP off):\n${idle}`);
    const pid = (role: string): number => Number(new RegExp(`name: ${role}\\s+(?:- )?pid: (\\d+)`).exec(idle)?.[1]);
    t.ok(pid('proxy') < pid('appliance'), 'init started the confirmed proxy, before the roles were loaded');
    const after = (await unit.client.order('GET', '/api/device')).roles;
    const identities = (roles: readonly { name: string; pid: number; restarts: number }[]): object[] =>
      roles.map(({ name, pid, restarts }) => ({ name, pid, restarts }));
    t.same(identities(after), identities(before), 'nothing starts again and again');
  });
}

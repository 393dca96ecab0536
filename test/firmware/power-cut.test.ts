/**
 * The power is cut at random moments of an update (upload, switch, trial) and of a change of the configuration: QEMU is
 * killed, and of what the unit had not flushed its card keeps what chance wants (`Card`). Whenever that is, each slot that
 * may be started is whole; the unit boots by itself; its configuration is the one it had or the new one, byte for byte,
 * and the new one once that was confirmed; the proxy serves it.
 *
 * A moment is a number of writes to the card: moments of time would mostly find it waiting. A cut takes more than a minute
 * and a test file may take 19: of the 30 a run plays the first eight, POWER_CUTS=9-16 others; POWER_CUTS_SEED draws other
 * moments.
 */
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { overwriteDisk, partition } from '../../firmware/emulator/run/disk.ts';
import { UPDATE } from '../../firmware/emulator/run/image.ts';
import { Traffic } from '../../firmware/emulator/run/traffic.ts';
import { otherSlot, type SlotName } from '../../src/appliance/boot/boot-state.ts';
import { Chance } from '../proxy/chaos-random.ts';
import { untilDevice } from './device.ts';
import { emulatorMissing, FirmwareLab, proxyText } from './firmware-lab.ts';
import { slotOn, slotsOnDisk } from './slots-on-disk.ts';

const SEED = Number(process.env['POWER_CUTS_SEED'] ?? '20261122');
/** Half of them in an update. Each costs a boot, or two. */
const [FIRST = 1, LAST = FIRST] = (process.env['POWER_CUTS'] ?? '1-8').split('-').map(Number);
/** About so many writes each takes. */
const WRITES = { configuration: 48, update: 140 };
/** Some moments are shortly behind the end. */
const BEYOND = 1.1;
const LATEST_AFTER_MS = 3000;
const ASK_EVERY_MS = 250;
const PACE_MS = 500;

type Kind = keyof typeof WRITES;

const missing = emulatorMissing();
if (missing === false) await powerCuts();
else t.plan(0, missing);

function emptySlot(disk: string, slot: SlotName): void {
  const { start, length } = partition(disk, `slot${slot}`);
  overwriteDisk(disk, start, Buffer.alloc(length));
}

async function powerCuts(): Promise<void> {
  const lab = await FirmwareLab.open(t, { inCard: true });
  const { unit, client, card } = lab;
  const { disk } = unit.plan;
  // The update is of the version that runs: a slot has these bytes, or is not whole.
  const whole = slotOn(disk, 'A');
  await unit.claim();
  let text = await lab.configure('as it was');
  let running: SlotName = 'A';
  await untilDevice(unit, 'the boot is good', ({ boot }) => boot.good);

  const isGood = async (slot: SlotName): Promise<boolean> => {
    const { status, json } = await client.call('GET', '/api/device').catch(() => ({ status: 0, json: undefined }));
    return status === 200 && json.boot.good && json.slot.running === slot;
  };

  /** Ends when the new system has proved healthy, or the power is gone. */
  const update = async (isOff: () => boolean): Promise<void> => {
    const target = otherSlot(running);
    // What stood there was the same; a write that is lost must not be found there nevertheless.
    emptySlot(disk, target);
    const { status, json } = await client.update(UPDATE);
    if (status !== 200) throw new Error(JSON.stringify(json));
    await client.order('POST', '/api/device/update/start', {});
    while (!isOff() && !(await isGood(target))) await delay(ASK_EVERY_MS);
  };

  /** Does it, and cuts the power somewhere in between. Tells whether the deed had come to its end. */
  const cut = async (
    t: Test,
    kind: Kind,
    chance: Chance,
    deed: (isOff: () => boolean) => Promise<void>,
  ): Promise<boolean> => {
    const at = 1 + Math.floor(chance.next() * BEYOND * WRITES[kind]);
    const startMs = performance.now();
    const before = card.writes;
    let isOff = false;
    let complete = false;
    const moment = card.powerGoesAfter(at).then(() => {
      isOff = true;
    });
    const ended = deed(() => isOff).then(
      () => {
        complete = !isOff;
      },
      (error) => {
        // Later on nobody answers any more: the power is gone.
        if (!isOff) t.fail(String(error));
      },
    );
    await Promise.race([moment, ended.then(() => delay(chance.next() * LATEST_AFTER_MS))]);
    isOff = true;
    await unit.cutPower();
    const { waited, lost } = await card.loses(() => chance.next());
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    const where = complete ? 'behind its end' : 'in the middle';
    t.comment(`${kind}: cut after ${card.writes - before} writes (drawn: ${at}) and ${seconds} s, ${where};`);
    t.comment(`of ${waited} sectors that were not flushed ${lost} were lost`);
    await ended;
    return complete;
  };

  for (let number = FIRST; number <= LAST; number++) {
    const kind = number % 2 === 0 ? 'update' : 'configuration';
    await t.test(`cut ${number}: ${kind}`, async (t) => {
      const chance = new Chance(SEED, `cut ${number}`);
      const after = proxyText(lab.originPort, `cut ${number}`);
      const isUpdate = kind === 'update';
      const deed = isUpdate ? update : (): Promise<void> => client.configure('configuration', after);
      const complete = await cut(t, kind, chance, deed);
      const { next = running, wrong, words } = slotsOnDisk(disk, whole);
      t.comment(words);
      t.same(wrong, []);
      if (!isUpdate || complete) t.equal(next, isUpdate ? otherSlot(running) : running);
      await unit.powerOnAgain();
      const device = await untilDevice(unit, 'the boot is good', ({ boot }) => boot.good);
      t.match(device, { slot: { running: next, left: { [next]: 3 } }, data: { state: 'good' } });
      t.match(device.configuration?.source, 'startup');
      for (const { name, restarts } of device.roles.filter((role) => role.restarts > 0)) {
        const words = await client.order('GET', `/api/device/words/${name}`);
        t.fail(`${name} was started again ${restarts} times`, { words });
      }
      const { text: now } = await client.order('GET', '/api/configuration');
      const allowed = isUpdate ? [text] : complete ? [after] : [text, after];
      t.ok(allowed.includes(now), `byte for byte one of the two:\n${now}`);
      const traffic = new Traffic(`http://127.0.0.1:${lab.ways[0].proxy}/`, PACE_MS);
      t.match(await traffic.answeredAfter(0), { text: 'hello from the origin' });
      await traffic.stop();
      t.comment(`it runs slot ${next}, with the ${now === text ? 'old' : 'new'} configuration`);
      text = now;
      running = next;
    });
  }
}

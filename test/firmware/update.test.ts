/** New software: to a new build and back, refused when it is not what was signed, and given up when it is never healthy. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Bundles } from './bundles.ts';
import { untilDevice } from './device.ts';
import { emulatorMissing, FirmwareLab } from './firmware-lab.ts';

const NEW = '9.0.0';
const BAD = '9.0.1';

const missing = emulatorMissing();
if (missing === false) await updates();
else t.plan(0, missing);

async function updates(): Promise<void> {
  const lab = await FirmwareLab.open(t);
  const { unit, client } = lab;
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-bundles-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const bundles = new Bundles(directory);
  await unit.claim();
  await lab.configure('before the update');
  const { version: old } = await untilDevice(unit, 'the boot is good', ({ boot }) => boot.good);
  const good = bundles.make({ version: NEW });

  await t.test('a flipped bit and a stranger are refused, and nothing is switched', async (t) => {
    const { status, json } = await client.update(bundles.flipped(good));
    t.not(status, 200);
    t.match(json, { error: { message: /changed on its way/ } });
    const strange = await client.update(bundles.make({ version: '9.0.2' }, Bundles.strangersKey()));
    t.not(strange.status, 200);
    t.match(strange.json, { error: { message: /not signed by anybody this unit trusts/ } });
    t.match(await client.order('GET', '/api/device'), { slot: { running: 'A', order: ['A', 'B'], left: { A: 3 } } });
    t.not((await client.call('POST', '/api/device/update/start', {})).status, 200, 'there is nothing to start');
  });

  await t.test('to a new build', async (t) => {
    t.equal((await client.update(good)).status, 200);
    await client.order('POST', '/api/device/update/start', {});
    const device = await untilDevice(
      unit,
      'the new build is good',
      ({ version, boot }) => version === NEW && boot.good,
    );
    t.match(device.slot, { running: 'B', left: { B: 3 }, A: { version: old }, B: { version: NEW } });
    t.match(
      await client.order('GET', '/api/configuration'),
      { text: /before the update/ },
      'its configuration came along',
    );
  });

  await t.test('and back', async (t) => {
    await client.order('POST', '/api/device/slot', { slot: 'A' });
    const device = await untilDevice(
      unit,
      'the old build is good',
      ({ version, boot }) => version === old && boot.good,
    );
    t.match(device.slot, { running: 'A', order: ['A', 'B'], left: { A: 3 } });
  });

  await t.test('a build that is never healthy is given up after its tries', async (t) => {
    t.equal((await client.update(bundles.make({ version: BAD, neverHealthy: true }))).status, 200);
    const from = unit.machine.console.position;
    await client.order('POST', '/api/device/update/start', {});
    const { console } = unit.machine;
    const { end } = await console.waitFor(/mahalo: slot B/, { from });
    await console.waitFor(/mahalo: slot A/, { from: end, limitMs: 600_000 });
    const device = await untilDevice(
      unit,
      'the old build is good',
      ({ version, boot }) => version === old && boot.good,
    );
    t.match(device.slot, { running: 'A', left: { A: 3, B: 0 } });
    t.equal(console.text.slice(from).split('this build is never healthy').length - 1, 3, 'it had three tries');
    t.match(await client.order('GET', '/api/configuration'), { text: /before the update/ });
  });
}

/**
 * The page "Device" as its owner uses it, on the real appliance role in a network of its own: look, change the network and
 * lose the unit by it, find it again, update it and watch it come back, give it another name, forget everything.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PASSWORD, until } from '../admin/admin-process.ts';
import { DeviceUnit, FIRST_ADDRESS, unitWithPorts } from '../admin/device-unit.ts';
import { MEBIBYTE } from '../appliance/unit-root.ts';
import { bundle, payloadOf } from '../appliance/update/receiver.ts';
import { cannotUnshare, ip } from '../vrrp/network/namespace.ts';
import { seriousViolations } from './accessible.ts';
import { CHROMIUM, CHROMIUM_IS_MISSING, startChromium } from './chromium.ts';
import { Visitor } from './visitor.ts';

const OTHER_ADDRESS = '10.1.0.3';
const why = CHROMIUM === null ? CHROMIUM_IS_MISSING : cannotUnshare();

t.setTimeout(600_000);
if (why) t.pass('chromium in a network of its own', { skip: why });
else {
  const device = new DeviceUnit(unitWithPorts());
  const chromium = await startChromium();
  t.teardown(async () => {
    await chromium.close();
    await device.close();
  });
  await device.start();
  const owner = await device.claim();
  await device.people(owner);
  const originAt = (address: string): string => `https://${address}:${device.port}`;
  await until('the unit has its first address', async () =>
    JSON.stringify((await owner.call('GET', '/api/device')).json.ports).includes(FIRST_ADDRESS),
  );
  // An address that comes while a page is loaded ends that (net::ERR_NETWORK_CHANGED).
  await until('no address is being tried out', () => ip('-6 address show tentative').trim() === '');
  const visitor = await Visitor.come(chromium, originAt(FIRST_ADDRESS));
  const { page } = visitor;
  t.teardown(async () => {
    if (!t.passing()) t.comment(`${page.url()} shows: ${(await page.locator('body').textContent())?.slice(0, 3000)}`);
  });
  const main = page.getByRole('main');
  const toast = (text: string | RegExp) => page.getByRole('status').getByText(text).first().waitFor();
  const logInThere = async (): Promise<void> => {
    await page.getByLabel('User name').fill('owner');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await visitor.isIn();
  };
  await visitor.logIn('owner');

  await t.test('the overview: what runs, what would run next, the ports, the power', async (t) => {
    await page.getByRole('link', { name: 'Device', exact: true }).click();
    await main.getByRole('heading', { name: 'Software' }).waitFor();
    t.match(await main.locator('.device-slot').first().textContent(), /Place A.*0\.1\.0.*runs now.*would run next/s);
    t.match(await main.locator('.device-slot').last().textContent(), /empty/);
    t.match(await main.getByRole('region', { name: 'Ports' }).textContent(), /WAN.*10\.1\.0\.2\/24.*LAN/s);
    await main.getByText('This is an estimate').waitFor();
    await main.getByRole('button', { name: 'Performance' }).click();
    await toast('"Performance"');
    await main.getByRole('button', { name: 'Performance', pressed: true }).waitFor();
    await page.getByRole('button', { name: 'Blink its lights' }).click();
    await toast('blink for 30 s');
    await main.getByRole('button', { name: 'Last words of proxy' }).click();
    await page.getByRole('dialog').getByText('It never ended without being told to').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  /** Up to the review. */
  const changeAddress = async (address: string): Promise<void> => {
    const port = main.getByRole('group', { name: 'Port WAN' });
    await port.getByLabel('IPv4 address and length of its network').fill(`${address}/24`);
    await main.getByRole('button', { name: 'Check and review' }).click();
    await main.getByRole('heading', { name: 'What will change' }).waitFor();
  };

  await t.test('the network: each mode has its picture; a mistake is told at its field', async (t) => {
    await main.getByRole('link', { name: 'Network' }).click();
    await main.getByRole('heading', { name: 'Now: Two arms' }).waitFor();
    for (const mode of ['Inline bridge', 'One arm', 'Router', 'Two arms']) {
      await main.getByRole('radio', { name: mode }).check();
      t.same(await seriousViolations(page), [], `${mode} is accessible`);
    }
    const port = main.getByRole('group', { name: 'Port WAN' });
    await port.getByLabel('IPv4 gateway').fill('10.9.9.9');
    await main.getByRole('button', { name: 'Check and review' }).click();
    await port.getByText('could not be reached').waitFor();
    t.equal(await port.getByLabel('IPv4 gateway').getAttribute('aria-invalid'), 'true');
    await port.getByLabel('IPv4 gateway').fill('');
  });

  await t.test(
    'an address changes: who loses the unit is told where it is, finds it there, and keeps it',
    async (t) => {
      await changeAddress(OTHER_ADDRESS);
      t.match(await main.textContent(), new RegExp(`${OTHER_ADDRESS}:${device.port}/device/network`));
      await main.getByRole('button', { name: 'Apply on trial' }).click();
      await page.getByRole('heading', { name: 'rack 4 does not answer here any more' }).waitFor();
      t.same(await seriousViolations(page), [], 'the page that tells it is accessible');
      await page.getByRole('link', { name: originAt(OTHER_ADDRESS) }).click();
      await logInThere();
      await page
        .getByRole('region', { name: 'Network settings on trial' })
        .getByRole('button', { name: 'Keep it' })
        .click();
      await toast('The network settings are kept.');
      t.match(readFileSync(join(device.unit.paths.data, 'appliance.json'), 'utf8'), OTHER_ADDRESS);
    },
  );

  await t.test('an address changes, and is taken back: who waits goes on by himself', async () => {
    await page.goto(`${originAt(OTHER_ADDRESS)}/device/network`);
    await main.getByRole('heading', { name: 'Change it' }).waitFor();
    await changeAddress('10.1.0.4');
    await main.getByRole('button', { name: 'Apply on trial' }).click();
    await page.getByRole('heading', { name: 'rack 4 does not answer here any more' }).waitFor();
    const { trial } = (await owner.call('GET', '/api/device/network')).json;
    await owner.call('POST', '/api/device/network/return', { body: { revision: trial.revision } });
    await main.getByRole('heading', { name: 'Change it' }).waitFor();
  });

  /** From the page "Update" on. */
  const install = async (version: string, build: string): Promise<void> => {
    const bytes = bundle(payloadOf(2 * MEBIBYTE, build), { version, build });
    await main.getByLabel('Update bundle').setInputFiles({
      name: `mahalo-${version}.update`,
      mimeType: 'application/octet-stream',
      buffer: bytes,
    });
    await main.getByRole('heading', { name: 'Ready to start' }).waitFor();
  };
  const start = async (): Promise<void> => {
    await main.getByRole('button', { name: 'Start it now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start it now' }).click();
    await page.getByRole('heading', { name: 'rack 4 starts anew' }).waitFor();
  };

  await t.test(
    'an update: refused in words, then received, looked at, started; the page waits for the unit',
    async (t) => {
      await main.getByRole('link', { name: 'Update' }).click();
      await main.getByLabel('Update bundle').setInputFiles({
        name: 'holiday.jpg',
        mimeType: 'image/jpeg',
        buffer: payloadOf(MEBIBYTE, 'holiday'),
      });
      await main.getByText('It was not installed: this is not an update for Mahalo').waitFor();
      await install('0.1.0', 'second');
      await main.getByText('signed with a key this device trusts').first().waitFor();
      t.same(await seriousViolations(page), [], 'what was received is shown accessibly');
      await start();
      await device.ordered();
      await device.boot('B', '0.1.0');
      await page.getByRole('heading', { name: 'rack 4 is back' }).waitFor();
      await page.getByText('It runs version 0.1.0.').waitFor();
      await page.getByRole('button', { name: 'Go on' }).click();
      await logInThere();
      await owner.logIn('owner');
      t.equal((await owner.call('GET', '/api/device')).json.slot.running, 'B');
    },
  );

  await t.test(
    'an update that comes back as the old one: that is told; and one click goes to the other place',
    async (t) => {
      await page.goto(`${originAt(OTHER_ADDRESS)}/device/update`);
      await install('0.2.0', 'third');
      await start();
      await device.ordered();
      await device.boot('B', '0.1.0');
      await page.getByText('Version 0.2.0 was expected').waitFor();
      await page.getByRole('button', { name: 'Go on' }).click();
      await logInThere();
      await main.getByRole('link', { name: 'Overview' }).click();
      await main.getByText('did not prove healthy').first().waitFor();
      t.match(await main.textContent(), /given up/);
    },
  );

  await t.test('settings: another name; starting anew; and what it takes to forget everything', async (t) => {
    await main.getByRole('link', { name: 'Settings' }).click();
    await main.getByLabel('Host name').fill('pocket-7');
    await main.getByLabel('Time servers').fill('ntp.example, 10.0.0.1');
    await main.getByRole('button', { name: 'Save' }).click();
    await toast('The settings are kept.');
    t.same(await seriousViolations(page), [], 'the settings are accessible');
    await main.getByRole('button', { name: 'Factory reset...' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Type the name of the unit').fill('rack 5');
    await dialog.getByLabel('Your password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Forget everything' }).click();
    await dialog.getByText("this unit is called 'rack 4'").waitFor();
    await dialog.getByLabel('Type the name of the unit').fill('rack 4');
    await dialog.getByLabel('Your password').fill('not the password');
    await dialog.getByRole('button', { name: 'Forget everything' }).click();
    await dialog.getByText('the password is not right').waitFor();
    await page.keyboard.press('Escape');
    await main.getByRole('button', { name: 'Start anew...' }).click();
    await dialog.getByRole('button', { name: 'Start anew' }).click();
    await page.getByRole('heading', { name: 'rack 4 starts anew' }).waitFor();
    t.equal(await device.ordered(), 'reboot');
  });

  await t.test('no page complained', async (t) => {
    // Chromium notes that nobody answered while the unit was away: that is what these journeys are about.
    const away = /^Failed to load resource: net::ERR_/;
    t.same(
      visitor.faults.filter((fault) => !away.test(fault)),
      [],
    );
  });
}

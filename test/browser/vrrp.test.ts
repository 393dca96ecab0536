/** Two units with real VRRP in namespaces: paired, both on one screen, a rehearsal with its dark time, the cable pulled. */
import t from 'tap';
import { until } from '../admin/admin-process.ts';
import { UnitPair } from '../admin/unit-pair.ts';
import { labMissing } from '../interop/vrrp/lab/lab.ts';
import { seriousViolations } from './accessible.ts';
import { CHROMIUM, CHROMIUM_IS_MISSING, startChromium } from './chromium.ts';
import { Visitor } from './visitor.ts';

const missing = CHROMIUM === null ? CHROMIUM_IS_MISSING : labMissing('socat');
t.setTimeout(600_000);

await t.test('two units on one screen', { skip: missing }, async (t) => {
  const [units, chromium] = await Promise.all([UnitPair.open(), startChromium()]);
  const { a, b, vrrp } = units;
  t.teardown(async () => {
    await chromium.close();
    await units.close();
  });
  const [, neighbour] = await Promise.all([a.claim('rack 4'), b.claim('rack 5')]);
  const visitor = await Visitor.come(chromium, a.origin);
  const { page } = visitor;
  await visitor.logIn('owner');
  const card = (unit: string) => page.getByRole('article', { name: `VI_1 on ${unit}` });

  const stands = (unit: string, state: string): Promise<void> =>
    card(unit)
      .getByRole('heading', { name: `${unit} ${state}` })
      .waitFor();

  await t.test('alone it shows itself, and why it is master', async (t) => {
    await visitor.show('/vrrp');
    await stands('rack 4', 'MASTER');
    await card('rack 4').getByText('Why is it master?').click();
    await card('rack 4')
      .getByText(/It would stop being master/)
      .waitFor();
    t.equal(await page.getByText('This unit stands alone').count(), 1);
  });

  await t.test('paired by address, fingerprint and token', async (t) => {
    const body = { name: 'rack 4', role: 'operator', days: 0 };
    const { token } = (await neighbour.call('POST', '/api/tokens', { body })).json;
    await page.getByRole('button', { name: 'Pair with the other unit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address of the other unit').fill(`${b.address}:${b.admin.port}`);
    await dialog.getByRole('button', { name: 'Look who is there' }).click();
    await dialog.getByText(b.admin.announced('certificate')).waitFor();
    t.same(await seriousViolations(page), []);
    t.ok(await dialog.getByRole('button', { name: 'Pair' }).isDisabled(), 'not before the fingerprints were compared');
    await dialog.getByLabel(/This is the fingerprint/).check();
    await dialog.getByLabel('Token').fill(token);
    await dialog.getByRole('button', { name: 'Pair' }).click();
    await stands('rack 5', 'BACKUP');
    await page.getByText('rack 4 has the address; the other unit would take over.').waitFor();
    await card('rack 5').getByText('Why is it not master?').click();
    await card('rack 5')
      .getByText(/with priority 150: higher than ours \(100\)/)
      .waitFor();
    t.same(await seriousViolations(page), []);
  });

  await t.test('a rehearsal is watched, and its dark time told', async (t) => {
    await page.getByRole('button', { name: 'Rehearse a fail-over of VI_1 on rack 4' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Fail over now' }).click();
    const rehearsals = page.getByRole('region', { name: 'Rehearsals' });
    await rehearsals.getByText('passed').waitFor();
    const dark = /(\d+(?:\.\d+)?) ms/.exec((await rehearsals.textContent()) ?? '')?.[1];
    t.ok(Number(dark) > 0 && Number(dark) < 60_000, `dark for ${dark} ms`);
    await stands('rack 4', 'MASTER');
    await card('rack 4')
      .getByText(/Changes of state/)
      .click();
    await card('rack 4').getByText('rehearsal').first().waitFor();
  });

  await t.test('the master is unplugged: the other one is seen from there, and silence is told', async (t) => {
    await vrrp.lab.pull(a.node);
    await vrrp.until(() => vrrp.lab.onlyHolder(b.node));
    await stands('rack 4', 'FAULT');
    await page.getByText(/rack 5 does not answer/).waitFor();
    t.match(
      await page
        .getByText(/rack 5 does not answer/)
        .locator('..')
        .textContent(),
      /since \d{4}-/,
    );
    await vrrp.lab.plug(a.node);
    await stands('rack 4', 'MASTER');
    await stands('rack 5', 'BACKUP');
    await page.getByText('rack 4 has the address; the other unit would take over.').waitFor();
  });

  await t.test('the backup can be asked to rehearse when it is master, with the token of an operator', async (t) => {
    await vrrp.a.stop();
    await vrrp.until(() => vrrp.lab.onlyHolder(b.node));
    await page.getByText(/The VRRP agent of this unit does not answer/).waitFor();
    await page.getByRole('button', { name: 'Rehearse a fail-over of VI_1 on rack 5' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Fail over now' }).click();
    // Nobody is there to take over: it takes back, and says so.
    await page.getByText('nobody answered').waitFor();
    await until('b has it again', () => vrrp.lab.onlyHolder(b.node));
    t.same(visitor.faults, []);
  });
});

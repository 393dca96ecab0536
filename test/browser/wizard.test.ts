/** From a fresh unit to a request served through the balancer: claim, three questions, a text to read, a green light. */
import t from 'tap';
import { PASSWORD, until } from '../admin/admin-process.ts';
import { seriousViolations } from './accessible.ts';
import { CHROMIUM, CHROMIUM_IS_MISSING } from './chromium.ts';
import { BrowserLab } from './lab.ts';

if (CHROMIUM === null) t.pass('chromium', { skip: CHROMIUM_IS_MISSING });
else {
  const lab = await BrowserLab.open(t);
  const { unit } = lab;
  const visitor = await lab.visitor();
  const { page } = visitor;
  const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

  await t.test('claimed, the wizard opens by itself', async () => {
    await visitor.open('/');
    await page.getByLabel('Claim code').fill(unit.admin.announced('claim-code'));
    await page.getByLabel('Name of the unit').fill('rack 4');
    await page.getByLabel('Your user name').fill('owner');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('The password once more').fill(PASSWORD);
    await press('Claim this unit');
    await page.getByRole('heading', { level: 1, name: 'Add a service' }).waitFor();
  });

  await t.test('three questions; a wrong answer is told at its question', async (t) => {
    await page.getByRole('button', { name: /^Web sites Pages over HTTP/ }).click();
    await page.getByLabel('Servers', { exact: true }).fill('this is no server');
    await press('Next');
    t.same(await seriousViolations(page), []);
    await page.getByLabel('Port that clients use').fill(String(unit.port));
    await page.getByLabel('Address that clients use').selectOption('127.0.0.1');
    await press('Show me the configuration');
    // What is wrong is on the page before.
    await page.getByRole('heading', { name: 'Where are the servers?' }).waitFor();
    t.equal(await page.getByLabel('Servers', { exact: true }).getAttribute('aria-invalid'), 'true');
    await page
      .getByLabel('Servers', { exact: true })
      .fill(unit.originPorts.map((port) => `127.0.0.1:${port}`).join('\n'));
    await press('Next');
    await press('Show me the configuration');
  });

  await t.test('the text is shown with an explanation of its lines', async (t) => {
    await page.getByRole('heading', { name: 'This is what will be added' }).waitFor();
    const text = (await page.locator('main').textContent()) ?? '';
    t.match(text, new RegExp(`bind 127\\.0\\.0\\.1:${unit.port}`));
    t.match(text, /balance\s+roundrobin/);
    t.same(await seriousViolations(page), []);
  });

  await t.test('tried: a request goes through, the light is green, and it is kept', async (t) => {
    await press('Try it');
    await page.getByText('Green: ').waitFor();
    t.same(await seriousViolations(page), []);
    t.match(await unit.ask(), { status: 200 });
    await page.getByRole('main').getByRole('button', { name: 'Keep it', exact: true }).click();
    await page.getByText('It is in force, also after a restart').waitFor();
    const answers = new Set<string>();
    await until('both servers have answered', async () => {
      answers.add((await unit.ask()).by);
      return answers.has('one') && answers.has('two');
    });
  });

  await t.test('the configuration that was written is one a person can read', async (t) => {
    const owner = unit.admin.browser();
    await owner.logIn('owner');
    const { number, text } = (await owner.call('GET', '/api/configuration')).json;
    t.equal(number, 1);
    t.match(text, /^# /m, 'with comments');
    const { json } = await owner.call('POST', '/api/configuration/check', { body: { text } });
    t.equal(json.verdict, 'valid');
  });

  await t.test('no page complained', async (t) => lab.assertNoFaults(t));
}

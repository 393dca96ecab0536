/** The way in, as people take it: a fresh unit, logging in and out, by keyboard alone, and what the first load weighs. */
import t from 'tap';
import { PASSWORD } from '../admin/admin-process.ts';
import { seriousViolations } from './accessible.ts';
import { CHROMIUM, CHROMIUM_IS_MISSING } from './chromium.ts';
import { BrowserLab } from './lab.ts';

/** Bytes on the wire until the first page stands there: HTML, code, styles, compressed. */
const MOST_FIRST_LOAD = 250 * 1024;

if (CHROMIUM === null) t.pass('chromium', { skip: CHROMIUM_IS_MISSING });
else {
  const lab = await BrowserLab.open(t);
  const { unit } = lab;

  await t.test('a fresh unit shows the claim, whatever is asked for; a wrong code is told at its field', async (t) => {
    const visitor = await lab.visitor();
    const { page } = visitor;
    await visitor.open('/configuration');
    await page.getByRole('heading', { level: 1, name: "This unit is nobody's yet" }).waitFor();
    t.same(await seriousViolations(page), []);
    await page.getByLabel('Claim code').fill('0000-0000-0000');
    await page.getByLabel('Name of the unit').fill('rack 4');
    await page.getByLabel('Your user name').fill('owner');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('The password once more').fill(PASSWORD);
    await page.getByRole('button', { name: 'Claim this unit' }).click();
    await page.getByText('this is not the code on the console').waitFor();
    t.equal(await page.getByLabel('Claim code').getAttribute('aria-invalid'), 'true');
  });

  await t.test('claimed by keyboard alone', async (t) => {
    const visitor = await lab.visitor();
    const { keyboard } = visitor.page;
    await visitor.show('/');
    const words = [unit.admin.announced('claim-code'), 'rack 4', 'owner', PASSWORD, PASSWORD];
    for (const word of words) {
      // The first field has the focus from the beginning.
      await keyboard.type(word);
      await keyboard.press('Tab');
    }
    await keyboard.press('Enter');
    await visitor.isIn();
    t.match(visitor.page.url(), /\/wizard$/);
  });

  await t.test('log in: a wrong password is told; the right one opens the page that was asked for', async (t) => {
    const visitor = await lab.visitor();
    const { page } = visitor;
    const bytes = await visitor.weigh();
    await visitor.show('/account');
    t.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Log in');
    t.ok(bytes() > 5_000 && bytes() < MOST_FIRST_LOAD, `the first load weighs ${bytes()} bytes`);
    t.same(await seriousViolations(page), []);
    await page.getByLabel('User name').fill('owner');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').waitFor();
    t.match(await page.getByRole('alert').textContent(), /not right/);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await visitor.isIn();
    t.match(page.url(), /\/account$/);
  });

  await t.test('logged out means out: also in another tab, and with the way back of the browser', async () => {
    const visitor = await lab.visitor();
    const { page } = visitor;
    await visitor.logIn('owner');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
    await page.goBack().catch(() => null);
    await page.goto(unit.origin);
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
  });

  await t.test('files of the pages: nothing else can be reached through them', async (t) => {
    const browser = unit.admin.browser();
    for (const path of ['/assets/../people.json', '/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/build.txt']) {
      const { status, text } = await browser.call('GET', path);
      t.ok(status === 404 || status === 400 || text.startsWith('<!doctype html'), `${path}: ${status}`);
      t.notMatch(text, /scrypt|"dependencies"/);
    }
  });

  await t.test('no page complained', async (t) => lab.assertNoFaults(t));
}

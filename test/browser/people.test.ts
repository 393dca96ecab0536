/** People: a user made and changed, a second factor by its QR code's secret, a token shown once, a session ended, the log. */
import t from 'tap';
import { oneTimePassword } from '../../src/admin/security/one-time-password.ts';
import { AdminProcess, PASSWORD } from '../admin/admin-process.ts';
import { seriousViolations } from './accessible.ts';
import { CHROMIUM, CHROMIUM_IS_MISSING, startChromium } from './chromium.ts';
import { Visitor } from './visitor.ts';

t.setTimeout(600_000);

await t.test('people and what they may', { skip: CHROMIUM === null && CHROMIUM_IS_MISSING }, async (t) => {
  const admin = new AdminProcess();
  await admin.start();
  const [, chromium] = await Promise.all([admin.claim(), startChromium()]);
  t.teardown(async () => {
    await chromium.close();
    await admin.remove();
  });
  const visitor = await Visitor.come(chromium, `https://127.0.0.1:${admin.port}`);
  const { page } = visitor;
  const dialog = page.getByRole('dialog');
  await visitor.logIn('owner');

  await t.test('a user is made, and becomes an operator', async (t) => {
    await visitor.show('/people');
    await page.getByRole('button', { name: 'New user' }).click();
    await dialog.getByLabel('User name').fill('olga');
    await dialog.getByLabel('First password').fill('short');
    await dialog.getByRole('button', { name: 'Make the user' }).click();
    await dialog
      .getByText(/at least 10 characters/i)
      .first()
      .waitFor();
    await dialog.getByLabel('First password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Make the user' }).click();
    await page.getByRole('button', { name: 'Change olga' }).click();
    await dialog.getByLabel('Role').selectOption('operator');
    await dialog.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByRole('row', { name: /olga operator/ }).waitFor();
    t.same(await seriousViolations(page), []);
  });

  await t.test('her session is seen and ended from elsewhere', async () => {
    const other = await Visitor.come(chromium, `https://127.0.0.1:${admin.port}`);
    await other.logIn('olga');
    await other.show('/account');
    await visitor.show('/account/sessions');
    await page.getByRole('row', { name: /olga Chrome/ }).waitFor();
    await page.getByRole('button', { name: /^End it: the session of olga/ }).click();
    await page.getByText(/The session of olga from 127\.0\.0\.1 has ended/).waitFor();
    // Her page asks for the trial every few seconds, and finds itself logged out.
    await other.page.getByRole('heading', { name: 'Log in' }).waitFor();
    await other.leave();
  });

  await t.test('a token is shown once, and works', async (t) => {
    await visitor.show('/account/tokens');
    await page.getByRole('button', { name: 'New token' }).click();
    await dialog.getByLabel('Name').fill('prometheus');
    await dialog.getByRole('button', { name: 'Make the token' }).click();
    const token = (await dialog.getByText(/^mahalo_/).textContent()) ?? '';
    const headers = { authorization: `Bearer ${token}` };
    t.match((await admin.browser().call('GET', '/api/caller', { headers })).json, { kind: 'token', role: 'viewer' });
    await dialog.getByRole('button', { name: 'I have it' }).click();
    t.equal(await page.getByText(token).count(), 0);
    await page.getByRole('row', { name: /prometheus owner viewer/ }).waitFor();
    t.same(await seriousViolations(page), []);
  });

  await t.test('a second factor is turned on with the first code', async (t) => {
    await visitor.show('/account');
    await page.getByLabel('Your password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Set up one-time passwords' }).click();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    t.same(await seriousViolations(page), []);
    const secret = ((await page.locator('.secret code').textContent()) ?? '').replaceAll(' ', '');
    await page.getByLabel('One-time password').fill(oneTimePassword(secret, Math.floor(Date.now() / 30_000)));
    await page.getByRole('button', { name: 'Turn it on' }).click();
    await page.getByText('One-time passwords are on.').waitFor();
    t.match((await admin.browser().logIn('owner')).json.error, { code: 'code-needed' });
  });

  await t.test('all of it stands in the audit log, which can be filtered', async (t) => {
    await visitor.show('/people/audit');
    await page.getByRole('row', { name: /second-factor\.on/ }).waitFor();
    await page.getByLabel('What').selectOption('user.');
    await page.getByRole('row', { name: /second-factor\.on/ }).waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /user\.create done .*olga viewer/ }).waitFor();
    await page.getByRole('row', { name: /user\.change done .*olga operator/ }).waitFor();
    t.same(await seriousViolations(page), []);
  });

  await t.test('the fingerprint is that of the console', async (t) => {
    await visitor.show('/people/certificate');
    await page.getByText(admin.announced('certificate')).waitFor();
    t.same(await seriousViolations(page), []);
    t.same(visitor.faults, []);
  });
});

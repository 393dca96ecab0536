/** A shell in the page: turned on, paid for with the password, typed into, closed; and ended with its session. */
import t from 'tap';
import { AdminProcess, PASSWORD } from '../admin/admin-process.ts';
import { seriousViolations } from './accessible.ts';
import { CHROMIUM, CHROMIUM_IS_MISSING, startChromium } from './chromium.ts';
import { Visitor } from './visitor.ts';

t.setTimeout(600_000);

await t.test('the terminal, from off to closed', { skip: CHROMIUM === null && CHROMIUM_IS_MISSING }, async (t) => {
  const words = process.getuid?.() === 0 ? ['--terminal-user', 'nobody'] : [];
  const admin = new AdminProcess(words);
  await admin.start();
  const [owner, chromium] = await Promise.all([admin.claim(), startChromium()]);
  t.teardown(async () => {
    await chromium.close();
    await admin.remove();
  });
  const visitor = await Visitor.come(chromium, `https://127.0.0.1:${admin.port}`);
  const { page } = visitor;
  await visitor.logIn('owner');
  const open = async (password: string): Promise<void> => {
    await page.getByLabel('Your password').fill(password);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
  };
  const screen = page.locator('.xterm-rows');

  await t.test('it is off until it is turned on', async (t) => {
    await visitor.show('/terminal');
    await page.getByText('The terminal is off').waitFor();
    await page.getByRole('button', { name: 'Turn it on' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Turn it on' }).click();
    await page.getByRole('heading', { name: 'Open a terminal' }).waitFor();
    t.same(await seriousViolations(page), []);
  });

  await t.test('a wrong password opens nothing, the right one a shell', async (t) => {
    await open('not the password');
    await page.getByText('the password is not right').waitFor();
    await open(PASSWORD);
    await screen.getByText(/[$#>]/).first().waitFor();
    await page.keyboard.type('echo $((6*7))-"is the answer"\n');
    await screen.getByText('42-is the answer').first().waitFor();
    await page.keyboard.type('stty size\n');
    await screen
      .getByText(/^\d+ \d+\s*$/)
      .first()
      .waitFor();
    t.same(await seriousViolations(page), []);
  });

  await t.test('more output than is sent at once is drawn to its end', async () => {
    await page.keyboard.type('seq 1 120000; echo all-of-"it"\n');
    await screen.getByText('all-of-it').first().waitFor();
    await screen.getByText('120000').first().waitFor();
  });

  await t.test('the shell ends: it is said; the session ends: so does the shell', async (t) => {
    await page.keyboard.type('exit\n');
    await page.getByText('The terminal was closed: the shell ended (0).').waitFor();
    await open(PASSWORD);
    await screen.getByText(/[$#>]/).first().waitFor();
    for (const { id, current } of (await owner.call('GET', '/api/sessions')).json) {
      if (!current) await owner.call('DELETE', `/api/sessions/${id}`);
    }
    // The page asks something next, and finds itself logged out.
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    t.same(visitor.faults, []);
  });
});

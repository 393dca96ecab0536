/** Applied and not kept: the countdown stands on every page, and what was in force comes back by itself. */
import t from 'tap';
import { until } from '../admin/admin-process.ts';
import { CHROMIUM, CHROMIUM_IS_MISSING } from './chromium.ts';
import { DEMO_FILE } from './demo-unit.ts';
import { BrowserLab } from './lab.ts';

/** Long enough for a busy machine to draw a page, and soon over. */
const TRIAL_S = 30;

if (CHROMIUM === null) t.pass('chromium', { skip: CHROMIUM_IS_MISSING });
else {
  const lab = await BrowserLab.open(t, '-f', DEMO_FILE, '--confirm-seconds', String(TRIAL_S));
  const { unit } = lab;
  const owner = await unit.claim();
  const visitor = await lab.visitor();
  const { page } = visitor;
  await visitor.logIn('owner');
  await visitor.show('/configuration');
  const text = unit.text().replace('default_backend', 'http-response set-header x-origin never\n    default_backend');

  await t.test('applied by the pages, it serves on trial', async () => {
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(text);
    await page.getByRole('button', { name: 'Review and apply' }).click();
    await page.getByRole('button', { name: 'Apply on trial' }).click();
    await until('the new text serves', async () => (await unit.ask()).by === 'never');
  });

  await t.test('nobody keeps it: what was in force serves again', async (t) => {
    await until('it is taken back', async () => /^(?:one|two)$/.test((await unit.ask()).by));
    // It serves first, and then it is written down.
    await until('the audit log says why', async () => {
      const { json } = await owner.call('GET', '/api/audit?action=configuration.return');
      return (json as { detail?: string }[]).some(({ detail }) => detail?.includes('nobody confirmed it in time'));
    });
    t.match((await owner.call('GET', '/api/configuration')).json, { number: 1, text: unit.text() });
  });

  await t.test('the page knows, and what was written is not lost', async (t) => {
    await page.getByRole('heading', { level: 1, name: 'Configuration', exact: true }).waitFor();
    await until('the text of the trial', async () => {
      const shown = (await page.locator('.cm-content').textContent()) ?? '';
      return shown.includes('x-origin never');
    });
    t.equal(await page.getByRole('button', { name: 'Review and apply' }).isDisabled(), false);
  });

  await t.test('no page complained', async (t) => lab.assertNoFaults(t));
}

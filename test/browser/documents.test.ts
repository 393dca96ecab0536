/** Both texts of a unit, as people edit them: keepalived.conf on trial, seen from every page. */
import t from 'tap';
import { CHROMIUM, CHROMIUM_IS_MISSING } from './chromium.ts';
import { BrowserLab } from './lab.ts';

if (CHROMIUM === null) t.pass('chromium', { skip: CHROMIUM_IS_MISSING });
else {
  const lab = await BrowserLab.open(t, '--confirm-seconds', '600');
  const { unit } = lab;
  await unit.claim();
  const visitor = await lab.visitor();
  const { page } = visitor;
  await visitor.logIn('owner');
  const floating = page.getByRole('textbox', { name: 'Text of keepalived.conf' });

  await t.test('keepalived.conf on trial: the banner stands on every page, and takes it back from there', async (t) => {
    await visitor.show('/configuration/floating');
    await floating.click();
    // No instance: an agent that keeps no address needs no rights.
    await page.keyboard.insertText('global_defs {\n    router_id here\n}\n');
    await page.getByRole('button', { name: 'Review and apply' }).click();
    await page.getByRole('button', { name: 'Apply on trial' }).click();
    const banner = page.getByRole('region', { name: 'keepalived.conf on trial' });
    await banner.getByText(/^keepalived\.conf, revision 1, is on trial/).waitFor();
    await visitor.show('/account');
    await banner.getByText(/by owner\).*returns in/).waitFor();
    t.match(await banner.getByRole('timer').textContent(), /^\d+ s$/);
    await banner.getByRole('button', { name: 'Take it back now' }).click();
    await page.getByText('The keepalived.conf before is in force again.').waitFor();
    await banner.waitFor({ state: 'detached' });
    const { documents } = (await unit.owner.call('GET', '/api/trials')).json;
    t.match(documents, [{ document: 'configuration' }, { document: 'vrrp-configuration', confirmed: 0, trial: null }]);
  });

  await t.test('no page complained', async (t) => lab.assertNoFaults(t));
}

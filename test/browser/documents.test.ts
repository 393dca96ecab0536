/** keepalived.conf as people edit it, its trial on every page, drafts that are not lost; and the API they can use instead. */
import t from 'tap';
import { PASSWORD, until } from '../admin/admin-process.ts';
import { seriousViolations } from './accessible.ts';
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
  const isPage = ({ agent }: { agent: string }): boolean => /Mozilla/.test(agent);
  const kept = (text: string): Promise<void> =>
    until('it is kept', async () => String(await page.evaluate('JSON.stringify(sessionStorage)')).includes(text));
  const floating = page.getByRole('textbox', { name: 'Text of keepalived.conf' });

  await t.test('keepalived.conf: completion, help at a word, a mistake at its line, F12 to a definition', async (t) => {
    await visitor.show('/configuration/floating');
    await floating.click();
    await page.keyboard.insertText('vrrp_script well {\n    script "/bin/true"\n}\nglobal_defs {\n    rout');
    await page.keyboard.press('Control+Space');
    await page.getByRole('option', { name: /^router_id/ }).click();
    await page.keyboard.insertText(' here\n    prioritiy 1\n}\nvrrp_instance A {\n    track_script {\n        well\n');
    await page
      .getByText(/Unknown keyword 'prioritiy'/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'line 6' }).click();
    t.equal(await page.evaluate('getSelection().toString()'), 'prioritiy');
    await page.locator('.word-keyword', { hasText: 'router_id' }).first().hover();
    await page.getByText('Name of this machine.').waitFor();
    await page.getByRole('link', { name: "keepalived's manual, keepalived.conf(5)" }).waitFor();
    t.same(await seriousViolations(page), []);
    await page.mouse.move(0, 0);
    await page.locator('.cm-line', { hasText: /^ +well$/ }).click();
    await page.keyboard.press('F12');
    await until(
      'the definition is selected',
      async () => (await page.evaluate('getSelection().toString()')) === 'well',
    );
    await page.locator('.cm-activeLine', { hasText: 'vrrp_script well {' }).waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
  });

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

  await t.test('what was written survives the end of the session, and is offered to its author only', async (t) => {
    await visitor.show('/configuration/floating');
    await floating.click();
    await page.keyboard.insertText('# half a thought');
    await kept('half a thought');
    // From elsewhere.
    for (const { id } of (await unit.owner.call('GET', '/api/sessions')).json.filter(isPage)) {
      await unit.owner.call('DELETE', `/api/sessions/${id}`);
    }
    await page.getByLabel('User name').waitFor();
    await page.reload();
    await unit.owner.call('POST', '/api/users', { body: { name: 'other', role: 'admin', password: PASSWORD } });
    await visitor.logIn('other');
    await visitor.show('/configuration/floating');
    await floating.waitFor();
    t.equal(await page.getByText('half a thought').count(), 0, 'not to somebody else');
    await page.getByRole('button', { name: 'Log out' }).click();
    await visitor.logIn('owner');
    await visitor.show('/configuration/floating');
    await page.locator('.cm-line', { hasText: 'half a thought' }).waitFor();
    await page.getByText(/This is what you wrote until/).waitFor();
    t.same(await seriousViolations(page), []);
  });

  await t.test('a newer revision is never overwritten unseen: the difference first', async (t) => {
    const { owner } = unit;
    const body = { text: '# of somebody else\nglobal_defs {\n}\n', parent: 0, note: '' };
    const applied = await owner.call('POST', '/api/vrrp/configuration/apply', { body });
    t.equal(applied.status, 200, applied.text);
    const { revision } = applied.json;
    await owner.call('POST', '/api/vrrp/configuration/confirm', { body: { revision } });
    await page.getByText(`Revision ${revision} is in force by now, and this text was begun from revision 0`).waitFor();
    const review = page.getByRole('button', { name: 'Review and apply' });
    t.notOk(await review.isEnabled());
    await page.getByRole('button', { name: 'Show the difference' }).click();
    await page.locator('.cm-merge-a', { hasText: 'of somebody else' }).waitFor();
    await page.locator('.cm-merge-b', { hasText: 'half a thought' }).waitFor();
    t.same(await seriousViolations(page), []);
    await page.getByRole('button', { name: `Go on with this text, from revision ${revision}` }).click();
    await page.getByText('is in force by now').waitFor({ state: 'detached' });
    await until('it can be reviewed', () => review.isEnabled());
  });

  await t.test('who logs out himself is asked, and leaves nothing behind', async (t) => {
    await kept('half a thought');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('dialog').getByText('It is kept in this tab only').waitFor();
    t.same(await seriousViolations(page), []);
    await page.getByRole('dialog').getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('User name').waitFor();
    t.equal(await page.evaluate('JSON.stringify(sessionStorage)'), '{}');
    await visitor.logIn('owner');
    await visitor.show('/configuration/floating');
    await page.locator('.cm-line', { hasText: 'of somebody else' }).waitFor();
    t.equal(await page.getByText('half a thought').count(), 0);
  });

  await t.test('the API, out of its own description: found by a word, with who may and a command', async (t) => {
    await visitor.show('/account/api');
    await page.getByLabel('Find by path or words').fill('/api/configuration/apply');
    const route = page.getByText('POST /api/configuration/apply', { exact: true });
    await route.click();
    await page.getByText(/curl -k -X POST .*\/api\/configuration\/apply/).waitFor();
    t.equal(await page.getByRole('main').locator('details').count(), 1);
    t.same(await seriousViolations(page), []);
  });

  await t.test('no page complained', async (t) => lab.assertNoFaults(t));
}

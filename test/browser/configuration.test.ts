/** The configuration, as people change it: a typo, the difference, the trial kept or not, a template, the way back. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import { until } from '../admin/admin-process.ts';
import { seriousViolations } from './accessible.ts';
import { CHROMIUM, CHROMIUM_IS_MISSING } from './chromium.ts';
import { BrowserLab } from './lab.ts';

/** For somebody who wants to see what the test sees. */
const PICTURES = process.env['MAHALO_TEST_PICTURES'];

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

if (CHROMIUM === null) t.pass('chromium', { skip: CHROMIUM_IS_MISSING });
else {
  const lab = await BrowserLab.open(t, '--confirm-seconds', '600');
  const { unit } = lab;
  await unit.claim();
  const [origin] = unit.originPorts;
  await unit.apply(
    `# The demo.
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend web
    bind 127.0.0.1:${unit.port}
    acl is_static path_beg /static
    use_backend static if is_static
    default_backend application

backend application
    server one 127.0.0.1:${origin} check

backend static
    server fast 127.0.0.1:${origin} check
`,
    'the beginning',
  );
  const visitor = await lab.visitor();
  const { page } = visitor;
  await visitor.logIn('owner');
  const text = page.getByRole('textbox', { name: 'Text of haproxy.cfg' });
  const problems = page.getByRole('heading', { name: 'What the parser says' });

  /** Behind the line that holds `after`, which is on screen, and as far in as that one. */
  const typeLine = async (after: string, line: string): Promise<void> => {
    await page.locator('.cm-line', { hasText: after }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type(line);
    await page.keyboard.press('Escape');
  };

  await t.test('a typo: the error stands at its line, and nothing can be applied; it is mended', async (t) => {
    await visitor.show('/configuration');
    await text.waitFor();
    await problems.waitFor();
    t.same(await seriousViolations(page), []);
    await picture(page, 'editor');
    await typeLine('acl is_static', 'use_bakend static if is_static');
    const line = page.getByRole('button', { name: /^line \d+$/ }).first();
    await page
      .getByText(/did you mean 'use_backend'/)
      .first()
      .waitFor();
    t.equal(await page.getByRole('button', { name: 'Review and apply' }).isEnabled(), false);
    await picture(page, 'editor-error');
    await line.click();
    t.equal(await page.evaluate('getSelection().toString()'), 'use_bakend');
    // The whole line.
    await page.keyboard.press('Control+Shift+k');
    await page.getByText('did you mean').first().waitFor({ state: 'detached' });
  });

  await t.test('completion, help at a word, and F12 to where a backend is defined', async () => {
    await typeLine('acl is_static', 'http-request set-h');
    await page.keyboard.press('Control+Space');
    const completion = page.getByRole('option', { name: /^set-header/ }).first();
    await completion.waitFor();
    await picture(page, 'completion');
    // Enter is not taken within the first moments of the list, so that somebody who types on is not surprised.
    await completion.click();
    await page.keyboard.type(' x-mark edited');
    await page.locator('.word-keyword', { hasText: 'default_backend' }).first().hover();
    await page.getByText('The backend for what no').first().waitFor();
    await picture(page, 'hover');
    await page.mouse.move(0, 0);
    await page.locator('.word-name', { hasText: 'application' }).first().click();
    await page.keyboard.press('F12');
    await until(
      'the definition is selected',
      async () => (await page.evaluate('getSelection().toString()')) === 'application',
    );
  });

  await t.test('the difference, what will happen, apply, keep: the proxy serves the new text', async (t) => {
    await page.getByRole('button', { name: 'Review and apply' }).click();
    await page.getByText(/In frontend web: .*"http-request .*x-mark.*" is new/).waitFor();
    await page.getByText(/Listening goes on without a gap/).waitFor();
    await page.locator('.cm-merge-b .cm-changedLine', { hasText: 'x-mark' }).waitFor();
    t.same(await seriousViolations(page), []);
    await picture(page, 'review');
    await page.getByLabel('Note').fill('a mark for the origin');
    await page.getByRole('button', { name: 'Apply on trial' }).click();
    await page.getByRole('heading', { level: 1, name: /is on trial/ }).waitFor();
    await page.getByText('frontends accept connections').waitFor();
    t.same(await seriousViolations(page), []);
    await picture(page, 'trial');
    await page.getByRole('main').getByRole('button', { name: 'Keep it' }).click();
    await text.waitFor();
    const { number, text: inForce } = (await unit.owner.call('GET', '/api/configuration')).json;
    t.match(inForce, /http-request set-header x-mark edited/);
    const revision = (await unit.owner.call('GET', `/api/configuration/revisions/${number}`)).json;
    t.match(revision, { author: 'owner', note: 'a mark for the origin' });
  });

  await t.test('taken back: what was written is still there, to be mended', async (t) => {
    const before = (await unit.owner.call('GET', '/api/configuration')).json.number;
    await typeLine('acl is_static', 'http-request set-header x-other value');
    await page.getByRole('button', { name: 'Review and apply' }).click();
    await page.getByRole('button', { name: 'Apply on trial' }).click();
    await page.getByRole('main').getByRole('button', { name: 'Take it back now' }).click();
    await page.locator('.cm-line', { hasText: 'x-other' }).waitFor();
    t.equal((await unit.owner.call('GET', '/api/configuration')).json.number, before);
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await page.locator('.cm-line', { hasText: 'x-other' }).waitFor({ state: 'detached' });
  });

  await t.test('a template: mistakes at their questions, every line explained, into the text', async (t) => {
    await visitor.show('/configuration/templates');
    await page.getByRole('link', { name: 'WebSocket', exact: false }).first().waitFor();
    t.same(await seriousViolations(page), []);
    await picture(page, 'templates');
    await visitor.show('/configuration/templates/websocket-simple');
    await page.getByRole('button', { name: 'Write the text' }).click();
    await page.locator('.field-error').first().waitFor();
    await page.locator('textarea').first().fill(`127.0.0.1:${unit.originPorts[0]}`);
    await page.getByLabel('Port', { exact: false }).first().fill(String(unit.freePort));
    await page.getByRole('button', { name: 'Write the text' }).click();
    await page.getByRole('heading', { name: 'The new part of your configuration' }).waitFor();
    t.same(await seriousViolations(page), []);
    await picture(page, 'template');
    await page.getByRole('button', { name: 'Put it into the text' }).click();
    await text.waitFor();
    t.equal(await page.getByRole('button', { name: 'Review and apply' }).isVisible(), true);
  });

  await t.test('history: a difference of two, and one click to the text of an older one', async (t) => {
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('heading', { name: 'Compare' }).waitFor();
    await page.locator('.cm-merge-b').waitFor();
    t.same(await seriousViolations(page), []);
    await picture(page, 'history');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export all' }).click(),
    ]);
    const path = await download.path();
    await page.getByLabel('File with exported revisions').setInputFiles({
      name: 'export.jsonl',
      mimeType: 'application/jsonl',
      buffer: readFileSync(path),
    });
    await page
      .getByText(/brought in by owner/)
      .first()
      .waitFor();
    const goBack = page.getByRole('button', { name: 'Go back to it: revision 1', exact: true });
    await goBack.click();
    // The template is in the text still, and was not applied.
    const dialog = page.getByRole('dialog');
    await dialog.getByText('You changed the text in the editor').waitFor();
    t.same(await seriousViolations(page), []);
    await dialog.getByRole('button', { name: 'Take revision 1' }).click();
    await page.getByRole('heading', { name: 'What will happen' }).waitFor();
    t.equal(await page.getByLabel('Note').inputValue(), 'Back to revision 1');
    await page.locator('.cm-merge-a', { hasText: 'x-mark' }).waitFor();
    await page.getByRole('button', { name: 'Apply on trial' }).click();
    await page.getByRole('main').getByRole('button', { name: 'Keep it' }).click();
    await text.waitFor();
    const { text: inForce } = (await unit.owner.call('GET', '/api/configuration')).json;
    t.notMatch(inForce, /x-mark/);
  });

  await t.test('a file of this computer becomes the text; format changes blanks only', async (t) => {
    await text.waitFor();
    const buffer = Buffer.from('# From elsewhere.\nfrontend   one\n  bind   127.0.0.1:1  # why\n');
    const file = { name: 'haproxy.cfg', mimeType: 'text/plain', buffer };
    await page.getByLabel('File with a haproxy.cfg').setInputFiles(file);
    await page.locator('.cm-line', { hasText: 'From elsewhere' }).waitFor();
    await page.getByRole('button', { name: 'Format' }).click();
    await page.locator('.cm-line', { hasText: /^ {4}bind 127\.0\.0\.1:1 # why$/ }).waitFor();
    await page.getByLabel('File with a haproxy.cfg').setInputFiles({ ...file, buffer: Buffer.from('a\0b') });
    await page.getByText('haproxy.cfg is no text.').waitFor();
    t.same(await seriousViolations(page), []);
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await page.locator('.cm-line', { hasText: 'From elsewhere' }).waitFor({ state: 'detached' });
  });

  await t.test('no page complained', async (t) => lab.assertNoFaults(t));
}

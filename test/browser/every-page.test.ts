/**
 * Every page that can be reached by links, in light, dark and on a phone: it is shown without complaint, it is accessible
 * (axe-core finds nothing serious), and nothing hangs over the side of the screen. And who has a lesser role finds no way to
 * a page that is not for him, and nothing to press that he may not do.
 */
import t, { type Test } from 'tap';
import { tableSample } from '../table-sample.ts';
import { seriousViolations } from './accessible.ts';
import { CHROMIUM, CHROMIUM_IS_MISSING } from './chromium.ts';
import { reachablePages } from './crawl.ts';
import { DEMO_FILE } from './demo-unit.ts';
import { BrowserLab } from './lab.ts';
import type { Visitor } from './visitor.ts';

const PHONE = { viewport: { width: 390, height: 844 } };
const LEAST_PAGES = 15;
const ADMINS_PAGES = ['/wizard', '/configuration', '/configuration/history', '/terminal', '/people', '/people/audit'];
const A_SERVER = '/services/backend/application/one';

async function examine(t: Test, { page }: Visitor, path: string): Promise<void> {
  const heading = await page.locator('h1').first().textContent();
  t.notMatch(heading, /There is no such page|could not be loaded|Not for your role/, `${path} is there`);
  t.same(await seriousViolations(page), [], `${path} is accessible`);
  const sideways = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  t.ok(Number(sideways) <= 0, `${path} fits the width of the screen`);
}

if (CHROMIUM === null) t.pass('chromium', { skip: CHROMIUM_IS_MISSING });
else {
  const lab = await BrowserLab.open(t, '-f', DEMO_FILE);
  const { unit } = lab;
  await unit.claim();
  await unit.addPeople();
  unit.startTraffic();
  let paths: readonly string[] = [];

  await t.test('light and dark', async (t) => {
    const visitor = await lab.visitor({ colorScheme: 'light' });
    const { page } = visitor;
    await visitor.logIn('owner');
    paths = await reachablePages(visitor, async (path) => {
      await examine(t, visitor, path);
      // Nothing but the colours is different.
      await page.emulateMedia({ colorScheme: 'dark' });
      t.same(await seriousViolations(page, ['color-contrast']), [], `${path} can be read in the dark`);
      await page.emulateMedia({ colorScheme: 'light' });
    });
    t.ok(paths.length >= LEAST_PAGES, `${paths.length} pages`);
    await visitor.leave();
  });

  await t.test('on a phone', async (t) => {
    const visitor = await lab.visitor(PHONE);
    await visitor.logIn('owner');
    for (const { name: path } of tableSample(paths.map((name) => ({ name })))) {
      await visitor.show(path);
      await examine(t, visitor, path);
    }
    await visitor.leave();
  });

  for (const [role, deeds] of [
    ['operator', 1],
    ['viewer', 0],
  ] as const) {
    await t.test(`what a ${role} can reach by links is for a ${role}, and the rest says that it is not`, async (t) => {
      const visitor = await lab.visitor();
      const { page } = visitor;
      await visitor.logIn(role);
      const reached = await reachablePages(visitor, async (path) => {
        t.notMatch(await page.locator('h1').first().textContent(), /Not for your role/, path);
        if (path !== A_SERVER) return;
        t.equal(await page.getByRole('button', { name: 'Drain...' }).count(), deeds, `${deeds} to press at a server`);
      });
      t.ok(reached.includes(A_SERVER));
      for (const path of ADMINS_PAGES) {
        await visitor.show(path);
        t.match(await page.locator('h1').first().textContent(), /Not for your role/, path);
      }
      await visitor.leave();
    });
  }

  await t.test('no page complained', async (t) => lab.assertNoFaults(t));
}

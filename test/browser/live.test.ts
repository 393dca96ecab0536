/** What is live, as people look at it: overview, map, services, a server drained under load, the log. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { until } from '../admin/admin-process.ts';
import { seriousViolations } from './accessible.ts';
import { CHROMIUM, CHROMIUM_IS_MISSING } from './chromium.ts';
import { BrowserLab } from './lab.ts';

if (CHROMIUM === null) t.pass('chromium', { skip: CHROMIUM_IS_MISSING });
else {
  const lab = await BrowserLab.open(t);
  const { unit } = lab;
  await unit.claim();
  // A machine that does much else may take longer for a start than the unit waits.
  await until(
    'the proxy serves',
    () =>
      unit.apply(unit.text(), 'to look at').then(
        () => true,
        (error: Error) => {
          t.comment(error.message);
          return false;
        },
      ),
    300_000,
  );
  await unit.addPeople();
  unit.startTraffic();
  const owner = await lab.visitor();
  await owner.logIn('owner');
  const { page } = owner;

  await t.test('overview: one glance, the reason in words, a way to what is the matter', async (t) => {
    await owner.show('/');
    await page.getByText('2 of 3 servers are up: gone fails its check: connection refused').first().waitFor();
    await page.getByText(/services? needs? a look/).waitFor();
    t.same(await seriousViolations(page), []);
    await page.getByRole('link', { name: 'static', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: /Backend static/ }).waitFor();
    await page.getByRole('row', { name: /gone/ }).getByText('down', { exact: true }).waitFor();
    // The history is drawn, and says in words what it draws.
    await page.getByRole('img', { name: /^Requests: now/ }).waitFor();
    t.same(await seriousViolations(page), []);
  });

  await t.test('map: what leads to what, also in words', async (t) => {
    await owner.show('/topology');
    const ways = page.getByRole('list', { name: 'web leads to' });
    await ways.getByText(/leads to application: [\d.]+\/s/).waitFor();
    await ways.getByText(/leads to static/).waitFor();
    await page.getByRole('link', { name: 'static/gone' }).waitFor();
    t.same(await seriousViolations(page), []);
  });

  await t.test('a server is drained under load, and no request fails', async (t) => {
    let failed = 0;
    let asking = true;
    const load = (async () => {
      while (asking) if ((await unit.ask()).status !== 200) failed++;
    })();
    await owner.show('/services/backend/application/one');
    await page.getByRole('button', { name: 'Drain...' }).click();
    await page.getByRole('button', { name: 'Drain and wait' }).click();
    await page.getByText(/^Drained in .*, no session was cut/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('draining').waitFor();
    t.equal((await unit.ask()).by, 'two');
    await page.getByRole('button', { name: 'Back to service' }).click();
    await page.getByText('application/one is back in service.').waitFor();
    await until('it gets requests again', async () => (await unit.ask()).by === 'one');
    asking = false;
    await load;
    t.equal(failed, 0, 'requests that failed');
  });

  await t.test('maintenance, and back with one click', async (t) => {
    await owner.show('/services/backend/application');
    const two = page.getByRole('row', { name: /^two/ });
    await two.getByRole('button', { name: 'Maintenance' }).click();
    await page.getByText('application/two is in maintenance.').waitFor();
    await two.getByText('in maintenance').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('As it was before.').waitFor();
    await two.getByRole('button', { name: 'Drain...' }).waitFor();
    t.same(await seriousViolations(page), []);
  });

  await t.test('the log: live, filtered, explained', async (t) => {
    await owner.show('/log');
    const lines = page.getByRole('region', { name: 'Lines of the log' });
    await lines.getByText('GET /shop HTTP/1.1').first().waitFor();
    t.same(await seriousViolations(page), []);
    await page.getByLabel('Status').selectOption('4xx');
    await lines.getByText('GET /missing HTTP/1.1').first().waitFor();
    t.equal(await lines.getByText('GET /shop HTTP/1.1').count(), 0);
    t.match(page.url(), /status=4xx/);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: /Go on \([1-9]/ }).waitFor();
    await lines.getByRole('button', { name: /^--/ }).first().click();
    const details = page.getByRole('dialog');
    await details.getByText('A normal end').first().waitFor();
    t.same(await seriousViolations(page), []);
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'detached' });
  });

  await t.test('a viewer looks, and has nothing to press', async (t) => {
    const viewer = await lab.visitor({ viewport: { width: 390, height: 844 } });
    await viewer.logIn('viewer');
    await viewer.show('/services/backend/application');
    await viewer.page.getByRole('link', { name: 'one', exact: true }).waitFor();
    t.equal(await viewer.page.getByRole('button', { name: 'Maintenance' }).count(), 0);
    for (const path of ['/', '/topology', '/services', '/services/backend/application', '/log']) {
      await viewer.show(path);
      const [wide, seen] = await viewer.page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      t.ok(wide <= seen, `${path} is ${wide} wide on a phone of ${seen}`);
    }
  });

  await t.test('the proxy is gone: said in words, with what to do, on every page of it', async (t) => {
    const obstacle = join(unit.admin.directory, 'sorry.http');
    writeFileSync(obstacle, 'HTTP/1.0 503 Sorry\r\n\r\n');
    await unit.apply(
      unit.text().replace('mode http\n', `mode http\n    errorfile 503 ${obstacle}\n`),
      'a page of our own',
    );
    await owner.show('/');
    await page.getByText('2 of 3 servers are up').first().waitFor();
    const { processId } = (await unit.owner.call('GET', '/api/proxy')).json;
    // It cannot start without that file.
    rmSync(obstacle);
    process.kill(processId, 'SIGKILL');
    await page.getByText('The proxy is not running: nothing is served.').waitFor();
    await page.getByText(/Since \d{4}-\d\d-\d\d .* ago\)/).waitFor();
    await page.getByRole('heading', { name: 'What to do' }).waitFor();
    await page.locator('.last-words', { hasText: 'sorry.http' }).waitFor();
    t.notMatch(await page.getByRole('main').textContent(), /ENOENT|ECONN|runtime\.sock|has no frontend/);
    t.same(await seriousViolations(page), []);
    for (const path of ['/topology', '/services', '/services/backend/static']) {
      await owner.show(path);
      await page.getByText('The proxy is not running: nothing is served.').waitFor();
    }
    writeFileSync(obstacle, 'HTTP/1.0 503 Sorry\r\n\r\n');
    await page.getByRole('link', { name: 'fast' }).waitFor();
  });

  await t.test('no page complained', async (t) => lab.assertNoFaults(t));
}

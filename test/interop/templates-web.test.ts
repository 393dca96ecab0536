/** Templates for web sites, with traffic. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { APPLICATION_COOKIE } from '../../src/admin/templates/scenarios/application-cookie.ts';
import { HOST_MAP } from '../../src/admin/templates/scenarios/host-map.ts';
import { RATE_LIMIT } from '../../src/admin/templates/scenarios/rate-limit.ts';
import { STATIC_DYNAMIC } from '../../src/admin/templates/scenarios/static-dynamic.ts';
import { STATISTICS_PAGE } from '../../src/admin/templates/scenarios/statistics-page.ts';
import { VARNISH_FARM } from '../../src/admin/templates/scenarios/varnish-farm.ts';
import { WEB_FARM_COOKIE } from '../../src/admin/templates/scenarios/web-farm-cookie.ts';
import { freePort } from './differential/free-port.ts';
import { fetchText } from './seeds/seed-proxy.ts';
import { fetchWith, listen, origins, play, start, until } from './templates/template-player.ts';

t.setTimeout(600_000);

play(STATIC_DYNAMIC, 'files come from the web servers, the rest from the application', async (test, program) => {
  const port = await start(test, program, STATIC_DYNAMIC, {
    staticServers: await origins(test, 'files1', 'files2'),
    dynamicServers: await origins(test, 'app'),
  });
  const bodies: string[] = [];
  for (const path of ['/', '/static/a', '/deep/LOGO.PNG?x', '/index.php', '/css/x', '/a.css.php']) {
    bodies.push((await fetchText(port, path)).body);
  }
  test.strictSame(bodies, ['app', 'files1', 'files2', 'app', 'files1', 'app']);
});

play(HOST_MAP, 'each site has its servers, the others go to those for other names', async (test, program) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-map-'));
  test.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const [shop, blog, other] = await origins(test, 'shop', 'blog', 'other');
  const port = await start(test, program, HOST_MAP, {
    map: join(directory, 'sites.map'),
    routes: [`shop.example ${shop}`, `blog.example ${blog}`],
    others: [other],
  });
  const answers: string[] = [];
  for (const host of ['shop.example', 'WWW.Shop.example:8080', 'blog.example', 'else.example']) {
    answers.push((await fetchWith(port, '/', { host })).body);
  }
  test.strictSame(answers, ['shop', 'shop', 'blog', 'other']);
});

play(VARNISH_FARM, 'an object is always asked of the same cache, pages of the application', async (test, program) => {
  const port = await start(test, program, VARNISH_FARM, {
    caches: await origins(test, 'cache1', 'cache2', 'cache3'),
    application: await origins(test, 'app'),
  });
  const paths = Array.from({ length: 20 }, (_, index) => `/${index}.jpg`);
  const ask = () => Promise.all(paths.map(async (path) => (await fetchText(port, path)).body));
  const first = await ask();
  test.strictSame(await ask(), first);
  test.strictSame([...new Set(first)].sort(), ['cache1', 'cache2', 'cache3']);
  test.equal((await fetchText(port, '/1.jpg?other')).body, first[1]);
  test.equal((await fetchText(port, '/page')).body, 'app');
});

play(VARNISH_FARM, 'without any cache the application answers for all', async (test, program) => {
  const port = await start(test, program, VARNISH_FARM, {
    caches: [`127.0.0.1:${await freePort()}`],
    application: await origins(test, 'app'),
  });
  await until('the application has the pictures', async () => (await fetchText(port, '/1.jpg')).body === 'app');
  test.equal((await fetchText(port, '/2.jpg')).status, 200);
});

play(WEB_FARM_COOKIE, 'visitors stay on their server', async (test, program) => {
  const port = await start(test, program, WEB_FARM_COOKIE, { servers: await origins(test, 'web1', 'web2') });
  const first = await fetchWith(port, '/', {});
  test.match(first.cookies, [/^SERVERID=web1; .*HttpOnly/]);
  test.equal((await fetchWith(port, '/', {})).body, 'web2', 'another visitor meets the other server');
  for (let index = 0; index < 3; index++) {
    const again = await fetchWith(port, '/', { cookie: 'SERVERID=web1' });
    test.strictSame([again.body, again.cookies], ['web1', []]);
  }
});

play(APPLICATION_COOKIE, "the application's cookie leads back", async (test, program) => {
  const heard: string[] = [];
  const servers = await Promise.all(
    ['one', 'two'].map((name) =>
      listen(
        test,
        createHttpServer((asked, response) => {
          if (asked.headers.cookie !== undefined) heard.push(`${name} ${asked.headers.cookie}`);
          response.setHeader('set-cookie', `JSESSIONID=${name}-session`);
          response.end(name);
        }),
      ),
    ),
  );
  const port = await start(test, program, APPLICATION_COOKIE, { servers });
  const { body, cookies } = await fetchWith(port, '/', {});
  const cookie = cookies[0]?.split(';')[0] ?? '';
  test.match(cookie, /^JSESSIONID=tomcat[12]~(one|two)-session$/);
  test.equal((await fetchWith(port, '/', { cookie })).body, body);
  test.strictSame(heard, [`${body} JSESSIONID=${body}-session`]);
});

play(RATE_LIMIT, 'who asks too often is told so, and trusted addresses are spared', async (test, program) => {
  const servers = await origins(test, 'web');
  const settings = { servers, requests: 5, period: 60 };
  const statuses = async (port: number): Promise<readonly number[]> => {
    const all: number[] = [];
    for (let index = 0; index < 8; index++) all.push((await fetchText(port, '/')).status);
    return all;
  };
  const limited = await start(test, program, RATE_LIMIT, settings);
  test.strictSame(await statuses(limited), [200, 200, 200, 200, 200, 429, 429, 429]);
  const spared = await start(test, program, RATE_LIMIT, { ...settings, trusted: ['127.0.0.1'] });
  test.strictSame(new Set(await statuses(spared)), new Set([200]));
});

play(STATISTICS_PAGE, 'shows the page to who knows the password', async (test, program) => {
  const port = await start(test, program, STATISTICS_PAGE, { password: 'not-a-secret-1' });
  test.equal((await fetchText(port, '/stats')).status, 401);
  const authorization = `Basic ${Buffer.from('operator:not-a-secret-1').toString('base64')}`;
  const page = await fetchWith(port, '/stats;csv', { authorization });
  test.equal(page.status, 200);
  test.match(page.body, /^# pxname,svname/);
});

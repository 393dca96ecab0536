/** Templates for web sites. */
import { createServer as createHttpServer } from 'node:http';
import { smallBody, startOrigin } from '../../bench/nginx.ts';
import { Programs } from '../../bench/programs.ts';
import { findProgram } from '../../find-program.ts';
import { freePort } from '../differential/free-port.ts';
import { fetchText, listen, webOrigin } from '../seeds/seed-proxy.ts';
import { findVarnish, startVarnish } from '../seeds/varnish.ts';
import { fetchWith, origins, until } from './ends.ts';
import type { Scenario } from './scenario.ts';

export const WEB_SCENARIOS: readonly Scenario[] = [
  {
    template: 'web-farm',
    what: 'each request to the next server, and none to one that is ill',
    async play(test, start) {
      const programs = new Programs();
      test.teardown(() => programs.stopAll());
      if (findProgram('nginx') === null) {
        test.plan(0, 'nginx is not here');
        return;
      }
      const nginx = await startOrigin(programs);
      const [node] = await origins(test, 'node');
      const port = await start({ servers: [`127.0.0.1:${nginx.port}`, node] });
      const bodies: string[] = [];
      for (let index = 0; index < 6; index++) bodies.push((await fetchText(port, '/')).body);
      test.strictSame(bodies, [smallBody, 'node', smallBody, 'node', smallBody, 'node']);
      await nginx.program.stop();
      await until('only the other one is asked', async () => {
        const answers = [await fetchText(port, '/'), await fetchText(port, '/'), await fetchText(port, '/')];
        return answers.every(({ body }) => body === 'node');
      });
    },
  },
  {
    template: 'static-dynamic',
    what: 'files come from the web servers, the rest from the application',
    async play(test, start) {
      const port = await start({
        staticServers: await origins(test, 'files1', 'files2'),
        dynamicServers: await origins(test, 'app'),
      });
      const bodies: string[] = [];
      for (const path of ['/', '/static/a', '/deep/LOGO.PNG?x', '/index.php', '/css/x', '/a.css.php']) {
        bodies.push((await fetchText(port, path)).body);
      }
      test.strictSame(bodies, ['app', 'files1', 'files2', 'app', 'files1', 'app']);
    },
  },
  {
    template: 'host-map',
    what: 'each site has its servers, the others go to those for other names',
    async play(test, start) {
      const [shop, blog, other] = await origins(test, 'shop', 'blog', 'other');
      const port = await start({
        routes: [`shop.example ${shop}`, `blog.example ${blog}`],
        others: [other],
      });
      const answers: string[] = [];
      for (const host of ['shop.example', 'WWW.Shop.example:8080', 'blog.example', 'else.example']) {
        answers.push((await fetchWith(port, '/', { host })).body);
      }
      test.strictSame(answers, ['shop', 'shop', 'blog', 'other']);
    },
  },
  {
    template: 'varnish-farm',
    what: 'an object is always asked of the same cache, which is filled once; pages of the application',
    async play(test, start) {
      const varnish = findVarnish();
      if (varnish === null) {
        test.plan(0, 'varnish is not here');
        return;
      }
      // One is a real Varnish, whose misses are counted; the others only tell which they are.
      const behind = await webOrigin(test, 'varnish');
      const port = await start({
        caches: [await startVarnish(test, varnish, behind.address), ...(await origins(test, 'cache2', 'cache3'))],
        application: await origins(test, 'app'),
      });
      const paths = Array.from({ length: 20 }, (_, index) => `/${index}.jpg`);
      const ask = () => Promise.all(paths.map(async (path) => (await fetchText(port, path)).body));
      const first = await ask();
      test.strictSame([...new Set(first)].sort(), ['cache2', 'cache3', 'varnish']);
      test.strictSame(await ask(), first);
      const misses = behind.requests.filter(({ url }) => paths.includes(url)).map(({ url }) => url);
      test.strictSame(misses.sort(), paths.filter((_, index) => first[index] === 'varnish').sort());
      test.equal((await fetchText(port, '/1.jpg?other')).body, first[1]);
      test.equal((await fetchText(port, '/page')).body, 'app');
    },
  },
  {
    template: 'varnish-farm',
    what: 'without any cache the application answers for all',
    async play(test, start) {
      const port = await start({
        caches: [`127.0.0.1:${await freePort()}`],
        application: await origins(test, 'app'),
      });
      await until('the application has the pictures', async () => (await fetchText(port, '/1.jpg')).body === 'app');
      test.equal((await fetchText(port, '/2.jpg')).status, 200);
    },
  },
  {
    template: 'web-farm-cookie',
    what: 'visitors stay on their server',
    async play(test, start) {
      const port = await start({ servers: await origins(test, 'web1', 'web2') });
      const first = await fetchWith(port, '/', {});
      test.match(first.cookies, [/^SERVERID=web1; .*HttpOnly/]);
      test.equal((await fetchWith(port, '/', {})).body, 'web2', 'another visitor meets the other server');
      for (let index = 0; index < 3; index++) {
        const again = await fetchWith(port, '/', { cookie: 'SERVERID=web1' });
        test.strictSame([again.body, again.cookies], ['web1', []]);
      }
    },
  },
  {
    template: 'application-cookie',
    what: "the application's cookie leads back",
    async play(test, start) {
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
      const port = await start({ servers });
      const { body, cookies } = await fetchWith(port, '/', {});
      const cookie = cookies[0]?.split(';')[0] ?? '';
      test.match(cookie, /^JSESSIONID=tomcat[12]~(one|two)-session$/);
      test.equal((await fetchWith(port, '/', { cookie })).body, body);
      test.strictSame(heard, [`${body} JSESSIONID=${body}-session`]);
    },
  },
  {
    template: 'rate-limit',
    what: 'who asks too often is told so, and trusted addresses are spared',
    async play(test, start) {
      const servers = await origins(test, 'web');
      const settings = { servers, requests: 5, period: 60 };
      const statuses = async (port: number): Promise<readonly number[]> => {
        const all: number[] = [];
        for (let index = 0; index < 8; index++) all.push((await fetchText(port, '/')).status);
        return all;
      };
      const limited = await start(settings);
      test.strictSame(await statuses(limited), [200, 200, 200, 200, 200, 429, 429, 429]);
      const spared = await start({ ...settings, trusted: ['127.0.0.1'] });
      test.strictSame(new Set(await statuses(spared)), new Set([200]));
    },
  },
  {
    template: 'statistics-page',
    what: 'shows the page to who knows the password',
    async play(test, start) {
      const port = await start({ password: 'not-a-secret-1' });
      test.equal((await fetchText(port, '/stats')).status, 401);
      const authorization = `Basic ${Buffer.from('operator:not-a-secret-1').toString('base64')}`;
      const page = await fetchWith(port, '/stats;csv', { authorization });
      test.equal(page.status, 200);
      test.match(page.body, /^# pxname,svname/);
    },
  },
];

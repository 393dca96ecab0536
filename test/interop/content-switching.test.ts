/**
 * The blog's configurations that choose by content, run as printed: Host maps, and static objects for a farm of real
 * Varnish caches that must each hold their own share.
 */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import t from 'tap';
import { forEachProgram, listenAddress, startSeed, webOrigin } from './seeds/seed-proxy.ts';
import { findVarnish, startVarnish } from './seeds/varnish.ts';

t.setTimeout(600_000);

interface Answer {
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

async function ask(port: number, host: string, path: string): Promise<Answer> {
  const asking = request({ host: '127.0.0.1', port, path, headers: { Host: host }, agent: false });
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of response) body += part;
  return { body, headers: response.headers };
}

const HOSTS = [
  ['www.domain1.com', 'app1'],
  ['WWW.Domain1.COM', 'app1'],
  ['www.domain2.com', 'app2'],
  ['www.domain3.com', 'default'],
  ['', 'default'],
] as const;

for (const name of ['blog-map-old', 'blog-map']) {
  forEachProgram(t, `${name} leads each Host to its application`, async (test, program) => {
    const { port, address } = await listenAddress();
    const origins = await Promise.all(['default', 'app1', 'app2'].map((origin) => webOrigin(test, origin)));
    const map = { 'domain2backend.map': `${import.meta.dirname}/seeds/domain2backend.map` };
    await startSeed(test, program, name, {
      '*:10080': address,
      '10.0.0.1:80': origins[0]?.address ?? '',
      '10.0.0.2:80': origins[1]?.address ?? '',
      '10.0.0.3:80': origins[2]?.address ?? '',
      ...(name === 'blog-map' ? map : {}),
    });
    for (const [host, application] of HOSTS) test.equal((await ask(port, host, '/')).body, application, `'${host}'`);
  });
}

const OBJECTS = Array.from({ length: 24 }, (_, index) => `/img/${index % 5}/picture${index}.png`);

/** Which cache the objects were found in, by program: the same in all. */
const placements = new Map<string, string[]>();

const FARMS = {
  'by address': { 'use_backend bk_static if': 'use_backend bk_static if' },
  'by Host and address (X-LB)': {
    'use_backend bk_static if': 'use_backend bk_key if',
    'hash-type consistent\n  server v1 10.0.0.1:6081\nbackend bk_dynamic':
      'hash-type consistent\n  server v1 10.0.0.1:6081\n  server v2 10.0.0.2:6081\nbackend bk_dynamic',
  },
};

const varnish = findVarnish();

for (const [farm, changes] of Object.entries(FARMS)) {
  const title = `two Varnish caches share the static objects ${farm}`;
  if (varnish === null) {
    t.test(title, { skip: 'varnishd is not installed (Debian package varnish)' }, async () => {});
    continue;
  }
  forEachProgram(t, title, async (test, program) => {
    const { port, address } = await listenAddress();
    // The same images stand behind each cache; the names tell which of them asked.
    const images = await Promise.all(['v1', 'v2'].map((name) => webOrigin(test, name)));
    const dynamic = await webOrigin(test, 'dynamic');
    const [v1, v2] = await Promise.all(images.map((origin) => startVarnish(test, varnish, origin.address)));
    await startSeed(test, program, 'blog-varnish', {
      '*:10080': address,
      ...changes,
      '10.0.0.1:6081': v1 ?? '',
      '10.0.0.2:6081': v2 ?? '',
      '10.0.0.9:80': dynamic.address,
    });
    const caches: string[] = [];
    for (const path of OBJECTS) {
      const first = await ask(port, 'www.example.com', path);
      const second = await ask(port, 'www.example.com', path);
      test.equal(first.body, second.body);
      test.match(first.headers['x-varnish'], /^\d+$/, `${path} was not cached`);
      test.match(second.headers['x-varnish'], /^\d+ \d+$/, `${path} came from the cache`);
      caches.push(second.body);
    }
    const fetched = images.reduce((total, origin) => total + origin.requests.length, 0);
    test.equal(fetched, OBJECTS.length, 'no object is in both caches');
    test.strictSame([...new Set(caches)].sort(), ['v1', 'v2'], 'and both caches have their share');
    const known = placements.get(farm);
    if (known !== undefined) test.strictSame(caches, known, 'each object where haproxy has it');
    placements.set(farm, caches);

    test.match((await ask(port, 'STATIC.example.com', '/plain')).body, /^v[12]$/, 'a static domain');
    test.equal((await ask(port, 'www.example.com', '/page.PHP')).body, 'dynamic');
    test.match((await ask(port, 'www.example.com', '/page.CSS')).body, /^v[12]$/, 'a static content');
  });
}

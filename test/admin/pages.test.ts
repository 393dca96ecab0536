/** The pages as a browser gets them: their policy, their caching, and nothing but them, before and after the claim. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import t from 'tap';
import { AdminProcess, type Answer, send } from './admin-process.ts';

t.setTimeout(300_000);

const built = existsSync(join(import.meta.dirname, '../../web-ui/dist/index.html'));

t.test('the pages', { skip: !built && 'web-ui is not built (make web-ui)' }, async (t) => {
  const admin = await new AdminProcess().start();
  t.teardown(() => admin.remove());
  const navigate = (path: string): Promise<Answer> =>
    send(admin.port, 'GET', path, { headers: { accept: 'text/html,*/*;q=0.8', 'sec-fetch-mode': 'navigate' } });
  const script = /src="(\/assets\/main-[A-Z0-9]+\.js)"/;

  await t.test('an unclaimed unit shows them, and still answers nothing else', async (t) => {
    for (const path of ['/', '/wizard', '/services/web/one']) {
      const page = await navigate(path);
      t.equal(page.status, 200, path);
      t.match(page.text, script);
    }
    t.equal((await send(admin.port, 'GET', '/api/proxy')).json.error.code, 'unclaimed');
    t.equal((await send(admin.port, 'GET', '/api/no-such-thing')).json.error.code, 'unclaimed');
    t.equal((await send(admin.port, 'GET', '/elsewhere')).json.error.code, 'unclaimed', 'a program wants no page');
    const foreign = await send(admin.port, 'GET', '/', { headers: { host: 'evil.example' } });
    t.equal(foreign.json.error.code, 'foreign-host');
  });

  await t.test('the page is never kept, has no inline code, and a nonce of its own', async (t) => {
    const [one, other] = [await navigate('/'), await navigate('/')];
    t.equal(one.headers['cache-control'], 'no-store');
    const policy = String(one.headers['content-security-policy']);
    t.match(policy, /default-src 'none'; script-src 'self'; /);
    t.match(policy, /frame-ancestors 'none'/);
    // Style attributes are what xterm.js draws with; they run nothing.
    t.notMatch(policy.replace("style-src-attr 'unsafe-inline'", ''), /unsafe/);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    t.ok(one.text.includes(`content="${nonce}"`));
    t.notOk(other.text.includes(nonce));
    t.notMatch(one.text, /<script(?![^>]*src=)|<style|\son[a-z]+=|\{\{/);
    t.equal(one.headers['x-content-type-options'], 'nosniff');
  });

  await t.test('a file with a hashed name is kept for ever, compressed as it is asked for', async (t) => {
    const path = script.exec((await navigate('/')).text)?.[1] ?? '';
    const plain = await send(admin.port, 'GET', path);
    t.equal(plain.status, 200);
    t.equal(plain.headers['content-encoding'], undefined);
    t.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
    t.match(plain.headers['content-type'], /^text\/javascript/);
    for (const [asked, encoding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['identity', undefined],
    ] as const) {
      const answer = await send(admin.port, 'GET', path, { headers: { 'accept-encoding': asked } });
      t.equal(answer.headers['content-encoding'], encoding, asked);
      t.equal(answer.headers['vary'], 'accept-encoding');
    }
    const directory = join(import.meta.dirname, '../../web-ui/dist');
    t.equal(brotliDecompressSync(readFileSync(join(directory, `${path}.br`))).toString(), plain.text);
    t.equal(gunzipSync(readFileSync(join(directory, `${path}.gz`))).toString(), plain.text);
  });

  await t.test('no name leads out of the list', async (t) => {
    await admin.claim();
    for (const path of [
      '/assets/../index.html',
      '/assets/..%2f..%2fpackage.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/....//package.json',
      '/assets/index.html',
      '/assets/main.css%00.js',
      '/assets/',
      '//etc/passwd',
      '/..%5c..%5cpackage.json',
    ]) {
      const answer = await navigate(path);
      t.equal(answer.status, 404, path);
      t.equal(answer.json?.error.code, 'not-found', path);
    }
    t.equal((await navigate('/api/no-such-thing')).status, 404);
    t.equal((await send(admin.port, 'POST', '/wizard', { headers: { accept: 'text/html' } })).status, 404);
  });
});

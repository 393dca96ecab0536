import { request } from 'node:http';
import t from 'tap';
import { avalanche, hashAddress, hashCrc32, hashDjb2, hashSdbm, hashWt6 } from '../../src/sample/hash/hash32.ts';
import { haproxyMissing, RealHaproxy } from './real-haproxy.ts';

t.test('published values of the functions', async (t) => {
  t.equal(hashCrc32(Buffer.from('123456789')), 0xcbf43926, 'crc32 check value');
  t.equal(hashDjb2(Buffer.alloc(0)), 5381);
  t.equal(hashDjb2(Buffer.from('a')), 5381 * 33 + 97);
  t.equal(hashSdbm(Buffer.from('ab')), (97 * 65599 + 98) >>> 0);
});

t.test('an address hashes to the exclusive or of its words', async (t) => {
  t.equal(hashAddress(Uint8Array.of(127, 0, 0, 1), 0, 4), 0x7f000001);
  t.equal(hashAddress(Uint8Array.of(9, 9, 255, 0, 0, 1), 2, 4), 0xff000001);
  const v6 = Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5);
  t.equal(hashAddress(v6, 0, 16), (0x20010db8 ^ 1 ^ 5) >>> 0);
});

t.test('every function equals the haproxy converter of its name', { skip: haproxyMissing() ?? false }, async (t) => {
  const haproxy = new RealHaproxy();
  t.teardown(() => haproxy.stop());
  const values = ['sdbm', 'djb2', 'wt6', 'crc32'].flatMap((name) => [name, `${name}(1)`]);
  await haproxy.start(`defaults
  mode http
  timeout client 5s
frontend f
  bind unix@${haproxy.path('front')}
  http-request return status 200 content-type text/plain lf-string "${values.map((v) => `%[req.hdr(k),${v}]`).join(' ')}"
`);
  const functions = [hashSdbm, hashDjb2, hashWt6, hashCrc32];
  for (const key of ['a', 'ab', 'abcdefgh', '/some/longer/path?with=query', 'x'.repeat(100), 'ABCDEFGHIJKLMNOPQ']) {
    const answer = await new Promise<string>((resolve, reject) => {
      request({ socketPath: haproxy.path('front'), headers: { k: key } }, (response) => {
        response.setEncoding('latin1').on('data', resolve);
      })
        .on('error', reject)
        .end();
    });
    const ours = functions.flatMap((hash) => [hash(Buffer.from(key)), avalanche(hash(Buffer.from(key)))]);
    // The converters give signed 32-bit results in 2.6 for some functions: compare the bits.
    t.same(
      answer.split(' ').map((value) => Number(value) >>> 0),
      ours,
      key,
    );
  }
});

/** The pure parts of the guard: one-time passwords, the limiter, addresses, passwords. */
import t from 'tap';
import { hostOf, isNear, isOwnHost } from '../../src/admin/security/addresses.ts';
import { LoginLimiter, sourceKey } from '../../src/admin/security/login-limiter.ts';
import { acceptedStep, newOneTimeSecret, oneTimePassword } from '../../src/admin/security/one-time-password.ts';
import { hashPassword, isPasswordHash, passwordFault, verifyPassword } from '../../src/admin/security/password.ts';
import { newReadableCode, readableCode, sameSecret } from '../../src/admin/security/secrets.ts';

t.test('one-time passwords are those of RFC 6238, appendix B (the last six digits)', async (t) => {
  // "12345678901234567890" in base 32
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  for (const [seconds, digits] of [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ] as const) {
    t.equal(oneTimePassword(secret, Math.floor(seconds / 30)), digits);
  }
});

t.test('a one-time password is good one step around now, and once', async (t) => {
  const secret = newOneTimeSecret();
  t.match(secret, /^[A-Z2-7]{32}$/);
  const nowMs = 1_000_000 * 30_000;
  const at = (step: number): string => oneTimePassword(secret, step);
  t.equal(acceptedStep(secret, at(1_000_000), nowMs, 0), 1_000_000);
  t.equal(acceptedStep(secret, at(999_999), nowMs, 0), 999_999);
  t.equal(acceptedStep(secret, at(1_000_001), nowMs, 0), 1_000_001);
  t.equal(acceptedStep(secret, at(999_997), nowMs, 0), undefined);
  t.equal(acceptedStep(secret, at(1_000_000), nowMs, 1_000_000), undefined);
  t.equal(acceptedStep(secret, at(999_999), nowMs, 1_000_000), undefined);
});

t.test('limiter: the first mistakes are free, then delays double up to a bound, success forgives', async (t) => {
  const limiter = new LoginLimiter();
  let nowMs = 0;
  const delays: number[] = [];
  const fail = (): void => {
    const admission = limiter.ask('a', false, nowMs);
    if (admission.kind === 'later') throw new Error('not admitted');
    delays.push(admission.delayMs);
    nowMs += admission.delayMs;
    limiter.tell('a', 'failed', nowMs);
  };
  for (let attempt = 0; attempt < 11; attempt++) fail();
  t.same(delays, [0, 0, 0, 250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  t.same(limiter.ask('b', false, nowMs), { kind: 'wait', delayMs: 0 }, 'nobody else waits');
  limiter.ask('a', false, nowMs);
  limiter.tell('a', 'succeeded', nowMs);
  t.same(limiter.ask('a', false, nowMs), { kind: 'wait', delayMs: 0 });
});

t.test('limiter: what was right as far as it went forgives nothing', async (t) => {
  const limiter = new LoginLimiter();
  for (let attempt = 0; attempt < 4; attempt++) {
    limiter.ask('a', false, 0);
    limiter.tell('a', 'failed', 0);
  }
  limiter.ask('a', false, 10_000);
  limiter.tell('a', 'neither', 10_000);
  t.same(limiter.ask('a', false, 10_000), { kind: 'wait', delayMs: 500 });
});

t.test('limiter: only a few attempts of a source wait', async (t) => {
  const limiter = new LoginLimiter();
  const kinds = Array.from({ length: 6 }, () => limiter.ask('a', false, 0).kind);
  t.same(kinds, ['wait', 'wait', 'wait', 'wait', 'later', 'later']);
  limiter.tell('a', 'failed', 0);
  t.equal(limiter.ask('a', false, 0).kind, 'wait');
});

t.test('limiter: guesses from everywhere slow strangers down as a whole, known browsers not at all', async (t) => {
  const limiter = new LoginLimiter();
  for (let source = 0; source < 40; source++) {
    limiter.ask(`s${source}`, false, 0);
    limiter.tell(`s${source}`, 'failed', 0);
  }
  const delays = ['x', 'y', 'z'].map((key) => limiter.ask(key, false, 10_000));
  t.same(delays, [
    { kind: 'wait', delayMs: 0 },
    { kind: 'wait', delayMs: 500 },
    { kind: 'wait', delayMs: 1000 },
  ]);
  t.same(limiter.ask('browser', true, 10_000), { kind: 'wait', delayMs: 0 });
  t.same(limiter.ask('later', false, 70_000), { kind: 'wait', delayMs: 0 }, 'the storm is over');
});

t.test('sources: an IPv4 address, an IPv6 network', async (t) => {
  t.equal(sourceKey('192.0.2.1'), '192.0.2.1');
  t.equal(sourceKey('::ffff:192.0.2.1'), '192.0.2.1');
  t.equal(sourceKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  t.equal(sourceKey('2001:db8::1'), '2001:db8:0:0::/64');
  t.equal(sourceKey('fe80::1%eth0'), 'fe80:0:0:0::/64');
});

t.test('hosts: ours by name or address, nobody else', async (t) => {
  t.equal(hostOf('Unit.Local:8443'), 'unit.local');
  t.equal(hostOf('[::1]:1'), '::1');
  for (const bad of [undefined, '', 'a b', 'a:b', 'a@b', 'a/b', '[::1', 'a:1:2']) t.equal(hostOf(bad), undefined);
  t.ok(isOwnHost('unit.local', ['unit.local']));
  t.ok(isOwnHost('unit.local.', ['unit.local']));
  t.ok(isOwnHost('127.0.0.1:5', []));
  t.notOk(isOwnHost('evil.example', ['unit.local']));
  t.notOk(isOwnHost('xunit.local', ['unit.local']));
  t.notOk(isOwnHost('192.0.2.200', []));
});

t.test('near is loopback, link-local and private', async (t) => {
  for (const near of [
    '127.0.0.1',
    '::1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.0.9',
    '169.254.1.1',
    'fe80::1%eth0',
    'fd00::1',
  ]) {
    t.ok(isNear(near), near);
  }
  t.ok(isNear('::ffff:10.0.0.1'));
  for (const far of ['192.0.2.1', '172.32.0.1', '2001:db8::1', '::ffff:8.8.8.8', '', 'x']) t.notOk(isNear(far), far);
});

t.test('passwords: a digest with its own salt; nobody has none', async (t) => {
  const one = await hashPassword('correct horse');
  t.ok(isPasswordHash(one));
  t.not(one, await hashPassword('correct horse'));
  t.equal(await verifyPassword('correct horse', one), true);
  t.equal(await verifyPassword('correct horsf', one), false);
  t.equal(await verifyPassword('', undefined), false);
  t.match(passwordFault('short', 'x'), /at least 10/);
  t.match(passwordFault('aaaaaaaaaaaaaa', 'x'), /different/);
  t.match(passwordFault('my name is OLGA!', 'olga'), /contains the name/);
  t.equal(passwordFault('correct horse', 'olga'), undefined);
});

t.test('codes that people read: typed in any way', async (t) => {
  const code = newReadableCode();
  t.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
  t.equal(readableCode('o1il-abcd 0000'), '0111ABCD0000');
  t.ok(sameSecret('a', 'a'));
  t.notOk(sameSecret('a', 'ab'));
});

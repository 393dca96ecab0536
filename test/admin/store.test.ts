/** What admin keeps on disk: whole or not at all, bounded, and never a reason not to start. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { SessionStore } from '../../src/admin/people/sessions.ts';
import { UserStore } from '../../src/admin/people/users.ts';
import { AuditLog } from '../../src/admin/store/audit-log.ts';
import { isObject, JsonFile } from '../../src/admin/store/json-file.ts';
import { readIfThere, removeDurably, writeAtomically } from '../../src/sys/atomic-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'mahalo-store-'));
t.teardown(() => rmSync(directory, { recursive: true }));

t.test('a file is written whole, for nobody else to read, and nothing is left beside it', async (t) => {
  const path = join(directory, 'one');
  writeAtomically(path, 'first');
  writeAtomically(path, 'second');
  t.equal(readIfThere(path)?.toString(), 'second');
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.same(
    readdirSync(directory).filter((name) => name.startsWith('one')),
    ['one'],
  );
  t.throws(() => writeAtomically(join(directory, 'none', 'x'), 'x'));
  removeDurably(path);
  removeDurably(path);
  t.equal(readIfThere(path), undefined);
});

t.test('a damaged document is set aside, told, and replaced by the initial one', async (t) => {
  const path = join(directory, 'damaged.json');
  const told: string[] = [];
  const open = (): JsonFile<{ n: number }> =>
    new JsonFile({
      path,
      initial: { n: 0 },
      read: (document) => (isObject(document) && typeof document['n'] === 'number' ? { n: document['n'] } : undefined),
      onDamage: (_path, aside, reason) => told.push(`${aside}: ${reason}`),
      nowMs: () => told.length + 7,
    });
  t.same(open().value, { n: 0 });
  open().write({ n: 5 });
  t.same(open().value, { n: 5 });
  for (const damage of ['{"n": 5', '{"n": "5"}', '', '\0\0']) {
    writeFileSync(path, damage);
    t.same(open().value, { n: 0 });
  }
  t.equal(told.length, 4);
  t.equal(readFileSync(`${path}.damaged-7`, 'utf8'), '{"n": 5');
});

t.test('audit: the newest first, bounded by rotation, a line cut short is passed over', async (t) => {
  const place = mkdtempSync(join(directory, 'audit-'));
  let nowMs = 0;
  const audit = new AuditLog(place, () => nowMs, t.fail);
  const detail = 'x'.repeat(1000);
  for (nowMs = 1; nowMs <= 8000; nowMs++) {
    audit.add({ actor: 'a', source: 's', action: 'test', outcome: 'done', detail });
  }
  t.same(readdirSync(place).sort(), ['audit.log', 'audit.log.1', 'audit.log.2', 'audit.log.3', 'audit.log.4']);
  for (const name of readdirSync(place)) t.ok(statSync(join(place, name)).size <= 1024 * 1024, name);
  appendFileSync(join(place, 'audit.log'), '{"timeMs": 1, "act');
  const times = new AuditLog(place, () => nowMs, t.fail).latest(2000).map((entry) => entry.timeMs);
  t.same(times.slice(0, 3), [8000, 7999, 7998]);
  t.equal(times.length, 2000);
});

t.test('audit: refusals that a stranger causes are counted beyond a few a minute', async (t) => {
  const place = mkdtempSync(join(directory, 'audit-'));
  let nowMs = 1000;
  const audit = new AuditLog(place, () => nowMs, t.fail);
  const refuse = (): void => audit.add({ actor: '', source: 's', action: 'refused.x', outcome: 'refused' });
  for (let index = 0; index < 500; index++) refuse();
  t.equal(audit.latest(1000).length, 10);
  nowMs += 60_000;
  refuse();
  t.match(audit.latest(2)[1]?.detail, /^490 more/);
});

t.test('audit: a disk that cannot be written is told, and locks nobody out', async (t) => {
  const told: string[] = [];
  const audit = new AuditLog(join(directory, 'not-there'), Date.now, (text) => told.push(text));
  audit.add({ actor: 'a', source: 's', action: 'login', outcome: 'done' });
  t.match(told, [/cannot be written/]);
});

t.test('users: the last admin stays, tokens go with their user and are good for their time', async (t) => {
  const place = mkdtempSync(join(directory, 'users-'));
  let nowMs = 1000;
  const options = {
    onDamage: (path: string) => {
      t.fail(path);
    },
    nowMs: () => nowMs,
  };
  const users = new UserStore(place, options);
  const hash = 'scrypt$16384$8$1$AAAA$AAAA';
  const owner = users.add('owner', 'admin', hash);
  t.throws(() => users.remove('owner'), /only admin/);
  t.throws(() => users.change('owner', { role: 'operator' }), /only admin/);
  users.add('second', 'admin', hash);
  users.change('owner', { role: 'viewer' });
  const { secret } = users.addToken(owner, 'x', 'viewer', 2000);
  t.match(new UserStore(place, options).tokenOf(secret), { user: 'owner' });
  t.notMatch(readFileSync(join(place, 'people.json'), 'utf8'), secret);
  nowMs = 2000;
  t.equal(users.tokenOf(secret), undefined, 'its time is over');
  users.remove('owner');
  t.equal(users.tokens.length, 0);
});

t.test('what a page asks by a timer does not keep a session alive', async (t) => {
  let nowMs = 0;
  const sessions = new SessionStore(() => nowMs);
  const { secret } = sessions.start('a', 's', 'x');
  for (nowMs = 0; nowMs <= 30 * 60_000; nowMs += 60_000) t.ok(sessions.find(secret, 'not-seen'));
  t.equal(sessions.find(secret, 'not-seen'), undefined);
});

t.test('sessions end when idle, at the latest after half a day, and are bounded', async (t) => {
  let nowMs = 0;
  const sessions = new SessionStore(() => nowMs);
  const idle = sessions.start('a', 's', 'x').secret;
  const busy = sessions.start('a', 's', 'x').secret;
  for (nowMs = 0; nowMs <= 12 * 3600_000; nowMs += 20 * 60_000) t.ok(sessions.find(busy));
  t.equal(sessions.find(idle), undefined);
  nowMs += 20 * 60_000;
  t.equal(sessions.find(busy), undefined);
  for (let index = 0; index < 50; index++) sessions.start('a', 's', 'x');
  t.equal(sessions.all().length, 20, 'of one user');
  for (let index = 0; index < 500; index++) sessions.start(`u${index}`, 's', 'x');
  t.equal(sessions.all().length, 200);
});

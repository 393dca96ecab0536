/** What the appliance does for its roles: real ones, which crash, hang, and outlive it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { send, until } from '../admin/admin-process.ts';
import { freePort } from '../interop/differential/free-port.ts';
import { isRunning, UnitProcess } from './unit-process.ts';

/** A configuration that needs nobody: it answers by itself. */
const CONFIGURATION = `defaults
    mode http
    timeout client 10s
frontend web
    bind 127.0.0.1:PORT
    http-request return status 200 content-type text/plain string served
`;

t.setTimeout(900_000);

function parentOf(pid: number | null): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

const unit = new UnitProcess(['--silent-seconds', '8']);
t.teardown(() => unit.remove());
const port = await freePort();
unit.write('usr/share/mahalo/factory/haproxy.cfg', CONFIGURATION.replace('PORT', String(port)));

t.test('a unit starts all that its configuration needs, and is good when it has been well', async (t) => {
  await unit.start();
  const admin = await unit.untilRole('admin', 'answers', ({ state }) => state === 'running');
  const proxy = await unit.untilRole('proxy', 'answers', ({ state }) => state === 'running');
  t.ok(isRunning(admin.pid) && isRunning(proxy.pid));
  t.equal(parentOf(proxy.pid), unit.processId, 'the proxy did not wait for admin, who took it up as it was');
  t.equal((await unit.role('vrrp')).state, 'stopped', 'nobody wants one');
  await until('all is well', async () => (await unit.status()).boot.good);
  const { boot } = await unit.status();
  t.equal(boot.whyNotGood, '');
  t.type(boot.seconds, 'number');
});

t.test('the banner tells how to reach it, and comes anew when the claim code changes', async (t) => {
  await until('the banner has the code', () => unit.console.includes('Claim code: '));
  const adminPort = Number(/^ {2}https:\/\/[^/]*\.local:(\d+)\/$/m.exec(unit.console)?.[1]);
  t.ok((await send(adminPort, 'GET', '/')).status > 0, 'admin is where the banner says');
  const code = /Claim code: (\S+)/.exec(unit.console)?.[1];
  const { out } = unit.typed('unclaim');
  const next = /^claim code: (\S+)$/m.exec(out)?.[1] ?? '';
  t.not(next, code);
  await until('the new code stands there', () => unit.console.includes(`Claim code: ${next}`));
  for (const line of unit.console.split('\n')) t.ok(line.length <= 80, line);
});

t.test('a role that crashes is started again, and its last words are kept', async (t) => {
  const { pid, restarts } = await unit.role('admin');
  process.kill(pid as number, 'SIGSEGV');
  const next = await unit.untilRole('admin', 'runs again', (role) => role.state === 'running' && role.pid !== pid);
  t.equal(next.restarts, restarts + 1);
  t.equal(next.lastWords?.how, 'signal SIGSEGV');
  t.match(next.lastWords?.text, /certificate: /, 'what it had said');
  const [words] = await unit.ask({ command: 'words', role: 'admin' });
  t.equal(words.pid, pid);
  const [file = ''] = readdirSync(join(unit.paths.data, 'words'));
  t.equal(
    JSON.parse(readFileSync(join(unit.paths.data, 'words', file), 'utf8')).how,
    'signal SIGSEGV',
    'after a power cut',
  );
  t.match(unit.errors, /admin: signal SIGSEGV; it is started again in 1 s/);
});

t.test('roles that hang are killed, and started again', async (t) => {
  const names = ['admin', 'proxy'];
  const before = await Promise.all(names.map((name) => unit.role(name)));
  for (const { pid } of before) process.kill(pid as number, 'SIGSTOP');
  for (const { name, pid } of before) {
    const next = await unit.untilRole(name, 'runs again', (role) => role.state === 'running' && role.pid !== pid);
    t.match(next.lastWords?.how, /^silent for \d+ s \(.*\), killed$/, name);
    t.notOk(isRunning(pid), `the ${name} that hung is gone`);
  }
});

t.test('an appliance that is killed and started again finds its roles, and starts no second ones', async (t) => {
  const [admin, proxy] = [await unit.role('admin'), await unit.role('proxy')];
  await unit.end('SIGKILL');
  t.ok(isRunning(admin.pid) && isRunning(proxy.pid), 'they go on');
  await unit.start();
  await unit.untilRole('admin', 'is well', (role) => role.state === 'running' && role.pid === admin.pid);
  await unit.untilRole('proxy', 'is well', (role) => role.state === 'running' && role.pid === proxy.pid);
  process.kill(admin.pid as number, 'SIGKILL');
  const next = await unit.untilRole(
    'admin',
    'runs again',
    (role) => role.state === 'running' && role.pid !== admin.pid,
  );
  t.match(next.lastWords?.how, /it ended/, 'also when it is no child of ours');
});

t.test('a second appliance on the same root does not start', async (t) => {
  const { code, err } = unit.typed('--verbose');
  t.equal(code, 1);
  t.match(err, /another one runs already/);
});

t.test('idle counts wake-ups of the machine and of each role', async (t) => {
  const idle = await unit.ask({ command: 'idle', seconds: 1 });
  t.ok(idle.contextSwitches > 0);
  t.same(
    idle.roles.map(({ name }: { name: string }) => name),
    ['appliance', 'proxy', 'admin'],
  );
  for (const { name, wakeUps } of idle.roles) t.ok(wakeUps >= 0, `${name}: ${wakeUps} a second`);
});

t.test('asked to reboot it stops everything in order, and then tells the machine', async (t) => {
  const [admin, proxy] = [await unit.role('admin'), await unit.role('proxy')];
  t.match(unit.typed('reboot').out, /accepted: reboot/);
  await unit.gone();
  t.notOk(isRunning(admin.pid) || isRunning(proxy.pid), 'nobody is left');
  t.equal(readFileSync(join(unit.paths.run, 'machine-order'), 'utf8'), 'reboot\n');
});

t.test('settings that cannot be used: a proxy that serves already is ended, and admin only manages', async (t) => {
  await unit.start();
  const admin = await unit.untilRole('admin', 'answers', ({ state }) => state === 'running');
  const proxy = await unit.untilRole('proxy', 'answers', ({ state }) => state === 'running');
  const path = join(unit.paths.data, 'appliance.json');
  const good = readFileSync(path);
  writeFileSync(path, '{ "hostname": ');
  await unit.end('SIGKILL');
  await unit.start();
  await unit.untilRole('proxy', 'goes on beside an admin that outlived us', ({ pid }) => pid === proxy.pid);
  await unit.end('SIGKILL');
  process.kill(admin.pid as number, 'SIGKILL');
  await unit.start();
  await until('the proxy ends', () => !isRunning(proxy.pid));
  await unit.untilRole('admin', 'answers', ({ state, pid }) => state === 'running' && pid !== admin.pid);
  t.equal((await unit.status()).configuration?.source, 'failure');
  t.equal((await unit.role('proxy')).pid, null);
  await unit.end();
  writeFileSync(path, good);
});

t.test('a signal of init stops everything, too, and a data partition that is damaged is told', async (t) => {
  unit.write('run/mahalo/data-damaged', 'it cannot be mounted: bad superblock\n');
  await unit.start();
  const admin = await unit.untilRole('admin', 'answers', ({ state }) => state === 'running');
  t.same((await unit.status()).data, { state: 'damaged', why: 'it cannot be mounted: bad superblock' });
  await until('the console says so', () => unit.console.includes('! The data partition is damaged'));
  const proxy = await unit.untilRole('proxy', 'answers', ({ state }) => state === 'running');
  await unit.end('SIGTERM');
  t.notOk(isRunning(admin.pid) || isRunning(proxy.pid), 'nobody is left');
});

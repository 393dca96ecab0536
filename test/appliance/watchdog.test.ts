/**
 * The hardware watchdog. There is none here, nor the kernel's own in software, so a file stands for the device: it keeps the
 * signs of life. What is asked of the driver is seen with strace; that it resets a machine is shown in the emulator.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Watchdog } from '../../src/appliance/watchdog.ts';
import { until } from '../admin/admin-process.ts';
import { findProgram } from '../find-program.ts';
import { UnitProcess } from './unit-process.ts';

t.setTimeout(600_000);

const root = mkdtempSync(join(tmpdir(), 'mahalo-watchdog-'));
t.teardown(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'dev'));

function device(name: string): { readonly device: string; signs(): string } {
  const path = join(root, 'dev', name);
  writeFileSync(path, '');
  return { device: `/dev/${name}`, signs: () => readFileSync(path, 'latin1') };
}

t.test('it gets signs of life while we say that we live, and none when we do not', async (t) => {
  const { device: name, signs } = device('fed');
  let alive = true;
  let asked = 0;
  const isAlive = (): boolean => {
    asked++;
    return alive;
  };
  // Three signs a timeout.
  const watchdog = new Watchdog({ device: name, timeoutSeconds: 1 }, root, isAlive, () => {});
  t.equal(signs(), '.', 'one at once');
  await until('it is fed', () => signs().length >= 3);
  alive = false;
  const [last, askedThen] = [signs(), asked];
  await until('it is asked, and not fed', () => asked >= askedThen + 3);
  t.equal(signs(), last);
  alive = true;
  watchdog.leaveArmed();
  t.match(signs(), /^\.+$/, 'armed when we leave: no farewell');
});

t.test('who is stopped for good says farewell, once', async (t) => {
  const { device: name, signs } = device('farewell');
  const watchdog = new Watchdog(
    { device: name, timeoutSeconds: 60 },
    root,
    () => true,
    () => {},
  );
  watchdog.disarm();
  watchdog.leaveArmed();
  t.equal(signs(), '.V');
});

t.test('a device that is not there, or is no watchdog, is told and is no reason not to start', async (t) => {
  const none = new Watchdog(
    { device: '/dev/none', timeoutSeconds: 20 },
    root,
    () => true,
    () => {},
  );
  t.match(none.status, { device: '/dev/none', timeoutSeconds: null, why: /ENOENT/ });
  none.disarm();
  const file = new Watchdog(
    { device: device('file').device, timeoutSeconds: 20 },
    root,
    () => true,
    () => {},
  );
  t.match(file.status, { timeoutSeconds: null, why: 'its timeout cannot be set: ENOTTY' });
  t.equal(file.wasReset, undefined);
  file.disarm();
});

const strace = findProgram('strace');
t.test(
  'the driver is asked for its timeout, and whether it was it that reset the machine',
  { skip: strace === null && 'no strace' },
  async (t) => {
    const { device: name } = device('traced');
    const program = join(import.meta.dirname, 'watchdog-program.ts');
    const words = ['-f', '-e', 'trace=ioctl,write', process.execPath, program, root, name];
    const { stderr } = spawnSync(strace ?? '', words, { encoding: 'utf8', timeout: 180_000 });
    t.match(stderr, /ioctl\(\d+, WDIOC_SETTIMEOUT, \[20\]/);
    t.match(stderr, /ioctl\(\d+, WDIOC_GETBOOTSTATUS/);
    t.match(stderr, /write\(\d+, "\.", 1\)/);
    t.match(stderr, /write\(\d+, "V", 1\)/);
  },
);

t.test('a unit leaves it armed when init stops it or it reboots, and disarms it when it is switched off', async (t) => {
  const unit = new UnitProcess();
  t.teardown(() => unit.remove());
  const signs = (): string => readFileSync(join(unit.paths.dev, 'watchdog0'), 'latin1');
  unit.board({
    id: 'test',
    name: 'a board with a watchdog',
    watchdog: { device: '/dev/watchdog0', timeoutSeconds: 15 },
  });
  unit.write('dev/watchdog0', '');
  await unit.start();
  t.match((await unit.status()).watchdog, { device: '/dev/watchdog0', why: /ENOTTY/ });
  t.equal((await unit.status()).board.name, 'a board with a watchdog');
  t.ok(signs().length > 0);
  await unit.end('SIGTERM');
  t.match(signs(), /^\.+$/);
  await unit.start();
  await unit.ask({ command: 'power-off' });
  await unit.gone();
  t.match(signs(), /^\.+V$/);
});

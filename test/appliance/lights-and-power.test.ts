/** Lights and power, through a tree that looks like the kernel's; and what a port offers its neighbour, through the kernel. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import type { Board } from '../../src/appliance/board.ts';
import { Leds } from '../../src/appliance/leds/leds.ts';
import { Power } from '../../src/appliance/power/power.ts';
import { linkModesUpTo } from '../../src/sys/ethtool.ts';
import { UnitProcess } from './unit-process.ts';

t.setTimeout(600_000);

const sys = mkdtempSync(join(tmpdir(), 'mahalo-sys-'));
t.teardown(() => rmSync(sys, { recursive: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(sys, path)), { recursive: true });
  writeFileSync(join(sys, path), content);
}
const read = (path: string): string => readFileSync(join(sys, path), 'utf8');

const LEDS = ['system', 'wan', 'lan'].map((id) => ({ id, label: id.toUpperCase(), name: `test:green:${id}` }));
for (const { name } of LEDS) {
  for (const [file, text] of Object.entries({ trigger: '[none] timer', brightness: '0', max_brightness: '255\n' })) {
    write(`class/leds/${name}/${file}`, text);
  }
}

/** `on`, `off`, or how long it is lit and dark. */
function light(id: string): string {
  const folder = `class/leds/test:green:${id}`;
  if (read(`${folder}/trigger`) === 'timer') return `${read(`${folder}/delay_on`)}/${read(`${folder}/delay_off`)}`;
  return read(`${folder}/brightness`) === '255' ? 'on' : 'off';
}
const lights = (): string => LEDS.map(({ id }) => light(id)).join(' ');

t.test('the lights say how the unit is, and who it is in its pair', async (t) => {
  const told: string[] = [];
  const leds = new Leds(LEDS, sys, (text) => told.push(text));
  leds.show('starting', 'alone');
  t.equal(lights(), '500/500 off off');
  leds.show('working', 'master');
  t.equal(lights(), 'on off on');
  leds.show('working', 'backup');
  t.equal(lights(), 'on off 100/1900');
  leds.show('failure', 'fault');
  t.equal(lights(), '100/100 off 100/100');
  leds.identify(3600);
  t.equal(lights(), '50/50 50/50 50/50');
  leds.show('updating', 'alone');
  t.equal(lights(), '50/50 50/50 50/50', 'who looks for it finds it');
  leds.stop();
  leds.show('updating', 'alone');
  t.equal(lights(), '250/250 off off');
  t.same(told, []);
});

t.test('a light that is not there is told once', async (t) => {
  const told: string[] = [];
  const leds = new Leds([{ id: 'system', label: 'SYS', name: 'nowhere' }], sys, (text) => told.push(text));
  leds.show('starting', 'alone');
  leds.show('starting', 'alone');
  t.equal(told.length, 1);
  t.match(told[0], /the light SYS: ENOENT/);
});

const BOARD: Board = {
  id: 'test',
  name: 'a board',
  ports: [
    { name: 'mahalo-none0', label: 'WAN', path: '' },
    { name: 'mahalo-none1', label: 'LAN', path: '' },
  ],
  leds: [],
  watchdog: null,
  uniqueAddresses: true,
  network: { mode: 'bridge' },
  power: {
    errorPercent: 30,
    baseWatts: 0.5,
    linkWatts: { '100': 0.2, '1000': 0.5 },
    coreWatts: [{ megahertz: 1800, watts: 0 }],
    profiles: {
      eco: { megahertz: 816, cores: 2, linkMbit: 100 },
      performance: { megahertz: 3000, cores: 4, linkMbit: 1000 },
    },
  },
};
const CPU = 'devices/system/cpu';
for (const number of [0, 1, 2, 3]) write(`${CPU}/cpu${number}/online`, '1\n');
write(`${CPU}/cpu0/cpufreq/scaling_cur_freq`, '816000\n');
write(`${CPU}/cpufreq/policy0/cpuinfo_max_freq`, '1800000\n');
write(`${CPU}/cpufreq/policy0/scaling_max_freq`, '1800000\n');
write('class/net/mahalo-none0/carrier', '1\n');
write('class/net/mahalo-none0/speed', '1000\n');
write('class/net/mahalo-none1/carrier', '0\n');

const cores = (): string => [0, 1, 2, 3].map((number) => read(`${CPU}/cpu${number}/online`).trim()).join('');
const clock = (): string => read(`${CPU}/cpufreq/policy0/scaling_max_freq`).trim();

t.test('eco takes two cores and half of the clock away, performance gives them back', async (t) => {
  const told: string[] = [];
  const power = new Power(BOARD, sys, (text) => told.push(text));
  power.use(undefined);
  t.equal(`${cores()} ${clock()}`, '1100 816000', 'it comes as eco');
  t.match(power.status, { profile: 'eco', estimatedWatts: 1 }, 'one link of 1 Gb/s');
  t.ok(
    told.some((text) => text.includes('mahalo-none0 does not tell what it can do: No such device')),
    told.join(),
  );
  power.use('performance');
  t.equal(`${cores()} ${clock()}`, '1111 1800000', 'never more than it can');
  write('class/net/mahalo-none0/speed', '100\n');
  t.match(power.status, { profile: 'performance', estimatedWatts: 0.7 });
});

t.test('a board without power data is left alone, and has no figure', async (t) => {
  const power = new Power({ ...BOARD, power: null }, sys, t.fail);
  power.use('eco');
  t.equal(cores(), '1111');
  t.match(power.status, { profile: 'eco', estimatedWatts: null });
});

t.test('of what a port can do, no faster speed is offered, and nothing else is lost', async (t) => {
  // 10 and 100 half and full, 1000 full, autoneg, TP, pause; and 2500 full.
  const gigabit = 0b1111n | (1n << 5n) | (1n << 6n) | (1n << 7n) | (1n << 13n);
  const faster = gigabit | (1n << 47n);
  t.equal(linkModesUpTo(faster, 100), gigabit & ~(1n << 5n));
  t.equal(linkModesUpTo(faster, 1000), gigabit);
  t.equal(linkModesUpTo(faster, 2500), faster);
});

t.test('the kernel takes what a port shall offer, and gives it back', async (t) => {
  const program = join(import.meta.dirname, 'link-modes-program.ts');
  const script = `ip tuntap add name tap0 mode tap && '${process.execPath}' '${program}' tap0`;
  const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', script], { encoding: 'utf8' });
  t.equal(status, 0, stderr);
  t.same(JSON.parse(stdout), {
    before: '0',
    set: 0,
    after: String((1n << 47n) | 0b1001111n),
    noSuchPort: -19,
    loopback: -95,
  });
});

t.test('a unit blinks when it is asked to, and keeps the profile it was given', async (t) => {
  const unit = new UnitProcess();
  t.teardown(() => unit.remove());
  // Without ports: a unit that has some takes the network of the machine it runs on in its hands.
  unit.board({ ...BOARD, ports: [], leds: LEDS.slice(0, 1) });
  unit.write('sys/class/leds/test:green:system/max_brightness', '1\n');
  await unit.start();
  t.match(await unit.ask({ command: 'identify', seconds: 60 }), { seconds: 60 });
  const folder = join(unit.paths.sys, 'class/leds/test:green:system');
  t.equal(readFileSync(join(folder, 'delay_on'), 'utf8'), '50');
  await t.rejects(unit.ask({ command: 'identify', seconds: 0 }), { code: 'bad-request' });
  t.match((await unit.status()).power, { profile: 'eco', estimatedWatts: 0.5 });
  await t.rejects(unit.ask({ command: 'settings-apply', power: 'ecco' }), { code: 'bad-settings', message: /eco/ });
  await t.rejects(unit.ask({ command: 'settings-apply' }), { code: 'bad-settings' });
  t.match(unit.typed('settings-apply', 'power=performance').out, /power: performance/);
  await unit.end();
  await unit.start();
  t.match((await unit.status()).power, { profile: 'performance' });
});

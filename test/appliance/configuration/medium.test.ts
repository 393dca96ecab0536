/** A CONFIG medium: recognized by its label, each file checked, taken over once, told on the medium; in the running role. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import { publicText } from '../../../firmware/bundle/signing-key.ts';
import { readBootState } from '../../../src/appliance/boot/boot-state.ts';
import { readEnvironment } from '../../../src/appliance/boot/environment-store.ts';
import { fatLabel, type ReadBytes } from '../../../src/appliance/configuration/fat-label.ts';
import { findProgram } from '../../find-program.ts';
import { MEBIBYTE, makeUnitRoot } from '../unit-root.ts';
import { bundle, ours, payloadOf } from '../update/receiver.ts';

t.setTimeout(600_000);
const MAHALO = join(import.meta.dirname, '../../../scripts/mahalo');
const directory = mkdtempSync(join(tmpdir(), 'mahalo-medium-'));
t.teardown(() => rmSync(directory, { recursive: true }));

const reader =
  (bytes: Buffer): ReadBytes =>
  (offset, size) =>
    bytes.subarray(offset, offset + size);

const mkfs = findProgram('mkfs.vfat');
t.test('labels that mkfs.vfat writes', { skip: mkfs === null && 'dosfstools is not installed' }, (t) => {
  const image = join(directory, 'fat.img');
  for (const [bits, blocks] of [['12', 2048] as const, ['16', 16384] as const, ['32', 65536] as const]) {
    for (const label of ['CONFIG', undefined]) {
      rmSync(image, { force: true });
      const words = ['-C', '-F', bits, ...(label === undefined ? [] : ['-n', label]), image, String(blocks)];
      t.equal(spawnSync(mkfs as string, words).status, 0);
      t.equal(fatLabel(reader(readFileSync(image))), label ?? '', `FAT${bits}`);
    }
  }
  t.end();
});

t.test('any bytes have a label or none', (t) => {
  const everySector = fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), fc.boolean(), (bytes, signed) => {
    const sector = Buffer.from(bytes);
    if (signed) {
      sector.writeUInt16LE(0xaa55, 510);
      sector.writeUInt16LE(512, 11);
      sector.writeUInt8(2, 16);
      sector.write('FAT', 54);
    }
    fatLabel((offset, size) => (offset === 0 ? sector : Buffer.alloc(size, sector)));
    return true;
  });
  t.doesNotThrow(() => fc.assert(everySector, { numRuns: 500 }));
  t.equal(fatLabel(reader(Buffer.alloc(0))), undefined);
  t.end();
});

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let round = 0; round < 2400; round++) {
    if (holds()) return;
    await delay(50);
  }
  throw new Error(`never: ${what}`);
}

await t.test('texts and an update in the running role', async (t) => {
  const root = join(directory, 'unit');
  mkdirSync(root);
  const { paths, medium } = makeUnitRoot(root, publicText(ours));
  const stick = join(paths.run, 'config');
  const log = (): string =>
    existsSync(join(stick, 'mahalo-log.txt')) ? readFileSync(join(stick, 'mahalo-log.txt'), 'utf8') : '';
  const order = join(paths.run, 'machine-order');
  const started: ChildProcess[] = [];
  t.teardown(() => {
    for (const one of started) one.kill('SIGTERM');
  });
  /** Runs until it restarts the machine. */
  const runUntilRestart = async (): Promise<void> => {
    rmSync(order, { force: true });
    const role = spawn(MAHALO, ['appliance', '--root', root, '--admin-port', '0'], { stdio: 'ignore' });
    started.push(role);
    await once(role, 'exit');
    t.equal(existsSync(order) && readFileSync(order, 'utf8'), 'reboot\n');
    rmSync(join(paths.run, 'boot.json'), { force: true });
  };

  mkdirSync(stick);
  writeFileSync(join(stick, 'appliance.json'), '{"version":1,"hostname":"from-a-stick"}');
  writeFileSync(join(stick, 'haproxy.cfg'), 'frontend f\n  mode http\n  bind 127.0.0.1:0\n  nonsense here\n');
  writeFileSync(join(stick, 'keepalived.conf'), 'vrrp_instance X {\n');
  await runUntilRestart();
  t.match(log(), /appliance.json: taken over\r\n/);
  t.match(log(), /haproxy.cfg: refused: .*nonsense/);
  t.match(log(), /keepalived.conf: refused: .*missing/);
  t.match(log(), /restarts with it/);
  t.notMatch(readFileSync(join(paths.data, 'appliance.json'), 'utf8'), /from-a-stick/, 'by the next start');

  const text =
    'defaults\n  mode http\n  timeout client 5s\n  timeout connect 5s\n  timeout server 5s\nlisten f\n  bind unix@/tmp/none\n';
  writeFileSync(join(stick, 'haproxy.cfg'), text);
  await runUntilRestart();
  t.match(readFileSync(join(paths.data, 'appliance.json'), 'utf8'), /from-a-stick/);
  t.equal(log().match(/appliance.json/g)?.length, 1, 'what was seen is not looked at again');
  t.match(log(), /haproxy.cfg: taken over/);

  writeFileSync(join(stick, 'b-strange.update'), 'not one');
  writeFileSync(join(stick, 'c.update'), bundle(payloadOf(MEBIBYTE, 'stick')));
  await runUntilRestart();
  t.match(log(), /b-strange.update: refused: this is not an update/);
  t.match(log(), /c.update: taken over/);
  const { order: slots, note } = readBootState(readEnvironment(medium.environment).variables);
  t.same(slots, ['B', 'A']);
  t.match(note, { reboot: 'a CONFIG medium was taken over', trial: { slot: 'B', version: '0.2.0' } });
  const { confirmed } = JSON.parse(readFileSync(join(paths.data, 'admin/configuration.json'), 'utf8'));
  const revision = JSON.parse(readFileSync(join(paths.data, `admin/revisions/${confirmed}.json`), 'utf8'));
  t.match(revision, { text, author: 'device', note: 'from a CONFIG medium' });

  const lines = log();
  const quiet = spawn(MAHALO, ['appliance', '--root', root, '--admin-port', '0'], { stdio: 'ignore' });
  started.push(quiet);
  const told = join(paths.run, 'appliance.log');
  await until('it started anew', () => readFileSync(told, 'utf8').match(/started on/g)?.length === 4);
  // Something new in /dev makes it look again: it would tell of what it found there.
  writeFileSync(join(stick, 'appliance.json'), 'no JSON');
  writeFileSync(join(paths.dev, 'sda1'), '');
  await until('it looked again', () => log() !== lines);
  t.match(log().slice(lines.length), /appliance.json: refused/);
  quiet.kill('SIGTERM');
  await once(quiet, 'exit');
});

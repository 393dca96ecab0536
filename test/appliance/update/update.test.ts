/** An update over the real control socket into the slots of a unit: what is taken, what is refused, and what is left. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { bundleHead, signedHead } from '../../../firmware/bundle/bundle-bytes.ts';
import { publicText } from '../../../firmware/bundle/signing-key.ts';
import { type BootState, readBootState } from '../../../src/appliance/boot/boot-state.ts';
import { readEnvironment } from '../../../src/appliance/boot/environment-store.ts';
import { readRegion } from '../../../src/appliance/boot/region.ts';
import { askAppliance } from '../../../src/appliance/control/ask.ts';
import { BOARD, MEBIBYTE, makeUnitRoot, SLOT_SIZE } from '../unit-root.ts';
import { bundle, facts, ours, payloadOf, send, startReceiver, told } from './receiver.ts';

t.setTimeout(300_000);
const directory = mkdtempSync(join(tmpdir(), 'mahalo-update-'));
t.teardown(() => rmSync(directory, { recursive: true }));
const { paths, medium } = makeUnitRoot(directory, publicText(ours));
const socket = paths.controlSocket;
const state = (): BootState => readBootState(readEnvironment(medium.environment).variables);
const payload = payloadOf(3 * MEBIBYTE + 12_345, 'good');

const receiver = await startReceiver(directory);
t.teardown(() => receiver.kill('SIGKILL'));

await t.test('refused before a byte is written: the slot is as it was', async (t) => {
  const head = bundleHead(payload, facts, ours);
  const flipped = (at: number): Buffer => {
    const bytes = Buffer.from(head);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    return Buffer.concat([bytes, payload]);
  };
  const later = bundle(payload);
  later.write('2', 14, 'latin1');
  const longList = Buffer.from(head.subarray(0, 100));
  longList.writeUInt32LE(0x7fff_ffff, 16);
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const cases: readonly (readonly [string, Buffer, string])[] = [
    ['another file', payload, 'update-not-a-bundle'],
    ['two bytes', Buffer.from('MA'), 'update-truncated'],
    ['a later format', later, 'update-format'],
    ['a list without an end', longList, 'update-damaged'],
    ['a changed list', flipped(100), 'update-key'],
    ['a changed signature', flipped(head.length - 5), 'update-key'],
    ['a stranger signed it', bundle(payload, {}, stranger), 'update-key'],
    ['cut inside its head', head.subarray(0, 300), 'update-truncated'],
    ['signed nonsense', signedHead(Buffer.from('[]'), ours), 'update-format'],
    ['another board', bundle(payload, { boards: ['acme,toaster'] }), 'update-board'],
    ['larger than a slot', bundleHead(payloadOf(SLOT_SIZE + 1, 'large'), facts, ours), 'update-too-large'],
  ];
  const before = readRegion(medium.slots.B);
  for (const [name, bytes, code] of cases) {
    await t.rejects(send(socket, bytes), { code }, name);
    t.equal((await told(socket)).update.state, 'failed');
  }
  t.ok(readRegion(medium.slots.B).equals(before));
  t.equal((await told(socket)).slot.B.state, 'empty');
  t.same(state().left, { A: 3, B: 3 });
  await t.rejects(askAppliance(socket, { command: 'update-start' }), { code: 'slot' });
});

await t.test('refused on the way: the slot is given up, the running one is not concerned', async (t) => {
  const good = bundle(payload);
  const headLength = good.length - payload.length;
  for (const at of [headLength, headLength + 5, headLength + MEBIBYTE, good.length - 1]) {
    const flipped = Buffer.from(good);
    flipped.writeUInt8(flipped.readUInt8(at) ^ 0x10, at);
    await t.rejects(send(socket, flipped), { code: 'update-damaged' }, `a flipped bit at ${at}`);
    t.not(readRegion({ ...medium.slots.B, size: 4 }).toString('latin1'), 'hsqs', 'not like a file system');
    t.same(state().left, { A: 3, B: 0 });
    t.same(state().order, ['A', 'B']);
  }
  await t.rejects(send(socket, good.subarray(0, good.length - 1)), { code: 'update-truncated' });
  const longer = Buffer.concat([good, Buffer.from('more')]);
  await t.rejects(send(socket, longer), { code: 'update-damaged', message: /goes on/ });
  const { slot, update } = await told(socket);
  t.equal(slot.A.state, 'good');
  t.equal(slot.B.version, null);
  t.match(update, { state: 'failed', version: '0.2.0', error: /goes on/ });
  await t.rejects(askAppliance(socket, { command: 'slot-switch', slot: 'B' }), { code: 'slot' });
  await t.rejects(askAppliance(socket, { command: 'slot-switch', slot: 'A' }), { code: 'slot' });
});

await t.test('one at a time; an asker that goes away leaves room for the next', async (t) => {
  const gone = new AbortController();
  const { signal } = gone;
  async function* slow(): AsyncGenerator<Buffer> {
    yield bundle(payload).subarray(0, MEBIBYTE);
    await once(signal, 'abort');
    throw new Error('went away');
  }
  const first = askAppliance(socket, { command: 'update', size: bundle(payload).length }, { bytes: slow() });
  const lost = t.rejects(first, /went away/);
  while ((await told(socket)).update.bytes === 0);
  await t.rejects(send(socket, bundle(payload)), { code: 'update-busy' });
  gone.abort();
  await lost;
  while ((await told(socket)).update.state !== 'failed');
  t.match((await told(socket)).update.error, /connection ended/);
});

await t.test('a good one is written as it is, and waits until it is started', async (t) => {
  t.match(await send(socket, bundle(payload)), { version: '0.2.0', build: 'second', state: 'ready' });
  t.ok(readRegion(medium.slots.B).subarray(0, payload.length).equals(payload));
  const { slot, update } = await told(socket);
  t.match(update, { state: 'ready', version: '0.2.0', bytes: payload.length, size: payload.length, error: null });
  t.match(slot, { running: 'A', order: ['A', 'B'], left: { A: 3, B: 3 }, B: { version: '0.2.0', state: 'standby' } });
  for (const [version, size] of [['0.3.0', 5] as const, ['0.4.0', SLOT_SIZE] as const]) {
    const other = payloadOf(size, version);
    t.match(await send(socket, bundle(other, { version })), { version });
    t.ok(readRegion(medium.slots.B).subarray(0, size).equals(other), `also one of ${size} bytes`);
  }
  t.match(await send(socket, bundle(payload)), { version: '0.2.0' });
  const left = once(receiver, 'exit');
  t.match(await askAppliance(socket, { command: 'update-start' }), { slot: 'B', version: '0.2.0' });
  await left;
  t.match(state(), { order: ['B', 'A'], left: { A: 3, B: 3 }, note: { trial: { slot: 'B', version: '0.2.0' } } });
});

await t.test('the maker of bundles: a key when there is none, the same bytes each time', async (t) => {
  const make = async (...words: string[]): Promise<number> => {
    const program = join(import.meta.dirname, '../../../firmware/bundle/make-bundle.ts');
    const [code] = await once(spawn(process.execPath, [program, ...words], { stdio: 'ignore' }), 'exit');
    return code as number;
  };
  const [key, input] = [join(directory, 'keys/own.pem'), join(directory, 'payload')];
  writeFileSync(input, payload);
  const words = ['--key', key, '--payload', input, '--version', '0.2.0', '--build', 'second', '--board', BOARD];
  const [one, other] = [join(directory, 'one.update'), join(directory, 'other.update')];
  t.equal(await make(...words, '--out', one, '--public-key', join(paths.share, 'keys/own.pem')), 0);
  t.equal(await make(...words, '--out', other), 0);
  t.ok(readFileSync(one).equals(readFileSync(other)));
  t.equal(await make('--key', key), 1);
  const taker = await startReceiver(directory);
  t.teardown(() => taker.kill('SIGKILL'));
  t.match(await send(socket, readFileSync(one)), { version: '0.2.0', build: 'second' });
});

/**
 * The role is killed at each of its writes of an update, as a power cut would: afterwards U-Boot always finds something
 * to start, and never half an image.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { publicText } from '../../../firmware/bundle/signing-key.ts';
import { readBootState } from '../../../src/appliance/boot/boot-state.ts';
import { readEnvironment } from '../../../src/appliance/boot/environment-store.ts';
import { readRegion } from '../../../src/appliance/boot/region.ts';
import { askAppliance } from '../../../src/appliance/control/ask.ts';
import { findProgram } from '../../find-program.ts';
import { tableSample } from '../../table-sample.ts';
import { MEBIBYTE, makeUnitRoot } from '../unit-root.ts';
import { bundle, ours, payloadOf, send, startReceiver } from './receiver.ts';

t.setTimeout(600_000);
const strace = findProgram('strace');
const skip = strace === null && 'strace is not installed';

/**
 * strace counts the calls of each thread: the main one writes the boot environment (fsync), the other one the slot
 * (fdatasync). More of them than an update of this size takes.
 */
const MOST: Readonly<Record<string, number>> = { pwrite64: 7, fdatasync: 4, fsync: 3 };
const rows = Object.entries(MOST).flatMap(([call, most]) =>
  Array.from({ length: most }, (_, index) => ({ name: `${call} ${index + 1}`, call, number: index + 1 })),
);

await t.test('killed at each write', { skip }, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-killed-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const { paths, medium } = makeUnitRoot(directory, publicText(ours));
  const [older, newer] = [payloadOf(MEBIBYTE, 'older'), payloadOf(MEBIBYTE + 333, 'newer')];

  const update = async (bytes: Buffer, version: string, before: readonly string[]): Promise<boolean> => {
    const receiver = await startReceiver(directory, before);
    const over = once(receiver, 'exit');
    const done = await send(paths.controlSocket, bundle(bytes, { version })).then(
      () => true,
      () => false,
    );
    if (done) await askAppliance(paths.controlSocket, { command: 'end' });
    await over;
    return done;
  };

  t.ok(await update(older, 'older', []));
  let [killed, startable] = [0, 0];
  for (const { name, call, number } of tableSample(rows, 6)) {
    const inject = `inject=${call}:signal=KILL:when=${number}`;
    const done = await update(newer, 'newer', [strace as string, '-f', '-qq', '-o', '/dev/null', '-e', inject]);
    const read = readEnvironment(medium.environment).variables;
    t.not(read, undefined, `${name}: the boot environment is readable`);
    const { order, left, note } = readBootState(read);
    t.same(order, ['A', 'B'], `${name}: what ran starts again`);
    t.equal(left.A, 3);
    const content = readRegion(medium.slots.B);
    const is = (bytes: Buffer): boolean => content.subarray(0, bytes.length).equals(bytes);
    const isStartable = left.B > 0 && content.toString('latin1', 0, 4) === 'hsqs';
    if (isStartable) t.ok(note.B?.version === 'newer' ? is(newer) : is(older), `${name}: what can be started is whole`);
    if (done) t.ok(isStartable && is(newer), `${name}: it was not reached`);
    if (!done) killed++;
    if (!done && isStartable) startable++;
    t.ok(await update(older, 'older', []), `${name}: the next update succeeds`);
  }
  t.comment(`killed ${killed} times; ${startable} times the slot could be started afterwards`);
});

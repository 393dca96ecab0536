/**
 * The boot script in the real U-Boot, and the boot environment as it and we write it: slots that hold nothing fail to
 * start, so one power-on goes through all tries of both slots in a few seconds.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { BOOT_FIRMWARE, imageMissing } from '../../firmware/emulator/run/image.ts';
import { Machine, QEMU } from '../../firmware/emulator/run/machine.ts';
import {
  type BootState,
  bootVariables,
  FIRST_STATE,
  readBootState,
  rebootNoted,
  type SlotName,
  trialAsked,
  updateWritten,
  whyNoted,
} from '../../src/appliance/boot/boot-state.ts';
import { decodeEnvironment, encodeEnvironment } from '../../src/appliance/boot/environment-codec.ts';
import { readEnvironment, writeEnvironment } from '../../src/appliance/boot/environment-store.ts';
import { readRegion, writeRegion } from '../../src/appliance/boot/region.ts';
import { makeDiskImage } from '../appliance/disk-image.ts';
import { findProgram } from '../find-program.ts';

t.setTimeout(600_000);
const directory = mkdtempSync(join(tmpdir(), 'mahalo-boot-script-'));
t.teardown(() => rmSync(directory, { recursive: true, force: true }));
const missing = findProgram(QEMU) === null ? `${QEMU} is not installed` : imageMissing();
const image = makeDiskImage(directory);
if (missing !== false) t.pass('the boot script', { skip: missing });
else if (image === undefined) t.pass('the boot script', { skip: 'fdisk is not installed' });
else await bootScript(image.path, image.medium.environment);

type Copies = Parameters<typeof readEnvironment>[0];

async function bootScript(disk: string, copies: Copies): Promise<void> {
  /** The starts that U-Boot tells of, from power-on until so many. */
  const starts = async (count: number): Promise<string[]> => {
    const network = { kind: 'user', forwards: [] } as const;
    const ports = [
      { ...network, number: 2 },
      { ...network, number: 3 },
    ] as const;
    const machine = await Machine.start({ firmware: BOOT_FIRMWARE, disk, ports });
    const told: string[] = [];
    try {
      for (let from = 0; told.length < count; ) {
        const match = await machine.console.waitFor(/mahalo: slot (.), starts left: A (\d), B (\d)\n/, { from });
        told.push(match.groups.slice(1).join(''));
        from = match.end;
      }
    } finally {
      await machine.cutPower();
    }
    return told;
  };
  const state = (): BootState => readBootState(readEnvironment(copies).variables);
  const put = (next: BootState): void => writeEnvironment(copies, bootVariables(next));

  await t.test('a new disk: three tries of A, three of B, and all of them again', async (t) => {
    t.same(await starts(7), ['A23', 'A13', 'A03', 'B02', 'B01', 'B00', 'A23']);
    for (const copy of copies) {
      const bytes = readRegion(copy);
      const variables = decodeEnvironment(bytes);
      t.ok(
        variables !== undefined && encodeEnvironment(variables).equals(bytes),
        'we write the very bytes U-Boot writes',
      );
    }
  });

  await t.test('an update on trial, and what we noted comes back from U-Boot as it was', async (t) => {
    const release = { version: '0.2.0', build: 'second' };
    const hard = 'a "quoted" \\ back\\slash, $' + '{variable} ; run x # and \u00fc';
    const asked = trialAsked(updateWritten(FIRST_STATE, 'B', release), 'B');
    const noted = whyNoted(rebootNoted(asked, 'update'), hard);
    put(noted);
    t.same(await starts(4), ['B32', 'B31', 'B30', 'A20']);
    t.same(state().note, noted.note);
    t.same(state().order, ['B', 'A']);
  });

  await t.test('the copy that counts is destroyed: the older one does', async (t) => {
    put({ ...FIRST_STATE, order: ['A', 'B'], left: { A: 3, B: 0 } });
    put({ ...FIRST_STATE, order: ['B', 'A'] });
    const newest = copies[readEnvironment(copies).copy ?? 0] as Copies[0];
    writeRegion(newest, Buffer.alloc(newest.size, 0x5a));
    t.equal(state().order[0] satisfies SlotName, 'A');
    t.same(await starts(1), ['A20']);
    for (const copy of copies) writeRegion(copy, Buffer.alloc(copy.size, 0xff));
    t.same(await starts(1), ['A23'], 'both destroyed: as new');
  });
}

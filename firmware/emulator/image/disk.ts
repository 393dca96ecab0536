/**
 * The whole disk, as it comes out of flashing a card: slot A filled, slot B empty, the data partition empty (the unit
 * makes its file system at its first start, and grows it to what the medium has).
 *
 *     0      1 MiB          12, 12.5 MiB      16 MiB    144 MiB   272 MiB
 *     | GPT  | boot loader  | environments    | slot A  | slot B  | data ...  | GPT
 */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { environmentOf } from '../../../src/appliance/boot/boot-medium.ts';
import { bootVariables, FIRST_STATE } from '../../../src/appliance/boot/boot-state.ts';
import { encodeEnvironment } from '../../../src/appliance/boot/environment-codec.ts';
import { run } from './run-program.ts';

const MEBIBYTE = 1024 * 1024;
/** The smallest medium. */
const DISK_SIZE = 512 * MEBIBYTE;
const SLOT_A_START = 16 * MEBIBYTE;
const LAYOUT = `label: gpt
first-lba: 2048
name=slotA, start=16MiB, size=128MiB, type=B921B045-1DF0-41C3-AF44-4C6F280D3FAE
name=slotB, size=128MiB, type=B921B045-1DF0-41C3-AF44-4C6F280D3FAE
name=data, type=linux
`;

export function makeDisk(slot: string, disk: string): void {
  const file = openSync(disk, 'w');
  try {
    ftruncateSync(file, DISK_SIZE);
    run('sfdisk', ['--quiet', disk], { input: LAYOUT });
    write(file, readFileSync(slot), SLOT_A_START);
    // U-Boot prefers B only when told to; without any start left it does not even try what is not there.
    const state = { ...FIRST_STATE, left: { ...FIRST_STATE.left, B: 0 } };
    const variables = new Map([...bootVariables(state), ['BOOT_SEQ', '1']]);
    write(file, encodeEnvironment(variables), environmentOf(disk)[0].offset);
  } finally {
    closeSync(file);
  }
}

function write(file: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

/** The slots of a machine that is off, as its boot script will find them. */
import { createHash } from 'node:crypto';
import { partition, readDisk } from '../../firmware/emulator/run/disk.ts';
import { environmentOf } from '../../src/appliance/boot/boot-medium.ts';
import { readBootState, SLOT_NAMES, type SlotName } from '../../src/appliance/boot/boot-state.ts';
import { readEnvironment } from '../../src/appliance/boot/environment-store.ts';

/** Of a squashfs: how many bytes it has, in its superblock. */
const BYTES_USED_AT = 40;
const SUPERBLOCK_LENGTH = 96;

/** The SHA-256 of the file system in a slot; `empty`: there is none. */
export function slotOn(disk: string, slot: SlotName): string {
  const { start, length } = partition(disk, `slot${slot}`);
  const superblock = readDisk(disk, start, SUPERBLOCK_LENGTH);
  if (superblock.toString('latin1', 0, 4) !== 'hsqs') return 'empty';
  const size = Number(superblock.readBigUInt64LE(BYTES_USED_AT));
  return size > length
    ? 'impossible'
    : createHash('sha256')
        .update(readDisk(disk, start, size))
        .digest('hex');
}

export interface SlotsOnDisk {
  /** The one that is started next. */
  readonly next: SlotName | undefined;
  /** What is not as it must be after any power cut. */
  readonly wrong: readonly string[];
  /** Of both, in words. */
  readonly words: string;
}

/** @param whole the digest of the one file system that slots are filled with */
export function slotsOnDisk(disk: string, whole: string): SlotsOnDisk {
  const { variables } = readEnvironment(environmentOf(disk));
  const wrong = variables === undefined ? ['no copy of the boot environment is good'] : [];
  const { order, left } = readBootState(variables);
  const next = order.find((slot) => left[slot] > 0);
  if (next === undefined) wrong.push('no slot may be started');
  const views = SLOT_NAMES.map((slot) => {
    const content = slotOn(disk, slot);
    const isStarted = slot === next || (left[slot] > 0 && content !== 'empty');
    const words = `${slot} ${content === whole ? 'whole' : content}, ${left[slot]} starts left`;
    if (isStarted && content !== whole) wrong.push(`it would start slot ${words}`);
    return words;
  });
  return { next, wrong, words: `order ${order.join(' ')}; ${views.join('; ')}` };
}

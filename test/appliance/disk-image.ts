/** A disk of ours as a file: the partition table by sfdisk, slots that carry a small squashfs, both made by real tools. */
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type BootMedium, environmentOf } from '../../src/appliance/boot/boot-medium.ts';
import type { SlotName } from '../../src/appliance/boot/boot-state.ts';
import type { Region } from '../../src/appliance/boot/region.ts';
import { findProgram } from '../find-program.ts';

const MEBIBYTE = 1024 * 1024;
/** As on the device, but for the size of the slots. */
const SLOT_START = 16 * MEBIBYTE;

export interface DiskImage {
  readonly path: string;
  readonly medium: BootMedium;
}

/** Undefined: sfdisk is not here. */
export function makeDiskImage(
  directory: string,
  slotSize = 8 * MEBIBYTE,
  running: SlotName = 'A',
): DiskImage | undefined {
  const sfdisk = findProgram('sfdisk');
  if (sfdisk === null) return undefined;
  const path = join(directory, 'disk.img');
  const fd = openSync(path, 'w');
  ftruncateSync(fd, SLOT_START + 2 * slotSize + 8 * MEBIBYTE);
  closeSync(fd);
  const inSectors = (bytes: number): number => bytes / 512;
  const script = [
    'label: gpt',
    'first-lba: 2048',
    `start=${inSectors(SLOT_START)}, size=${inSectors(slotSize)}, name=slotA`,
    `start=${inSectors(SLOT_START + slotSize)}, size=${inSectors(slotSize)}, name=slotB`,
    `start=${inSectors(SLOT_START + 2 * slotSize)}, size=${inSectors(4 * MEBIBYTE)}, name=data`,
  ];
  const made = spawnSync(sfdisk, ['-q', path], { input: `${script.join('\n')}\n` });
  if (made.status !== 0) throw new Error(made.stderr.toString());
  const slot = (index: number): Region => ({ path, offset: SLOT_START + index * slotSize, size: slotSize });
  return { path, medium: { environment: environmentOf(path), slots: { A: slot(0), B: slot(1) }, running } };
}

export function fillRegion(region: Region, bytes: Buffer): void {
  const fd = openSync(region.path, 'r+');
  writeSync(fd, bytes, 0, bytes.length, region.offset);
  closeSync(fd);
}

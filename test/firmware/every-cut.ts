/**
 * What a disk, or a partition, may hold after a power cut, for every moment of a deed that was recorded by a `Card`: without
 * a machine, so hundreds of them can be looked at.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Told } from '../../firmware/emulator/run/card.ts';
import { overwriteDisk, type Partition, privateDisk, readDisk } from '../../firmware/emulator/run/disk.ts';
import { run } from '../interop/vrrp/lab/command.ts';

const SECTOR = 512;
/** Of e2fsck: from here on something was lost that its journal should have kept. */
const DAMAGED = 4;

export interface CutPartition {
  /** How many writes were made. */
  readonly writes: number;
  /** It is another one each time, checked as the unit checks it first (`e2fsck -p`). */
  readonly file: string;
  /** What the check said if the file system is damaged. */
  readonly damage: string | undefined;
}

/** A partition of a disk, as a file. */
export function extractPartition(disk: string, { start, length }: Partition, file: string): void {
  const blocks = 1024 * 1024;
  const words = [`if=${disk}`, `of=${file}`, `bs=${blocks}`, `skip=${start / blocks}`, `count=${length / blocks}`];
  run('dd', ...words, 'conv=sparse', 'status=none');
}

/**
 * @param before the partition before the first of the writes; it is changed
 * @param ways how often each moment is played: what was not flushed is lost another way each time
 */
export function* everyCut(
  told: readonly Told[],
  partition: Partition,
  { before, directory, ways, chance }: { before: string; directory: string; ways: number; chance: () => number },
): Generator<CutPartition> {
  const file = join(directory, 'cut.img');
  let waiting: { readonly position: number; readonly bytes: Buffer }[] = [];
  let writes = 0;
  for (const one of told) {
    if (one === 'flush') {
      writeAll(before, waiting, () => true);
      waiting = [];
      continue;
    }
    const position = one.position - partition.start;
    if (position < 0 || position >= partition.length) continue;
    waiting.push({ position, bytes: one.bytes });
    writes++;
    for (let way = 0; way < ways; way++) {
      rmSync(file, { force: true });
      privateDisk(before, file);
      // All kept and all lost are ways, too.
      const share = [1, 0][way] ?? chance();
      writeAll(file, waiting, () => chance() < share);
      const { status, stdout, stderr } = spawnSync('/usr/sbin/e2fsck', ['-p', file], { encoding: 'utf8' });
      const isSound = status !== null && status < DAMAGED;
      yield { writes, file, damage: isSound ? undefined : `status ${status}: ${stdout}${stderr}` };
    }
  }
}

/**
 * Gives how many writes were made, while the disk is as it is after a cut there.
 * @param disk before the first of the writes; it is changed
 */
export function* everyDisk(
  told: readonly Told[],
  { disk, ways, chance }: { disk: string; ways: number; chance: () => number },
): Generator<number> {
  let waiting: { readonly position: number; readonly bytes: Buffer }[] = [];
  let writes = 0;
  for (const one of told) {
    if (one === 'flush') {
      writeAll(disk, waiting, () => true);
      waiting = [];
      continue;
    }
    waiting.push(one);
    writes++;
    const before = waiting.map(({ position, bytes }) => readDisk(disk, position, bytes.length));
    for (let way = 0; way < ways; way++) {
      const share = [1, 0][way] ?? chance();
      writeAll(disk, waiting, () => chance() < share);
      yield writes;
      for (const [index, { position }] of waiting.entries()) overwriteDisk(disk, position, before[index] as Buffer);
    }
  }
}

function writeAll(
  file: string,
  writes: readonly { readonly position: number; readonly bytes: Buffer }[],
  isKept: () => boolean,
): void {
  const descriptor = openSync(file, 'r+');
  try {
    for (const { position, bytes } of writes) {
      for (let at = 0; at < bytes.length; at += SECTOR) {
        if (isKept()) writeSync(descriptor, bytes, at, SECTOR, position + at);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A file of an ext4 file system that nobody has mounted; '' when there is none. */
export function readInside(partition: string, path: string): string {
  return run('/usr/sbin/debugfs', '-R', `cat ${path}`, partition);
}

/** Disks of emulated units: private copies of the image, so that nobody dirties the build. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const SECTOR = 512;
/** Of a GPT header: where the entries begin (sector), how many there are, how long each is. */
const ENTRIES_AT = 72;
const ENTRY_COUNT_AT = 80;
const ENTRY_LENGTH_AT = 84;
const NAME_AT = 56;
const NAME_LENGTH = 72;

export interface Partition {
  readonly name: string;
  readonly start: number;
  readonly length: number;
}

/** Copies the image without writing the holes. */
export function privateDisk(image: string, disk: string): string {
  const { status, stderr } = spawnSync('cp', ['--sparse=always', '--reflink=auto', image, disk], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cp ${image}: ${stderr}`);
  return disk;
}

function readAt(disk: string, position: number, length: number): Buffer {
  const file = openSync(disk, 'r');
  try {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, position);
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** Bytes from the start of the disk on, as GPT tells them. */
export function partitions(disk: string): Partition[] {
  const header = readAt(disk, SECTOR, SECTOR);
  if (header.toString('latin1', 0, 8) !== 'EFI PART') throw new Error(`${disk}: no GPT`);
  const length = header.readUInt32LE(ENTRY_LENGTH_AT);
  const start = Number(header.readBigUInt64LE(ENTRIES_AT)) * SECTOR;
  const table = readAt(disk, start, header.readUInt32LE(ENTRY_COUNT_AT) * length);
  const found: Partition[] = [];
  for (let at = 0; at < table.length; at += length) {
    const entry = table.subarray(at, at + length);
    const first = Number(entry.readBigUInt64LE(32));
    if (first === 0) continue;
    const last = Number(entry.readBigUInt64LE(40));
    const name = entry.toString('utf16le', NAME_AT, NAME_AT + NAME_LENGTH).replace(/\0.*$/s, '');
    found.push({ name, start: first * SECTOR, length: (last - first + 1) * SECTOR });
  }
  return found;
}

export function partition(disk: string, name: string): Partition {
  const found = partitions(disk).find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`${disk}: no partition ${name}`);
  return found;
}

/** Bytes of the switched-off unit's disk. */
export function readDisk(disk: string, position: number, length: number): Buffer {
  return readAt(disk, position, length);
}

/** What a dying medium does, to the disk of a unit that is switched off. */
export function overwriteDisk(disk: string, position: number, bytes: Buffer): void {
  const file = openSync(disk, 'r+');
  try {
    writeSync(file, bytes, 0, bytes.length, position);
  } finally {
    closeSync(file);
  }
}

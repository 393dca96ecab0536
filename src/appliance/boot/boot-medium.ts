/**
 * The disk that booted, and its parts. An old card in a second slot carries the same names (field failures of others:
 * an update that went to the wrong medium), so nothing is looked up by name alone: the running root file system was
 * mounted by the identity U-Boot gave (root=PARTUUID=...), and only the disk it lies on is ours.
 */

import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readIfThere } from '../../sys/atomic-file.ts';
import type { AppliancePaths } from '../paths.ts';
import type { SlotName } from './boot-state.ts';
import { ENVIRONMENT_SIZE } from './environment-codec.ts';
import type { Region } from './region.ts';

/** What sysfs counts in. */
const SECTOR_SIZE = 512;
/** Where the two copies of the boot environment lie on every disk of ours, in bytes. */
const ENVIRONMENT_OFFSETS = [12 * 1024 * 1024, 12.5 * 1024 * 1024] as const;

export interface BootMedium {
  readonly environment: readonly [Region, Region];
  readonly slots: Readonly<Record<SlotName, Region>>;
  readonly running: SlotName;
}

/** The copies of the boot environment on a disk, or an image of one. */
export function environmentOf(disk: string): readonly [Region, Region] {
  const [first, second] = ENVIRONMENT_OFFSETS;
  return [
    { path: disk, offset: first, size: ENVIRONMENT_SIZE },
    { path: disk, offset: second, size: ENVIRONMENT_SIZE },
  ];
}

/**
 * Undefined: no boot script of ours started this machine. Throws an Error that says in words what does not fit.
 * @param root `/` on the device
 */
export function findBootMedium({
  root,
  sys,
  dev,
}: Pick<AppliancePaths, 'root' | 'sys' | 'dev'>): BootMedium | undefined {
  const running = runningSlot(readIfThere(join(root, 'proc/cmdline'))?.toString('utf8') ?? '');
  if (running === undefined) return undefined;
  const partition = realpathSync(join(sys, 'dev/block', deviceNumber(statSync(root).dev)));
  const disk = dirname(partition);
  const rootName = partitionName(partition);
  if (rootName !== `slot${running}`) {
    throw new Error(`slot ${running} was started, but the root file system lies on ${rootName ?? basename(partition)}`);
  }
  const find = (name: string): Region => {
    const folders = readdirSync(disk, { withFileTypes: true }).filter((one) => one.isDirectory());
    const entry = folders.find((one) => partitionName(join(disk, one.name)) === name)?.name;
    if (entry === undefined) throw new Error(`the disk ${basename(disk)} has no partition ${name}`);
    const sectors = Number(readFileSync(join(disk, entry, 'size'), 'utf8'));
    return { path: join(dev, deviceName(join(disk, entry))), offset: 0, size: sectors * SECTOR_SIZE };
  };
  return {
    environment: environmentOf(join(dev, deviceName(disk))),
    slots: { A: find('slotA'), B: find('slotB') },
    running,
  };
}

function runningSlot(commandLine: string): SlotName | undefined {
  return /(?:^|\s)mahalo\.slot=([AB])(?:\s|$)/.exec(commandLine)?.[1] as SlotName | undefined;
}

/** "major:minor", as the C library's macros take them out of st_dev. */
export function deviceNumber(device: number): string {
  const number = BigInt(device);
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & ~0xfffn);
  const minor = (number & 0xffn) | ((number >> 12n) & ~0xffn);
  return `${major}:${minor}`;
}

function eventValue(directory: string, name: string): string | undefined {
  const text = readIfThere(join(directory, 'uevent'))?.toString('utf8');
  return text
    ?.split('\n')
    .find((line) => line.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

/** Its name in the partition table; undefined: not a partition. */
function partitionName(directory: string): string | undefined {
  return eventValue(directory, 'PARTNAME');
}

function deviceName(directory: string): string {
  return eventValue(directory, 'DEVNAME') ?? basename(directory);
}

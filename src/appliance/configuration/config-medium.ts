/**
 * A medium labelled CONFIG (FAT: a USB stick, a card, a partition), mounted read-only; written to for a moment, when it has
 * been read. Below a root that is not `/` nothing is mounted: what stands in run/mahalo/config is the medium.
 */

import { spawnSync } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { AppliancePaths } from '../paths.ts';
import { fatLabel } from './fat-label.ts';

const LABEL = 'CONFIG';
export const MEDIUM_LOG = 'mahalo-log.txt';
/** Windows' editors show one line without them. */
const LINE_END = '\r\n';

export class ConfigMedium {
  /** What stands on the medium. */
  readonly directory: string;
  readonly #device: string | undefined;

  private constructor(directory: string, device: string | undefined) {
    this.directory = directory;
    this.#device = device;
  }

  /** Undefined: there is none. Throws when there is one that cannot be mounted. Close it. */
  static open(paths: AppliancePaths): ConfigMedium | undefined {
    const directory = join(paths.run, 'config');
    if (paths.root !== '/') return existsSync(directory) ? new ConfigMedium(directory, undefined) : undefined;
    const device = findDevice(paths);
    if (device === undefined) return undefined;
    mkdirSync(directory, { recursive: true });
    mount('-t', 'vfat', '-o', 'ro,nosuid,nodev,noexec,utf8', device, directory);
    return new ConfigMedium(directory, device);
  }

  /** Appends to the log on the medium. Throws when it is write-protected, or full. */
  log(lines: readonly string[]): void {
    const remount = (way: 'rw' | 'ro'): void => {
      if (this.#device !== undefined) mount('-o', `remount,${way}`, this.directory);
    };
    remount('rw');
    try {
      appendFileSync(join(this.directory, MEDIUM_LOG), lines.map((line) => `${line}${LINE_END}`).join(''));
    } finally {
      remount('ro');
    }
  }

  close(): void {
    if (this.#device !== undefined) run('umount', [this.directory]);
  }
}

function mount(...words: readonly string[]): void {
  run('mount', words);
}

function run(program: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

/** The first whole disk or partition with the label. */
function findDevice({ sys, dev }: AppliancePaths): string | undefined {
  return readdirSync(join(sys, 'class/block'))
    .sort()
    .map((name) => join(dev, name))
    .find((path) => labelOf(path) === LABEL);
}

/** Undefined: no FAT, or nothing that can be read. */
function labelOf(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined; // a drive without a medium
  }
  try {
    return fatLabel((offset, size) => {
      const bytes = Buffer.alloc(size);
      return bytes.subarray(0, readSync(fd, bytes, 0, size, offset));
    });
  } catch {
    return undefined; // a medium that fails is none
  } finally {
    closeSync(fd);
  }
}

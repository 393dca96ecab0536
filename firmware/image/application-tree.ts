/**
 * The tree of files that package/mahalo copies into the root: the executable, and all that is ours and not a setting of a
 * BusyBox system (that is board/common/rootfs-overlay).
 */

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface Release {
  readonly version: string;
  readonly build: string;
  /** Names of the boards it runs on, as the device tree has them. */
  readonly compatible: readonly string[];
}

export interface BoardFile {
  readonly id: string;
  readonly compatible: readonly string[];
  /** The file, as it is. */
  readonly text: string;
}

/** Every board of `boards` (firmware/board), by name. */
export function readBoards(boards: string): readonly BoardFile[] {
  const folders = readdirSync(boards).filter((name) => existsSync(join(boards, name, 'board.json')));
  return folders.sort().map((name) => {
    const text = readFileSync(join(boards, name, 'board.json'), 'utf8');
    const { id, compatible } = JSON.parse(text) as { id: string; compatible: string[] };
    return { id, compatible, text };
  });
}

export interface Application {
  /** Made anew. */
  readonly folder: string;
  readonly firmware: string;
  readonly executable: string;
  readonly license: string;
  readonly release: Release;
  readonly boards: readonly BoardFile[];
  /** The console opens a shell. */
  readonly isDevelopment: boolean;
}

/** Lays the tree out, but for the keys: those are written into the folder that comes back. */
export function layOutApplication(application: Application): string {
  const { folder, firmware, executable, license, release, boards, isDevelopment } = application;
  rmSync(folder, { recursive: true, force: true });
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  put('etc/mahalo-release', `${JSON.stringify(release, undefined, 2)}\n`);
  if (isDevelopment) put('etc/mahalo-development', '');
  put('usr/share/mahalo/LICENSE', readFileSync(license, 'utf8'));
  for (const { compatible, text } of boards) {
    for (const name of compatible) put(`usr/share/mahalo/boards/${name.replaceAll(',', '_')}.json`, text);
  }
  put('boot/extlinux/extlinux.conf', readFileSync(join(firmware, 'board/common/extlinux.conf'), 'utf8'));
  mkdirSync(join(folder, 'usr/bin'));
  copyFileSync(executable, join(folder, 'usr/bin/mahalo'));
  chmodSync(join(folder, 'usr/bin/mahalo'), 0o755);
  const keys = join(folder, 'usr/share/mahalo/keys');
  mkdirSync(keys);
  return keys;
}

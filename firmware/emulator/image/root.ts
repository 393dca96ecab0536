/**
 * What the slot holds, in two folders: `base`, all that is large and slow to compress, and /etc, which is what another
 * version differs in.
 */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packCpio } from './cpio.ts';
import { copyLibraries, copyPrograms, installBusyBox } from './libraries.ts';
import { copyModules } from './modules.ts';
import { BOARD, BOARDS, OVERLAY } from './places.ts';
import { run } from './run-program.ts';

const PROGRAMS = [
  ...['sbin/e2fsck', 'sbin/mke2fs', 'sbin/resize2fs'],
  ...['sbin/sfdisk', 'usr/bin/partx'],
  ...['usr/sbin/dnsmasq', 'usr/sbin/nft'],
];
const EMPTY_FOLDERS = ['boot/extlinux', 'data', 'dev', 'proc', 'run', 'sys', 'tmp', 'usr/bin', 'usr/lib'];
/** One folder of programs and one of libraries, under all their names. */
const LINKS = {
  bin: 'usr/bin',
  sbin: 'usr/bin',
  lib: 'usr/lib',
  lib64: 'usr/lib',
  'usr/sbin': 'bin',
  'usr/lib64': 'lib',
};

export interface RootParts {
  /** Debian's packages, unpacked. */
  readonly debian: string;
  /** Ours, for arm64. */
  readonly executable: string;
  /** Of the key that signs its updates, PEM. */
  readonly publicKey: string;
}

/** Fills `folder` with all but /etc. */
export function makeBase({ debian, executable, publicKey }: RootParts, folder: string): void {
  for (const name of EMPTY_FOLDERS) mkdirSync(join(folder, name), { recursive: true });
  for (const [name, target] of Object.entries(LINKS)) symlinkSync(target, join(folder, name));
  copyPrograms(debian, folder, PROGRAMS);
  copyFileSync(executable, join(folder, 'usr/bin/mahalo'));
  copyLibraries(debian, folder, executable);
  installBusyBox(debian, folder);
  cpSync(join(OVERLAY, 'usr'), join(folder, 'usr'), { recursive: true });
  const keys = join(folder, 'usr/share/mahalo/keys');
  mkdirSync(keys, { recursive: true });
  writeFileSync(join(keys, 'development.pem'), publicKey);
  copyBoards(join(folder, 'usr/share/mahalo/boards'));
  const kernel = kernelVersion(debian);
  const modules = `usr/lib/modules/${kernel}`;
  copyModules(join(debian, `lib/modules/${kernel}`), join(folder, modules), moduleLists().flat());
  copyFileSync(join(debian, `boot/vmlinuz-${kernel}`), join(folder, 'boot/Image'));
  copyFileSync(join(BOARD, 'extlinux.conf'), join(folder, 'boot/extlinux/extlinux.conf'));
  // Of Debian's kernel only: the shipping one mounts the slot itself, and has no modules.
  const initial = join(folder, 'initial');
  makeInitialRoot(debian, kernel, initial);
  writeFileSync(join(folder, 'boot/initramfs'), gzipSync(packCpio(initial), { level: 1 }));
  run('rm', ['-r', initial]);
  run('chmod', ['-R', 'u=rwX,go=rX', folder]);
  chmodSync(join(folder, 'usr/bin/mahalo'), 0o755);
}

function makeInitialRoot(debian: string, kernel: string, folder: string): void {
  for (const name of ['dev', 'proc', 'sys', 'slot']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['bin', 'sbin']) symlinkSync('usr/bin', join(folder, name));
  installBusyBox(debian, folder);
  symlinkSync('usr/lib', join(folder, 'lib'));
  const [disk = [], first = [], rest = []] = moduleLists();
  copyModules(join(debian, `lib/modules/${kernel}`), join(folder, `usr/lib/modules/${kernel}`), disk);
  for (const [name, list] of Object.entries({ disk, first, rest })) {
    writeFileSync(join(folder, `${name}-modules`), `${list.join('\n')}\n`);
  }
  copyFileSync(join(BOARD, 'initramfs-init'), join(folder, 'init'));
  chmodSync(join(folder, 'init'), 0o755);
}

function kernelVersion(debian: string): string {
  const [version, ...others] = readdirSync(join(debian, 'lib/modules'));
  if (version === undefined || others.length > 0) throw new Error(`${debian}: not one kernel`);
  return version;
}

/** board/qemu-virt/modules: those for the initramfs, an empty line, those for init, an empty line, the others. */
function moduleLists(): readonly (readonly string[])[] {
  const text = readFileSync(join(BOARD, 'modules'), 'utf8').replace(/^#.*\n/gm, '');
  return text
    .trim()
    .split('\n\n')
    .map((list) => list.split('\n'));
}

/** The facts of every board, named by what the device tree says. */
function copyBoards(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name } of readdirSync(BOARDS, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    if (name === 'common') continue;
    const facts = readFileSync(join(BOARDS, name, 'board.json'), 'utf8');
    const { compatible } = JSON.parse(facts) as { compatible: string[] };
    for (const one of compatible) writeFileSync(join(folder, `${one.replaceAll(',', '_')}.json`), facts);
  }
}

export interface Release {
  readonly version: string;
  readonly build: string;
  /** Names of the boards it runs on, as the device tree has them. */
  readonly compatible: readonly string[];
}

/** Fills `folder`, the /etc of this version. */
export function makeEtc(release: Release, folder: string): void {
  cpSync(join(OVERLAY, 'etc'), folder, { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(folder, 'mahalo-release'), `${JSON.stringify(release, undefined, 2)}\n`);
  // The console may open a shell: who runs the emulator owns the machine anyway.
  writeFileSync(join(folder, 'mahalo-development'), '');
}

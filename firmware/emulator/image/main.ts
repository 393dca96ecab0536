/**
 * make emulator: the image that QEMU boots, out of Debian's arm64 packages, our executable, and the overlay, boot script
 * and partition table of the real boards.
 *
 *     packages -> U-Boot                          -> u-boot.bin
 *              -> base (all but /etc) -> slot A   -> disk.img, mahalo.update
 *
 * With --slot FILE it makes only a slot, there; tests update to such ones. --version TEXT is its version instead of
 * package.json's, and the files of the folder --etc are laid over its /etc.
 */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleHead } from '../../bundle/bundle-bytes.ts';
import { makeKeyIfAbsent, publicText, readSigningKey } from '../../bundle/signing-key.ts';
import { SIGNING_KEY } from '../run/image.ts';
import { fetchDebian } from './debian.ts';
import { makeDisk } from './disk.ts';
import { BOARD, BOARDS, BUILD, OVERLAY, REPOSITORY } from './places.ts';
import { requirePackages } from './requirements.ts';
import { makeBase, makeEtc, type Release } from './root.ts';
import { packSlot } from './slot.ts';
import { digestOf, step } from './step.ts';
import { buildBootLoader } from './u-boot.ts';

const EXECUTABLE = join(REPOSITORY, 'dist/mahalo-linux-arm64');

const { values } = parseArgs({
  options: { version: { type: 'string' }, etc: { type: 'string' }, slot: { type: 'string' } },
});

requirePackages();
mkdirSync(BUILD, { recursive: true });
if (makeKeyIfAbsent(SIGNING_KEY)) console.log('a key of this machine signs its updates');
const publicKey = publicText(readSigningKey(SIGNING_KEY));
const debian = fetchDebian();
const sources = [EXECUTABLE, BOARDS, OVERLAY, import.meta.dirname].map((path) => ({ path }));
const base = step('base', [{ text: debian.root }, { text: publicKey }, ...sources], (made) => {
  makeBase({ debian: debian.root, executable: EXECUTABLE, publicKey }, made);
});
if (values.slot !== undefined) {
  makeSlot(readRelease(), values.slot);
} else {
  const bootLoader = buildBootLoader(debian.bootLoader);
  const release = readRelease();
  const folder = step('slot', [{ text: `${base} ${JSON.stringify(release)}` }], (made) => {
    makeSlot(release, join(made, 'slot.squashfs'));
  });
  const slot = join(folder, 'slot.squashfs');
  copyFileSync(bootLoader, join(BUILD, 'u-boot.bin'));
  makeDisk(slot, join(BUILD, 'disk.img'));
  const { version, build, compatible: boards } = release;
  const bytes = readFileSync(slot);
  const bundle = Buffer.concat([bundleHead(bytes, { version, build, boards }, readSigningKey(SIGNING_KEY)), bytes]);
  writeFileSync(join(BUILD, 'mahalo.update'), bundle);
  console.log(`version ${version}, ${(statSync(slot).size / 1e6).toFixed(1)} MB a slot: make emulator-run starts it`);
}

function readRelease(): Release {
  const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8'));
  const version = values.version ?? (read(join(REPOSITORY, 'package.json'))['version'] as string);
  const build = digestOf([{ text: base }, { text: version }]).slice(0, 12);
  return { version, build, compatible: read(join(BOARD, 'board.json'))['compatible'] as string[] };
}

function makeSlot(release: Release, squashfs: string): void {
  const folder = mkdtempSync(join(BUILD, 'etc-of-'));
  try {
    const etc = join(folder, 'etc');
    makeEtc(release, etc);
    if (values.etc !== undefined) cpSync(values.etc, etc, { recursive: true });
    packSlot(base, etc, squashfs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

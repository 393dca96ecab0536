/**
 * Writes known-options.json anew, out of the sources of the programs themselves, and shows what becomes of our options
 * there: each is set, the program's own Kconfig finishes the configuration, and what did not survive is told. Run it when
 * a version changes or an option is added:
 *
 *     node firmware/lint/regenerate.ts --buildroot DIR --linux DIR --u-boot DIR --busybox DIR
 *
 * A program that is not given keeps what is known of it. Given more than once, the first is the one that is built, and the
 * others (the emulator's U-Boot is Debian's) are only asked for names. Needs make, flex, bison, gcc, and a cross compiler
 * (aarch64-linux-gnu-gcc); writes only into a temporary folder and to known-options.json.
 */

import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { read } from '../image/program.ts';
import { type KnownOptions, OPTION_FILES, type Option, type Program, readOptions } from './options.ts';
import { Tree } from './problem.ts';

const FIRMWARE = join(import.meta.dirname, '..');
const INVENTORY = join(FIRMWARE, 'lint/known-options.json');
/** BusyBox asks, for everything: its defaults are taken. */
const ANSWERS = '\n'.repeat(5000);
const CROSS = ['ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-'];

/** One configuration: where it starts from, and the options of ours on top, the last one of a name counting. */
interface Configuration {
  readonly name: string;
  readonly files: readonly string[];
  /** Makes the base, then completes; `O=` is added. */
  readonly start: readonly string[];
  readonly finish: readonly string[];
}

const tree = new Tree(FIRMWARE);
const boards = tree.files('board/*/uboot.fragment').map((path) => path.split('/')[1] as string);

function configurations(program: Program): readonly Configuration[] {
  switch (program) {
    case 'buildroot':
      return tree.files(OPTION_FILES.buildroot).map((path) => ({
        name: path,
        files: [path],
        start: [],
        finish: [`BR2_EXTERNAL=${FIRMWARE}`, `BR2_DEFCONFIG=${join(FIRMWARE, path)}`, 'defconfig'],
      }));
    case 'linux':
      return [{ name: 'linux', files: tree.files(OPTION_FILES.linux), start: [], finish: [...CROSS, 'olddefconfig'] }];
    case 'u-boot':
      return boards.map((board) => ({
        name: board,
        files: ['board/common/uboot/uboot.fragment', `board/${board}/uboot.fragment`],
        start: [`${defconfigOf(board)}_defconfig`],
        finish: ['olddefconfig'],
      }));
    case 'busybox':
      return [{ name: 'busybox', files: tree.files(OPTION_FILES.busybox), start: [], finish: ['oldconfig'] }];
  }
}

function defconfigOf(board: string): string {
  const options = readOptions(tree, `configs/mahalo_${board.replaceAll('-', '_')}_boot_defconfig`, []);
  return (options.find(({ name }) => name === 'BR2_TARGET_UBOOT_BOARD_DEFCONFIG')?.value ?? '').replaceAll('"', '');
}

/** Names that the Kconfig files of the folders define, of those given. */
function definedNames(program: Program, folders: readonly string[], names: readonly string[]): readonly string[] {
  const defined = new Set<string>();
  // BusyBox has them in its sources, behind `//config:`.
  const pattern = program === 'busybox' ? '**/{Config*.in,Config.src,*.c}' : '**/{Kconfig*,Config*.in*}';
  for (const folder of folders) {
    for (const path of globSync(pattern, { cwd: folder, exclude: ['.git'] })) {
      const text = readFileSync(join(folder, path), 'latin1');
      for (const [, name] of text.matchAll(/^(?:\/\/config:)?\s*(?:menu)?config\s+(\w+)/gm)) {
        defined.add(`${program === 'buildroot' ? '' : 'CONFIG_'}${name}`);
      }
    }
  }
  return names.filter((name) => defined.has(name));
}

function lost(program: Program, sources: string, { name, files, start, finish }: Configuration): void {
  const output = mkdtempSync(join(tmpdir(), 'options-'));
  try {
    const make = (goals: readonly string[]) => read('make', ['-s', '-C', sources, `O=${output}`, ...goals], ANSWERS);
    if (start.length > 0) make(start);
    const options = files.flatMap((path) => readOptions(tree, path, []));
    const wanted = [...new Map(options.map((option) => [option.name, option])).values()];
    const config = join(output, '.config');
    if (program !== 'buildroot') {
      const base = start.length > 0 ? readFileSync(config, 'utf8') : '';
      writeFileSync(config, [...otherLines(base, wanted), ...wanted.map(written)].join('\n').concat('\n'));
    }
    make(finish);
    const result = new Set(readFileSync(config, 'utf8').split('\n'));
    for (const option of wanted) {
      if (result.has(written(option)) || (option.value === undefined && !isSet(result, option.name))) continue;
      console.log(`${program}, ${name}: lost ${written(option)} (${option.path}:${option.line})`);
    }
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function otherLines(text: string, options: readonly Option[]): readonly string[] {
  const names = new Set(options.map(({ name }) => name));
  return text.split('\n').filter((line) => !names.has(/^(?:# )?(\w+)/.exec(line)?.[1] ?? ''));
}

function written({ name, value }: Option): string {
  return value === undefined ? `# ${name} is not set` : `${name}=${value}`;
}

function isSet(lines: ReadonlySet<string>, name: string): boolean {
  return [...lines].some((line) => line.startsWith(`${name}=`));
}

function versionOf(sources: string): string {
  const text = readFileSync(join(sources, 'Makefile'), 'utf8');
  const buildroot = /^export BR2_VERSION := (\S+)$/m.exec(text)?.[1];
  if (buildroot !== undefined) return buildroot;
  const part = (name: string) => new RegExp(`^${name} = *(\\S*)$`, 'm').exec(text)?.[1] ?? '';
  const [version, level, sub, extra] = ['VERSION', 'PATCHLEVEL', 'SUBLEVEL', 'EXTRAVERSION'].map(part);
  return [version, level, sub].filter(Boolean).join('.') + (extra ?? '');
}

const { values } = parseArgs({
  options: {
    buildroot: { type: 'string', multiple: true },
    linux: { type: 'string', multiple: true },
    'u-boot': { type: 'string', multiple: true },
    busybox: { type: 'string', multiple: true },
  },
});
const inventory = JSON.parse(readFileSync(INVENTORY, 'utf8')) as Record<Program, KnownOptions>;
for (const program of Object.keys(OPTION_FILES) as Program[]) {
  const folders = values[program];
  const sources = folders?.[0];
  if (folders === undefined || sources === undefined) continue;
  const options = tree.files(OPTION_FILES[program]).flatMap((path) => readOptions(tree, path, []));
  const names = [...new Set(options.map(({ name }) => name))].sort();
  const all = program === 'buildroot' ? [...folders, FIRMWARE] : folders;
  inventory[program] = { version: versionOf(sources), names: definedNames(program, all, names) };
  for (const configuration of configurations(program)) lost(program, sources, configuration);
}
writeFileSync(INVENTORY, `${JSON.stringify(inventory, undefined, 2)}\n`);

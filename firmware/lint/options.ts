/**
 * Options of Buildroot, the kernel, U-Boot and BusyBox: all four spell them alike, and all four pass over a name that they
 * do not know without a word. So every name that a file of ours sets must be in known-options.json, which
 * regenerate.ts writes out of the programs' own sources.
 */

import type { Problem, Tree } from './problem.ts';

export type Program = 'buildroot' | 'linux' | 'u-boot' | 'busybox';

/** Which files set options of which program. */
export const OPTION_FILES: Readonly<Record<Program, string>> = {
  buildroot: 'configs/*_defconfig',
  linux: 'board/common/linux/*',
  'u-boot': 'board/*/{uboot,*/uboot}.fragment',
  busybox: 'board/common/busybox/*.fragment',
};

export interface Option {
  readonly name: string;
  /** As it is written: `y`, `"text"`, `0x10`; undefined: `is not set`. */
  readonly value: string | undefined;
  readonly path: string;
  readonly line: number;
}

/** What known-options.json says of a program. */
export interface KnownOptions {
  /** Of the sources that were asked. */
  readonly version: string;
  readonly names: readonly string[];
}

const SET = /^([A-Z][A-Za-z0-9_]*)=(.+)$/;
const UNSET = /^# ([A-Z][A-Za-z0-9_]*) is not set$/;

export function readOptions(tree: Tree, path: string, problems: Problem[]): readonly Option[] {
  return tree.lines(path).flatMap((text, index): readonly Option[] => {
    const line = index + 1;
    const set = SET.exec(text);
    if (set?.[1] !== undefined) return [{ name: set[1], value: set[2], path, line }];
    const unset = UNSET.exec(text);
    if (unset?.[1] !== undefined) return [{ name: unset[1], value: undefined, path, line }];
    if (text !== '' && !text.startsWith('#'))
      problems.push({ path, line, text: `no option is written like "${text}"` });
    return [];
  });
}

export function checkOptions(tree: Tree): readonly Problem[] {
  const problems: Problem[] = [];
  const known = JSON.parse(tree.text('lint/known-options.json')) as Record<Program, KnownOptions>;
  for (const program of Object.keys(OPTION_FILES) as Program[]) {
    const names = new Set(known[program].names);
    const used = new Set<string>();
    for (const path of tree.files(OPTION_FILES[program])) {
      const seen = new Set<string>();
      for (const { name, line } of readOptions(tree, path, problems)) {
        used.add(name);
        if (seen.has(name)) problems.push({ path, line, text: `${name} is set twice` });
        seen.add(name);
        if (!names.has(name))
          problems.push({
            path,
            line,
            text: `${name}: ${program} has no such option that we know of (lint/regenerate.ts asks)`,
          });
      }
    }
    for (const name of names) {
      if (used.has(name)) continue;
      problems.push({ path: 'lint/known-options.json', text: `${name} of ${program} is not used any more` });
    }
  }
  return [...problems, ...checkSystem(tree, problems)];
}

/** What must not get lost, whatever else changes. */
const REQUIRED: readonly (readonly [files: string, name: string, value: string, why: string])[] = [
  ['configs/*_defconfig', 'BR2_DOWNLOAD_FORCE_CHECK_HASHES', 'y', 'a source without a known hash is not built'],
  [
    'configs/mahalo_aarch64_defconfig',
    'BR2_STRIP_EXCLUDE_FILES',
    '"mahalo"',
    'stripped, the executable does not start',
  ],
  [
    'configs/mahalo_aarch64_defconfig',
    'BR2_TARGET_GENERIC_HOSTNAME',
    '""',
    "written through the overlay's link, it would end up in /run of the machine that builds",
  ],
  ['board/common/uboot/uboot.fragment', 'CONFIG_ENV_IS_NOWHERE', 'y', 'nothing on the disk may change the boot script'],
  ['board/common/uboot/uboot.fragment', 'CONFIG_BOOTDELAY', '-2', 'no key on the serial line stops the boot'],
  [
    'board/common/linux/linux.config',
    'CONFIG_WATCHDOG_HANDLE_BOOT_ENABLED',
    'y',
    'the watchdog that U-Boot started guards the kernel, too',
  ],
];

function checkSystem(tree: Tree, problems: Problem[]): readonly Problem[] {
  return REQUIRED.flatMap(([files, name, value, why]) =>
    tree.files(files).flatMap((path): readonly Problem[] => {
      const found = readOptions(tree, path, problems).find((option) => option.name === name);
      if (found?.value === value) return [];
      return [
        { path, ...(found === undefined ? {} : { line: found.line }), text: `${name}=${value} is missing: ${why}` },
      ];
    }),
  );
}

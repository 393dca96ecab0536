/** What is fetched over the network has a hash here, and files that a configuration names are there. */

import { readPin } from '../image/buildroot.ts';
import { readOptions } from './options.ts';
import type { Problem, Tree } from './problem.ts';

const EXTERNAL = '$(BR2_EXTERNAL_MAHALO_PATH)/';
/** Version options of packages whose version is ours to choose, and what Buildroot downloads for them. */
const PINNED = [
  { option: 'BR2_LINUX_KERNEL_CUSTOM_VERSION_VALUE', hashes: 'patches/linux/linux.hash', archive: 'linux-V.tar.xz' },
  { option: 'BR2_TARGET_UBOOT_CUSTOM_VERSION_VALUE', hashes: 'patches/uboot/uboot.hash', archive: 'u-boot-V.tar.bz2' },
] as const;
/** Places of the machine of somebody who builds, or of a build of Buildroot's. */
const OF_A_MACHINE = /(?<![\w.)}$])\/(home|root|work|Users|mnt|media|opt|builds?)\/\w|[A-Z]:\\\w/;

export function checkSources(tree: Tree): readonly Problem[] {
  return [...checkBuildroot(tree), ...checkPinned(tree), ...checkNamedFiles(tree), ...checkEveryFile(tree)];
}

function checkBuildroot(tree: Tree): readonly Problem[] {
  const path = 'buildroot.json';
  const { commit, sha256, version } = readPin(tree.folder);
  const problems: Problem[] = [];
  if (!/^[0-9a-f]{40}$/.test(commit)) problems.push({ path, text: 'commit is no commit' });
  if (!/^[0-9a-f]{64}$/.test(sha256)) problems.push({ path, text: 'sha256 is no SHA-256' });
  const known = JSON.parse(tree.text('lint/known-options.json')) as { buildroot: { version: string } };
  if (known.buildroot.version !== version) {
    problems.push({ path, text: `known-options.json is Buildroot ${known.buildroot.version}'s, not ${version}'s` });
  }
  return problems;
}

function checkPinned(tree: Tree): readonly Problem[] {
  return tree.files('configs/*_defconfig').flatMap((path) => {
    const options = readOptions(tree, path, []);
    return PINNED.flatMap(({ option, hashes, archive }): readonly Problem[] => {
      const found = options.find(({ name }) => name === option);
      if (found?.value === undefined) return [];
      const file = archive.replace('V', found.value.replaceAll('"', ''));
      const isKnown = tree
        .lines(hashes)
        .some((line) => /^sha256 {2}[0-9a-f]{64} {2}/.test(line) && line.endsWith(` ${file}`));
      return isKnown ? [] : [{ path, line: found.line, text: `${hashes} has no sha256 of ${file}` }];
    });
  });
}

function checkNamedFiles(tree: Tree): readonly Problem[] {
  return tree.files('configs/*_defconfig').flatMap((path) =>
    readOptions(tree, path, []).flatMap(({ value = '', line }) => {
      const words = value.replaceAll('"', '').split(' ');
      const named = words.filter((word) => word.startsWith(EXTERNAL)).map((word) => word.slice(EXTERNAL.length));
      return named.filter((one) => !tree.has(one)).map((one): Problem => ({ path, line, text: `there is no ${one}` }));
    }),
  );
}

function checkEveryFile(tree: Tree): readonly Problem[] {
  return tree.files('**').flatMap((path) =>
    tree.lines(path).flatMap((text, index): readonly Problem[] => {
      const line = index + 1;
      const place = OF_A_MACHINE.exec(text)?.[0];
      const foreign = /[^\t\x20-\x7e]/.exec(text)?.[0];
      return [
        ...(place === undefined ? [] : [{ path, line, text: `${place}... is a path of one machine` }]),
        ...(foreign === undefined ? [] : [{ path, line, text: `"${foreign}" is not ASCII` }]),
      ];
    }),
  );
}

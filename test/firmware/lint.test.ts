/** make firmware-lint: the tree as it is passes, and each fault that somebody could plant is named. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { checkTree } from '../../firmware/lint/check-tree.ts';
import { Tree } from '../../firmware/lint/problem.ts';
import { checkShellScripts, shellScripts } from '../../firmware/lint/shell-scripts.ts';

const FIRMWARE = join(import.meta.dirname, '../../firmware');

/** A copy to spoil: the repository's folder above it, too, because paths of shell scripts are told from there. */
const repository = mkdtempSync(join(tmpdir(), 'firmware-lint-'));
const copy = join(repository, 'firmware');
t.teardown(() => rmSync(repository, { recursive: true }));
cpSync(FIRMWARE, copy, { recursive: true, filter: (path) => path !== join(FIRMWARE, 'build') });

/** What is said while a file has another text. */
function saidWith(path: string, change: (text: string) => string): readonly string[] {
  const file = join(copy, path);
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`${path}: the fault was not planted`);
  writeFileSync(file, after);
  try {
    return checkTree(copy).map((problem) => `${problem.path}:${problem.line ?? ''}: ${problem.text}`);
  } finally {
    writeFileSync(file, before);
  }
}

t.strictSame(checkTree(FIRMWARE), [], 'the tree as it is');

const SYSTEM = 'configs/mahalo_aarch64_defconfig';
const R3S = 'board/nanopi-r3s';

const FAULTS: readonly (readonly [what: string, path: string, change: (text: string) => string, said: RegExp])[] = [
  [
    'an option of Buildroot that is misspelt',
    SYSTEM,
    (text) => text.replace('BR2_PACKAGE_DNSMASQ=y', 'BR2_PACKAGE_DNSMASK=y'),
    /mahalo_aarch64_defconfig:\d+: BR2_PACKAGE_DNSMASK: buildroot has no such option/,
  ],
  [
    'an option of the kernel that is misspelt',
    'board/common/linux/network.fragment',
    (text) => text.replace('CONFIG_IP_VS=y', 'CONFIG_IPVS=y'),
    /network\.fragment:\d+: CONFIG_IPVS: linux has no such option/,
  ],
  [
    'an option of U-Boot that is misspelt, as not set',
    `${R3S}/uboot.fragment`,
    (text) => `${text}# CONFIG_NETT is not set\n`,
    /uboot\.fragment:\d+: CONFIG_NETT: u-boot has no such option/,
  ],
  [
    'an option that is set twice',
    'board/common/busybox/busybox.fragment',
    (text) => `${text}CONFIG_NTPD=y\n`,
    /busybox\.fragment:\d+: CONFIG_NTPD is set twice/,
  ],
  [
    'a line that is no option',
    'board/common/linux/power.fragment',
    (text) => `${text}CONFIG_PM = y\n`,
    /power\.fragment:\d+: no option is written like "CONFIG_PM = y"/,
  ],
  [
    'an option that nobody sets any more',
    'lint/known-options.json',
    (text) => text.replace('"BR2_INIT_NONE"', '"BR2_INIT_NONE", "BR2_INIT_SYSTEMD"'),
    /BR2_INIT_SYSTEMD of buildroot is not used any more/,
  ],
  [
    'an executable that would be stripped',
    SYSTEM,
    (text) => text.replace('BR2_STRIP_EXCLUDE_FILES="mahalo"\n', ''),
    /mahalo_aarch64_defconfig:: BR2_STRIP_EXCLUDE_FILES="mahalo" is missing/,
  ],
  [
    'sources that are built without a hash',
    'configs/mahalo_nanopi_r3s_boot_defconfig',
    (text) => text.replace('BR2_DOWNLOAD_FORCE_CHECK_HASHES=y\n', ''),
    /r3s_boot_defconfig:: BR2_DOWNLOAD_FORCE_CHECK_HASHES=y is missing/,
  ],
  [
    'a boot that a key stops',
    'board/common/uboot/uboot.fragment',
    (text) => text.replace('CONFIG_BOOTDELAY=-2', 'CONFIG_BOOTDELAY=2'),
    /uboot\.fragment:\d+: CONFIG_BOOTDELAY=-2 is missing/,
  ],
  [
    'a kernel without a hash',
    SYSTEM,
    (text) => text.replace(/(KERNEL_CUSTOM_VERSION_VALUE)="(.*)"/, '$1="6.18.999"'),
    /defconfig:\d+: patches\/linux\/linux\.hash has no sha256 of linux-6\.18\.999\.tar\.xz/,
  ],
  [
    'a Buildroot whose options were not asked for',
    'buildroot.json',
    (text) => text.replace(/"version": ".*"/, '"version": "2030.02"'),
    /known-options\.json is Buildroot [\d.]+'s, not 2030\.02's/,
  ],
  [
    'a Buildroot without a checksum',
    'buildroot.json',
    (text) => text.replace(/"sha256": ".*"/, '"sha256": ""'),
    /sha256 is no SHA-256/,
  ],
  [
    'a file that is not there',
    SYSTEM,
    (text) => text.replace('linux/power.fragment', 'linux/powder.fragment'),
    /defconfig:\d+: there is no board\/common\/linux\/powder\.fragment/,
  ],
  [
    'a path of a machine',
    SYSTEM,
    (text) => text.replace('"$(BR2_EXTERNAL_MAHALO_PATH)/patches"', '"/home/me/mahalo/firmware/patches"'),
    /defconfig:\d+: \/home\/m\.\.\. is a path of one machine/,
  ],
  ['a letter that is not ASCII', 'board/README.md', (text) => `${text}\u00fc\n`, /README\.md:\d+: ".*" is not ASCII/],
  [
    'a board with a fact of the wrong kind',
    `${R3S}/board.json`,
    (text) => text.replace('"timeoutSeconds": 20', '"timeoutSeconds": "20"'),
    /board\.json:: watchdog is not as board\/README\.md says/,
  ],
  [
    'a board with a clock that falls',
    `${R3S}/board.json`,
    (text) => text.replace('"megahertz": 1104', '"megahertz": 11040'),
    /board\.json:: power is not as board\/README\.md says/,
  ],
  [
    'a board with a fact that nobody reads',
    `${R3S}/board.json`,
    (text) => text.replace('"uniqueAddresses"', '"color": "black", "uniqueAddresses"'),
    /board\.json:: color is nothing that the appliance role knows/,
  ],
  [
    'a board that does not tell the boot script its watchdog',
    `${R3S}/uboot.env`,
    (text) => text.replace('watchdog_start=', 'watchdog_begin='),
    /uboot\.env:: watchdog_start is missing/,
  ],
  [
    'a board that redefines a part of the boot script',
    `${R3S}/uboot.env`,
    (text) => `${text}state_write=true\n`,
    /uboot\.env:: state_write is set twice/,
  ],
  [
    'a boot script whose words would be joined to one',
    `${R3S}/uboot.env`,
    (text) => text.replace('then \\\n', 'then\\\n'),
    /uboot\.env:\d+: a line that goes on ends in a space and a backslash/,
  ],
  [
    'a device tree that is not built',
    `${R3S}/uboot.env`,
    (text) => text.replace('mahalo-nanopi-r3s.dtb', 'mahalo-nanopi-r4s.dtb'),
    /uboot\.env:: fdtfile is no device tree of this board/,
  ],
  [
    'a slot in another place',
    `${R3S}/genimage.cfg`,
    (text) => text.replace('offset = 144M', 'offset = 145M'),
    /genimage\.cfg:: missing: slotB at 150994944/,
  ],
  [
    'a boot environment in the partition table',
    `${R3S}/genimage.cfg`,
    (text) => text.replace('in-partition-table = false\n\t\timage = "environment.bin"', 'image = "environment.bin"'),
    /genimage\.cfg:: unexpected: environment at 12582912, 0 bytes, in the partition table/,
  ],
  [
    'a boot script that looks elsewhere',
    'board/common/uboot/boot.env',
    (text) => text.replaceAll('6400 20', '6500 20'),
    /boot\.env:: nowhere says "read \$\{state_addr\} 6400 20"/,
  ],
];

for (const [what, path, change, said] of FAULTS) {
  const problems = saidWith(path, change);
  t.ok(
    problems.some((line) => said.test(line)),
    what,
    { problems },
  );
}

const skip = checkShellScripts(new Tree(FIRMWARE)) === undefined && 'shellcheck is not installed';
t.test('shell scripts, whatever they are called', { skip }, (t) => {
  const tree = new Tree(copy);
  t.ok(shellScripts(tree).includes('board/common/post-build.sh'));
  t.ok(shellScripts(tree).includes('board/common/rootfs-overlay/usr/share/udhcpc/mahalo'), 'without an ending');
  writeFileSync(join(copy, 'board/common/faulty'), '#!/bin/sh\ncd $1\n');
  const problems = checkShellScripts(tree) ?? [];
  t.ok(
    problems.some(({ path, text }) => path === 'board/common/faulty' && text.startsWith('SC2086')),
    'a word unquoted',
  );
  t.strictSame(
    problems.filter(({ path }) => path !== 'board/common/faulty'),
    [],
    'the others are all right',
  );
  t.end();
});

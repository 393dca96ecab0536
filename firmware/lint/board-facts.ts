/** The facts of every board have the form that the appliance role takes for granted, and its boot environment is whole. */

import type { Problem, Tree } from './problem.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isFlag: Check = (value) => typeof value === 'boolean';
const isPositive: Check = (value) => typeof value === 'number' && value > 0;
const isName =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string);
const listOf =
  (check: Check, least = 0): Check =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.every(check);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
/** Exactly these keys. */
const record =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) &&
    Object.keys(value).every((key) => key in checks) &&
    Object.entries(checks).every(([key, check]) => check(value[key]));

const isProfile = record({ linkMbit: isPositive, megahertz: isPositive, cores: isPositive });

/** ../board/README.md in the words of a program; src/appliance/board.ts is who reads it. */
const FACTS: Readonly<Record<string, Check>> = {
  id: isName(/^[a-z0-9-]+$/),
  name: isText,
  compatible: listOf(isName(/^[a-z0-9-]+,[a-z0-9.-]+$/), 1),
  ports: listOf(record({ name: isName(/^eth\d$/), label: isText, path: isName(/^platform\/[^ ]*[^/ ]$/) }), 2),
  leds: listOf(record({ id: oneOf('system', 'wan', 'lan'), label: isText, name: isText })),
  watchdog: orNull(record({ device: isName(/^\/dev\/watchdog\d$/), timeoutSeconds: isPositive })),
  resetButton: orNull(record({ label: isText, keyCode: isPositive })),
  console: record({ device: isName(/^tty\w+$/), speed: isPositive }),
  uniqueAddresses: isFlag,
  network: record({ mode: oneOf('two-arm', 'one-arm', 'bridge', 'router') }),
  power: orNull(
    record({
      measured: isFlag,
      errorPercent: isPositive,
      baseWatts: isPositive,
      linkWatts: record({ '10': isPositive, '100': isPositive, '1000': isPositive }),
      coreWatts: (value) =>
        listOf(record({ megahertz: isPositive, watts: isPositive }), 1)(value) &&
        isRising(value as { megahertz: number }[]),
      profiles: record({ eco: isProfile, performance: isProfile }),
      sources: listOf(isText, 1),
    }),
  ),
};

/** What board/common/uboot/boot.env wants a board to say. */
const BOOT_VARIABLES = [
  'devtype',
  'disks',
  'disks_start',
  'state_addr',
  'scriptaddr',
  'pxefile_addr_r',
  'kernel_addr_r',
  'button',
  'watchdog_start',
];

export function checkBoards(tree: Tree): readonly Problem[] {
  const folders = tree.files('board/*/board.json').map((path) => path.split('/')[1] as string);
  const ofBoards = folders.flatMap((board) => [
    ...checkFacts(tree, board),
    ...checkBootVariables(tree, board),
    ...checkBuild(tree, board),
  ]);
  return [...ofBoards, ...tree.files('board/**/*.env').flatMap((path) => checkJoints(tree, path))];
}

/** U-Boot's build joins lines without a trace of the spaces that the second one starts with: `then\` and `if` is `thenif`. */
function checkJoints(tree: Tree, path: string): readonly Problem[] {
  return tree.lines(path).flatMap((text, index) => {
    const isRight = !text.endsWith('\\') || text.startsWith('#') || text.endsWith(' \\');
    return isRight ? [] : [{ path, line: index + 1, text: 'a line that goes on ends in a space and a backslash' }];
  });
}

function checkFacts(tree: Tree, board: string): readonly Problem[] {
  const path = `board/${board}/board.json`;
  const facts: unknown = JSON.parse(tree.text(path));
  if (!isRecord(facts)) return [{ path, text: 'is no object' }];
  const wrong = Object.entries(FACTS).filter(([key, check]) => !check(facts[key]));
  const unknown = Object.keys(facts).filter((key) => !(key in FACTS));
  return [
    ...wrong.map(([key]) => ({ path, text: `${key} is not as board/README.md says` })),
    ...unknown.map((key) => ({ path, text: `${key} is nothing that the appliance role knows` })),
    ...(facts['id'] === board ? [] : [{ path, text: `id is not ${board}` }]),
  ];
}

function checkBootVariables(tree: Tree, board: string): readonly Problem[] {
  const path = `board/${board}/uboot.env`;
  const lines = tree.lines(path);
  const absent = BOOT_VARIABLES.filter((name) => !lines.some((line) => line.startsWith(`${name}=`)));
  const all = [...tree.lines('board/common/uboot/boot.env'), ...lines];
  const names = all.flatMap((line) => /^([A-Za-z_]\w*)=/.exec(line)?.[1] ?? []);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...absent.map((name) => ({ path, text: `${name} is missing` })),
    ...twice.map((name) => ({ path, text: `${name} is set twice` })),
  ];
}

/** Boards that are flashed have a boot build, and a device tree of the name that U-Boot asks for. */
function checkBuild(tree: Tree, board: string): readonly Problem[] {
  if (!tree.has(`board/${board}/genimage.cfg`)) return [];
  const defconfig = `configs/mahalo_${board.replaceAll('-', '_')}_boot_defconfig`;
  const path = `board/${board}/uboot.env`;
  const deviceTree = /^fdtfile=(.*)\.dtb$/m.exec(tree.text(path))?.[1];
  return [
    ...(tree.has(defconfig) ? [] : [{ path: defconfig, text: 'is not there' }]),
    ...(deviceTree !== undefined && tree.has(`board/${board}/dts/${deviceTree}.dts`)
      ? []
      : [{ path, text: 'fdtfile is no device tree of this board' }]),
  ];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRising(values: readonly { readonly megahertz: number }[]): boolean {
  return values.every(({ megahertz }, index) => index === 0 || megahertz > (values[index - 1]?.megahertz ?? 0));
}

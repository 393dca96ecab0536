/** U-Boot, from Debian's source and with Debian's cross compiler: our boot script is its whole environment. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { BOARD, BOARDS } from './places.ts';
import { run } from './run-program.ts';
import { step } from './step.ts';

const CONFIGURATION = 'qemu_arm64_defconfig';
const COMPILER = 'aarch64-linux-gnu-';
const ENVIRONMENT = [join(BOARDS, 'common/uboot/boot.env'), join(BOARD, 'uboot.env')];
const FRAGMENTS = [join(BOARDS, 'common/uboot/uboot.fragment'), join(BOARD, 'uboot.fragment')];
/** Of the sources: what only other processors need, a third of the files. */
const LEFT_OUT = ['*/doc', '*/test/py', '*/arch/arm/mach-*/include/mach/*imx*', '*/arch/*/dts/*.dts'];

/** The file to give to QEMU as its firmware. */
export function buildBootLoader(archive: string): string {
  const ingredients = [
    { text: `${basename(archive)} ${CONFIGURATION}` },
    ...[...ENVIRONMENT, ...FRAGMENTS].map(asPath),
  ];
  const folder = step('u-boot', ingredients, (made) => {
    const source = join(made, 'source');
    run('mkdir', [source]);
    run('tar', ['-xf', archive, '-C', source, '--strip-components=1', ...LEFT_OUT.map((name) => `--exclude=${name}`)]);
    writeFileSync(join(source, 'mahalo.env'), ENVIRONMENT.map((file) => readFileSync(file, 'utf8')).join('\n'));
    const make = (...words: string[]): string => run('make', ['-s', ...words], { directory: source });
    make(CONFIGURATION);
    run('scripts/kconfig/merge_config.sh', ['-m', '.config', ...FRAGMENTS], { directory: source });
    make('olddefconfig');
    checkConfiguration(source);
    make(`-j${availableParallelism()}`, `CROSS_COMPILE=${COMPILER}`, 'u-boot.bin');
    copyFileSync(join(source, 'u-boot.bin'), join(made, 'u-boot.bin'));
    rmSync(source, { recursive: true });
  });
  return join(folder, 'u-boot.bin');
}

function asPath(path: string): { readonly path: string } {
  return { path };
}

/** An option that Kconfig dropped would be missed only on the board. (The fragments also know names of later versions.) */
function checkConfiguration(source: string): void {
  const lines = readFileSync(join(source, '.config'), 'utf8').split('\n');
  const wanted = FRAGMENTS.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  const words = ['-rhoE', '--include=Kconfig*', '^(menu)?config [A-Z0-9_]+'];
  const known = new Set(run('grep', [...words, '.'], { directory: source }).split(/\s+/));
  for (const line of wanted) {
    const off = /^# (CONFIG_\w+) is not set$/.exec(line)?.[1];
    if (off !== undefined && lines.some((one) => one.startsWith(`${off}=`))) throw new Error(`U-Boot: ${off} is set`);
    const on = /^CONFIG_(\w+)=/.exec(line)?.[1];
    if (on !== undefined && known.has(on) && !lines.includes(line)) throw new Error(`U-Boot: dropped ${line}`);
  }
}

/** One build of Buildroot's: the OS image of all boards, or the boot loader of one. */

import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { read, runLogged } from './program.ts';
import type { ShowInfo } from './sbom.ts';

export interface BuildrootPlaces {
  /** Buildroot's own tree. */
  readonly sources: string;
  /** Our external tree. */
  readonly firmware: string;
  /** Where builds, downloads and logs are kept. */
  readonly build: string;
}

/**
 * What a build is made of beside the application and the overlay: Buildroot notices when those change, and does not when
 * these do. So a build lies in a folder that carries their digest, and a changed one starts from nothing.
 */
const INGREDIENTS = [
  'buildroot.json',
  'external.*',
  'Config.in',
  'package/*/*',
  'patches/*/*',
  'board/common/{linux,busybox,uboot}/*',
  'board/*/{uboot.env,uboot.fragment}',
  'board/*/dts/*/*',
];
const DIGEST_LENGTH = 12;

export class BuildrootBuild {
  readonly #places: BuildrootPlaces;
  readonly #defconfig: string;
  readonly #log: string;
  /** Buildroot's O=. */
  readonly output: string;

  /** @param name of the defconfig without `_defconfig`; older builds of that name are deleted */
  constructor(places: BuildrootPlaces, name: string) {
    this.#places = places;
    this.#defconfig = join(places.firmware, 'configs', `${name}_defconfig`);
    const prefix = `${name}-`;
    const folder = prefix + this.#digest();
    this.output = join(places.build, folder);
    this.#log = join(places.build, `${name}.log`);
    const older = readdirSync(places.build).filter((one) => one.startsWith(prefix) && one !== folder);
    for (const one of older) rmSync(join(places.build, one), { recursive: true });
    rmSync(this.#log, { force: true });
  }

  #digest(): string {
    const { firmware } = this.#places;
    const hash = createHash('sha256').update(readFileSync(this.#defconfig));
    for (const path of globSync(INGREDIENTS, { cwd: firmware }).sort()) {
      const file = join(firmware, path);
      if (statSync(file).isFile()) hash.update(`${path}\0`).update(readFileSync(file));
    }
    return hash.digest('hex').slice(0, DIGEST_LENGTH);
  }

  #words(goals: readonly string[]): readonly string[] {
    const { sources, firmware, build } = this.#places;
    const settings = [`O=${this.output}`, `BR2_EXTERNAL=${firmware}`, `BR2_DL_DIR=${join(build, 'downloads')}`];
    return ['-C', sources, ...settings, ...goals];
  }

  make(...goals: readonly string[]): void {
    runLogged('make', this.#words(goals), this.#log);
  }

  /** Writes .config, and makes sure that Buildroot knew every option of ours and could give it. */
  configure(): void {
    if (existsSync(join(this.output, '.config'))) return;
    this.make(`BR2_DEFCONFIG=${this.#defconfig}`, 'defconfig');
    const check = join(this.#places.sources, 'support/scripts/check-dotconfig.py');
    const lost = read('python3', [check, join(this.output, '.config'), this.#defconfig]);
    if (lost.trim() === '') return;
    rmSync(join(this.output, '.config'));
    throw new Error(lost.trim());
  }

  /** What it was made of, as `make show-info` tells. */
  packages(): ShowInfo {
    return JSON.parse(read('make', ['--silent', '--no-print-directory', ...this.#words(['show-info'])])) as ShowInfo;
  }

  /** A file it made for us. */
  image(name: string): string {
    const path = join(this.output, 'images', name);
    if (!existsSync(path)) throw new Error(`Buildroot made no ${name}; see ${this.#log}`);
    return path;
  }

  /** A program it made for the machine that builds. */
  hostProgram(name: string): string {
    return join(this.output, 'host/bin', name);
  }
}

/** A CONFIG medium of a unit: looked for at start and whenever the kernel makes a device. */

import { execFile } from 'node:child_process';
import { createReadStream, existsSync, type FSWatcher, readFileSync, watch } from 'node:fs';
import { ConfigMedium } from '../appliance/configuration/config-medium.ts';
import { type MediumText, takeIn } from '../appliance/configuration/medium-intake.ts';
import type { AppliancePaths } from '../appliance/paths.ts';
import { readApplianceSettings } from '../appliance/settings/settings.ts';
import type { UpdateService } from '../appliance/update/update-service.ts';
import { ownCommand } from '../sys/own-program.ts';

/** From the first device of a medium to its last partition. */
const SETTLE_MS = 500;
const CHECK_MS = 60_000;

export interface UnitMediumSettings {
  readonly paths: AppliancePaths;
  readonly ports: readonly string[];
  /** Undefined: updates cannot be taken. */
  readonly updates: UpdateService | undefined;
  /** Restarts the unit; into the update, if there is one. */
  restart(reason: string, update: boolean): void;
  tell(text: string): void;
}

export class UnitMedium {
  readonly #settings: UnitMediumSettings;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(settings: UnitMediumSettings) {
    this.#settings = settings;
  }

  start(): void {
    const { paths, tell } = this.#settings;
    try {
      // The kernel itself makes the files in /dev, so this tells of every new device, and costs nothing at rest.
      this.#watcher = watch(paths.dev, () => this.#lookSoon());
      this.#watcher.on('error', (error) => tell(`new media are not seen: ${error.message}`));
    } catch (error) {
      tell(`new media are not seen: ${(error as Error).message}`);
    }
    this.#lookSoon();
  }

  stop(): void {
    this.#watcher?.close();
    clearTimeout(this.#timer);
  }

  #lookSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#look().catch((error: Error) => this.#settings.tell(`the CONFIG medium: ${error.message}`));
    }, SETTLE_MS);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const { paths, restart, tell } = this.#settings;
    try {
      const medium = ConfigMedium.open(paths);
      if (medium === undefined) return;
      try {
        const { lines, texts, update } = await this.#takeIn(medium);
        for (const line of lines) tell(`CONFIG medium: ${line}`);
        if (lines.length === 0) return;
        const more = texts || update ? ['The unit restarts with it.'] : [];
        this.#log(medium, [...lines, ...more]);
        if (texts || update) restart('a CONFIG medium was taken over', update);
      } finally {
        medium.close();
      }
    } finally {
      this.#looking = false;
    }
  }

  #takeIn({ directory }: ConfigMedium): ReturnType<typeof takeIn> {
    const { paths, updates } = this.#settings;
    return takeIn({
      directory,
      data: paths.data,
      check: (name, path) => this.#check(name, path),
      async update(path) {
        if (updates === undefined) throw new Error('this machine was not started from slots');
        // Nobody could remember that it was tried: the unit would start it again and again.
        if (existsSync(paths.dataDamaged)) throw new Error('the data partition is damaged: not from a medium now');
        await updates.receive(createReadStream(path));
      },
    });
  }

  #log(medium: ConfigMedium, lines: readonly string[]): void {
    const time = new Date().toISOString();
    try {
      medium.log(lines.map((line) => `${time}  ${line}`));
    } catch (error) {
      this.#settings.tell(`nothing could be written to the CONFIG medium: ${(error as Error).message}`);
    }
  }

  async #check(name: MediumText, path: string): Promise<string | undefined> {
    switch (name) {
      case 'appliance.json': {
        const { issues } = readApplianceSettings(JSON.parse(readFileSync(path, 'utf8')), this.#settings.ports);
        return issues.length === 0 ? undefined : issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
      }
      case 'haproxy.cfg':
        return await complaint(ownCommand('proxy', '-c', '-f', path));
      case 'keepalived.conf':
        return await complaint(ownCommand('vrrp', '-t', '-f', path));
    }
  }
}

/** What a program says that does not like its file. */
function complaint([program, ...words]: readonly [string, ...string[]]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, words, { timeout: CHECK_MS }, (error, output, errors) => {
      const said = `${errors}${output}`
        .split('\n')
        .filter((line) => line.trim() !== '' && !line.startsWith('[NOTICE]'));
      resolve(error === null ? undefined : said.slice(0, 3).join(' / ') || error.message);
    });
  });
}

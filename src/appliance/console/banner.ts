/**
 * The banner of the console, printed anew when it changes. Somebody who types at the console follows it over the control
 * socket and prints it around what he types; only while nobody does it is written to the console itself.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../../sys/atomic-file.ts';
import type { AppliancePaths } from '../paths.ts';
import { type BannerFacts, bannerText } from './banner-text.ts';

const HINT = 'Press Enter for a prompt.\n';

export class Banner {
  readonly #paths: AppliancePaths;
  readonly #facts: () => BannerFacts;
  readonly #tell: (text: string) => void;
  readonly #followers = new Set<(text: string) => void>();
  #shown = '';

  constructor(paths: AppliancePaths, facts: () => BannerFacts, tell: (text: string) => void) {
    this.#paths = paths;
    this.#facts = facts;
    this.#tell = tell;
  }

  get text(): string {
    return bannerText(this.#facts());
  }

  /** Looks whether there is something new to say. */
  refresh(): void {
    const { text } = this;
    if (text === this.#shown) return;
    this.#shown = text;
    for (const follower of this.#followers) follower(text);
    if (this.#followers.size > 0) return;
    for (const path of this.#consoles()) {
      // "r+": a console that is not there must not become a file. A line discipline adds carriage returns.
      writeFile(path, text + HINT, { flag: 'r+' }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') this.#tell(`the console: ${error.message}`);
      });
    }
  }

  /** Calls with every new text. @returns what ends that */
  follow(onText: (text: string) => void): () => void {
    this.#followers.add(onText);
    return () => void this.#followers.delete(onText);
  }

  /** All that the kernel's own messages go to: serial line and screen. */
  #consoles(): readonly string[] {
    const { sys, dev } = this.#paths;
    const active = readIfThere(join(sys, 'class/tty/console/active'))?.toString('latin1').trim() ?? '';
    return (active === '' ? ['console'] : active.split(' ')).map((name) => join(dev, name));
  }
}

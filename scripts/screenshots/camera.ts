/** How pages are looked at, and pictures of them. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Look, Visitor } from '../../test/browser/visitor.ts';

/** What arrives over the WebSocket a second later belongs to the picture, too. */
const SETTLE_MS = 1_500;
/** A log is long; its first lines tell enough. */
const MOST_HEIGHT = 2_400;

const DESKTOP = { width: 1280, height: 800 };
export const LOOKS: Readonly<Record<string, Look>> = {
  light: { colorScheme: 'light', viewport: DESKTOP },
  dark: { colorScheme: 'dark', viewport: DESKTOP },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

/** For README.md: narrow enough to be read where it is shown at half its size. */
const PAGE = { width: 1120, height: 680 };
export const README_LOOKS = {
  light: { colorScheme: 'light', viewport: PAGE },
  dark: { colorScheme: 'dark', viewport: PAGE },
} as const;

export const settle = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Camera {
  readonly #directory: string;
  readonly #only: string;

  /** @param only pictures whose name contains it */
  constructor(directory: string, only = '') {
    this.#directory = directory;
    this.#only = only;
    mkdirSync(directory, { recursive: true });
  }

  wants(name: string): boolean {
    return name.includes(this.#only);
  }

  /** The whole page, as on a screen that is high enough: the navigation goes down to its end. */
  async takeWhole({ page }: Visitor, name: string): Promise<void> {
    const size = page.viewportSize() ?? DESKTOP;
    await settle(SETTLE_MS);
    const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
    await page.setViewportSize({ ...size, height: Math.min(MOST_HEIGHT, Math.max(size.height, height)) });
    await this.#save(page, name);
    await page.setViewportSize(size);
  }

  /** What the screen shows. */
  async take({ page }: Visitor, name: string): Promise<void> {
    await settle(SETTLE_MS);
    await this.#save(page, name);
  }

  async #save(page: Visitor['page'], name: string): Promise<void> {
    if (!this.wants(name)) return;
    await page.screenshot({ path: join(this.#directory, `${name}.png`) });
    process.stdout.write(`${name}.png\n`);
  }
}

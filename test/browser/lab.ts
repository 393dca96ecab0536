/** Chromium and a unit together, for the tests of this folder; everything ends with the test. */

import type { Browser } from 'playwright-core';
import type { Test } from 'tap';
import { startChromium } from './chromium.ts';
import { DemoUnit } from './demo-unit.ts';
import { type Look, Visitor } from './visitor.ts';

/** Chromium on a slow machine, and on one that does other things as well. */
const FILE_MS = 600_000;

/** Of a screen, when a test failed. */
const MOST_CHARACTERS = 3000;

export class BrowserLab {
  readonly unit: DemoUnit;
  readonly #chromium: Browser;
  readonly #visitors: Visitor[] = [];

  private constructor(unit: DemoUnit, chromium: Browser) {
    this.unit = unit;
    this.#chromium = chromium;
  }

  /** @param words more options of `mahalo admin` */
  static async open(t: Test, ...words: readonly string[]): Promise<BrowserLab> {
    t.setTimeout(FILE_MS);
    const [unit, chromium] = await Promise.all([DemoUnit.open(...words), startChromium()]);
    const lab = new BrowserLab(unit, chromium);
    t.teardown(async () => {
      if (!t.passing()) await lab.#tellScreens(t);
      await chromium.close();
      await unit.close();
    });
    return lab;
  }

  /** Somebody new in front of the pages: a browser without cookies. */
  async visitor(look: Look = {}, unit = this.unit): Promise<Visitor> {
    const visitor = await Visitor.come(this.#chromium, unit.origin, look);
    this.#visitors.push(visitor);
    return visitor;
  }

  /** What was on the screens when a test failed. */
  async #tellScreens(t: Test): Promise<void> {
    for (const { page } of this.#visitors) {
      if (page.isClosed()) continue;
      const text = await page.locator('body').textContent();
      t.comment(`${page.url()} shows: ${text?.slice(0, MOST_CHARACTERS)}`);
    }
    t.comment(`the console of the unit: ${this.unit.admin.output}${this.unit.admin.errors}`);
  }

  /** No page complained about anything, whoever looked at it. */
  assertNoFaults(t: Test): void {
    t.same(
      this.#visitors.flatMap(({ faults }) => faults),
      [],
      'no errors on the console, no violations of the content security policy',
    );
  }
}

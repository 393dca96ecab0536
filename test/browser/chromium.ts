/** Debian's chromium without a window, for tests and screenshots. */

import { type Browser, chromium } from 'playwright-core';
import { findProgram } from '../find-program.ts';

/** A busy machine starts it slowly. */
const START_MS = 90_000;

export const CHROMIUM = findProgram('chromium');
/** For `t.skip`: CI has it (.ci/run, peers). */
export const CHROMIUM_IS_MISSING = 'chromium is not installed';

export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM ?? '',
    timeout: START_MS,
    args: [
      // Its sandbox wants user namespaces, which root in a container does not have; only our own pages are opened.
      '--no-sandbox',
      // Where /dev/shm is small (containers).
      '--disable-dev-shm-usage',
      '--disable-gpu',
    ],
  });
}

/**
 * `make screenshots`: every page of a unit with some life in it, in light, dark and on a phone, as PNG in ./screenshots
 * (not kept in the repository). To be looked at by people; browser tests check what machines can check.
 *
 *     --only TEXT    only pages whose path contains it
 */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { CHROMIUM, CHROMIUM_IS_MISSING, startChromium } from '../test/browser/chromium.ts';
import { reachablePages } from '../test/browser/crawl.ts';
import { DemoUnit } from '../test/browser/demo-unit.ts';
import { type Look, Visitor } from '../test/browser/visitor.ts';

/** So long figures are gathered before the first picture, so that curves have a shape. */
const LIVE_MS = 20_000;
/** What arrives over the WebSocket a second later belongs to the picture, too. */
const SETTLE_MS = 1_500;

const LOOKS: Readonly<Record<string, Look>> = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

const output = join(import.meta.dirname, '../screenshots');
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });

const settle = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** `/services/backend/app` -> `services-backend-app` */
function nameOf(path: string): string {
  return path === '/' ? 'overview' : path.slice(1).replaceAll(/[^A-Za-z0-9_.]+/g, '-');
}

async function picture(visitor: Visitor, name: string): Promise<void> {
  await settle(SETTLE_MS);
  await visitor.page.screenshot({ path: join(output, `${name}.png`), fullPage: true });
  process.stdout.write(`${name}.png\n`);
}

/** A page for whoever comes without a session. */
async function entrancePictures(chromium: Browser, unit: DemoUnit, page: string): Promise<void> {
  for (const [look, options] of Object.entries(LOOKS)) {
    const visitor = await Visitor.come(chromium, unit.origin, options);
    await visitor.show('/');
    await picture(visitor, `${page}-${look}`);
    await visitor.leave();
  }
}

async function takePictures(chromium: Browser, unit: DemoUnit): Promise<void> {
  if ('claim'.includes(values.only)) await entrancePictures(chromium, unit, 'claim');
  await unit.claim();
  if ('login'.includes(values.only)) await entrancePictures(chromium, unit, 'login');
  await unit.addPeople();
  await unit.apply(unit.text().replace('    server spare', '    # server spare'), 'the first one');
  await unit.apply(unit.text(), 'a spare server for the static files');
  unit.startTraffic();
  await settle(LIVE_MS);
  let paths: readonly string[] | undefined;
  for (const [look, options] of Object.entries(LOOKS)) {
    const visitor = await Visitor.come(chromium, unit.origin, options);
    await visitor.logIn('owner');
    paths ??= await reachablePages(visitor);
    for (const path of paths.filter((one) => one.includes(values.only))) {
      await visitor.show(path);
      await picture(visitor, `${nameOf(path)}-${look}`);
    }
    for (const fault of visitor.faults) process.stdout.write(`a page complains: ${fault}\n`);
    await visitor.leave();
  }
}

async function main(): Promise<number> {
  if (CHROMIUM === null) {
    process.stderr.write(`${CHROMIUM_IS_MISSING}\n`);
    return 1;
  }
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output);
  const chromium = await startChromium();
  const unit = await DemoUnit.open();
  try {
    await takePictures(chromium, unit);
    return 0;
  } finally {
    await chromium.close();
    await unit.close();
  }
}

process.exitCode = await main();

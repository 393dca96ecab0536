/**
 * `make screenshots`: every page of a unit with some life in it, in light, dark and on a phone, as PNG in ./screenshots
 * (not kept in the repository). To be looked at by people; browser tests check what machines can check.
 *
 *     --only TEXT    only pictures whose name contains it (`moment-`: what comes when somebody does something)
 *     --readme       the four that README.md shows, into docs/screenshots
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { CHROMIUM, CHROMIUM_IS_MISSING, startChromium } from '../test/browser/chromium.ts';
import { reachablePages } from '../test/browser/crawl.ts';
import { DemoUnit } from '../test/browser/demo-unit.ts';
import { Visitor } from '../test/browser/visitor.ts';
import { Camera, LOOKS, README_LOOKS, settle } from './screenshots/camera.ts';
import { edit, takeMoments } from './screenshots/moments.ts';
import { pairMissing, takePair } from './screenshots/pair.ts';

/** So long figures are gathered before the first picture, so that curves have a shape. */
const LIVE_MS = 20_000;

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, readme: { type: 'boolean', default: false } },
});

/** `/services/backend/app` -> `services-backend-app` */
function nameOf(path: string): string {
  return path === '/' ? 'overview' : path.slice(1).replaceAll(/[^A-Za-z0-9_.]+/g, '-');
}

/** A page for whoever comes without a session. */
async function takeEntrance(camera: Camera, chromium: Browser, unit: DemoUnit, page: string): Promise<void> {
  for (const [look, options] of Object.entries(LOOKS)) {
    if (!camera.wants(`${page}-${look}`)) continue;
    const visitor = await Visitor.come(chromium, unit.origin, options);
    await visitor.show('/');
    await camera.takeWhole(visitor, `${page}-${look}`);
    await visitor.leave();
  }
}

/** Two revisions, people, traffic. */
async function liven(unit: DemoUnit): Promise<void> {
  await unit.addPeople();
  await unit.apply(unit.text().replace('    server spare', '    # server spare'), 'the first one');
  await unit.apply(unit.text(), 'a spare server for the static files');
  unit.startTraffic();
  await settle(LIVE_MS);
}

async function takeAll(camera: Camera, chromium: Browser, unit: DemoUnit): Promise<void> {
  await takeEntrance(camera, chromium, unit, 'claim');
  await unit.claim();
  await takeEntrance(camera, chromium, unit, 'login');
  await liven(unit);
  let paths: readonly string[] | undefined;
  for (const [look, options] of Object.entries(LOOKS)) {
    const visitor = await Visitor.come(chromium, unit.origin, options);
    await visitor.logIn('owner');
    paths ??= await reachablePages(visitor);
    for (const path of paths.filter((one) => camera.wants(`${nameOf(one)}-${look}`))) {
      await visitor.show(path);
      await camera.takeWhole(visitor, `${nameOf(path)}-${look}`);
    }
    await takeMoments(camera, visitor, unit, look);
    for (const fault of visitor.faults) process.stdout.write(`a page complains: ${fault}\n`);
    await visitor.leave();
  }
}

/** Overview, map, and the difference before an apply. */
async function takeForReadme(camera: Camera, chromium: Browser, unit: DemoUnit): Promise<void> {
  await unit.claim();
  await liven(unit);
  const light = await Visitor.come(chromium, unit.origin, README_LOOKS.light);
  await light.logIn('owner');
  await light.show('/');
  await camera.takeWhole(light, 'overview');
  const dark = await Visitor.come(chromium, unit.origin, README_LOOKS.dark);
  await dark.logIn('owner');
  await dark.show('/topology');
  await camera.takeWhole(dark, 'map');
  await light.show('/configuration');
  await edit(light, unit, async (what) => {
    if (what === 'review') await camera.takeWhole(light, what);
  });
}

async function withUnit(work: (unit: DemoUnit) => Promise<void>): Promise<void> {
  // A shell of root is refused unless somebody asks for it.
  const unit = await DemoUnit.open(...(process.getuid?.() === 0 ? ['--terminal-user', 'nobody'] : []));
  try {
    await work(unit);
  } finally {
    await unit.close();
  }
}

async function main(): Promise<number> {
  const missing = CHROMIUM === null ? CHROMIUM_IS_MISSING : values.readme && pairMissing();
  if (missing) {
    process.stderr.write(`${missing}\n`);
    return 1;
  }
  const chromium = await startChromium();
  try {
    if (values.readme) {
      const camera = new Camera(join(root, 'docs/screenshots'));
      await withUnit((unit) => takeForReadme(camera, chromium, unit));
      await takePair(camera, chromium, { pair: README_LOOKS.dark });
    } else {
      const output = join(root, 'screenshots');
      rmSync(output, { recursive: true, force: true });
      const camera = new Camera(output, values.only);
      await withUnit((unit) => takeAll(camera, chromium, unit));
      if (pairMissing()) process.stdout.write(`no pictures of two units: ${pairMissing()}\n`);
      else if (camera.wants('pair-')) {
        const looks = Object.entries(LOOKS).map(([name, look]) => [`pair-${name}`, look] as const);
        await takePair(camera, chromium, Object.fromEntries(looks));
      }
    }
    return 0;
  } finally {
    await chromium.close();
  }
}

process.exitCode = await main();

/** What runs, as the build named it: /etc/mahalo-release. */

import { readFileSync } from 'node:fs';
import type { Release } from './boot/boot-state.ts';

/** @param otherwise the version of a program that no image was built around */
export function readRelease(path: string, otherwise: string): Release {
  try {
    const { version, build } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Release>;
    return { version: version ?? otherwise, build: build ?? '' };
  } catch {
    return { version: otherwise, build: '' }; // a machine that is not a device
  }
}

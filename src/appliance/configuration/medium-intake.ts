/**
 * What a CONFIG medium brings, looked at before any of it is used: each file is checked, and what is good is laid aside on
 * the data partition (`medium/`), to be put in place by the next start, before anything reads it. What was seen once is
 * not looked at again (`medium-seen.json` holds digests): the medium may stay where it is.
 *
 * Whoever can plug in a medium can as well take the card out: no claim is asked for. An update must be signed all the same.
 */

import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { readIfThere, writeAtomically } from '../../sys/atomic-file.ts';
import { flush } from './copy-tree.ts';

/** The names of the texts. */
export const MEDIUM_TEXTS = ['appliance.json', 'haproxy.cfg', 'keepalived.conf'] as const;
export type MediumText = (typeof MEDIUM_TEXTS)[number];

const LONGEST_TEXT = 1024 * 1024;
/** Of an update: its signed list of contents stands there. */
const UPDATE_HEAD = 64 * 1024;

export interface IntakeSettings {
  /** What stands on the medium. */
  readonly directory: string;
  /** The state's directory. */
  readonly data: string;
  /** Undefined: it can be used. */
  check(name: MediumText, path: string): Promise<string | undefined>;
  /** Resolves when the update is ready to be started; rejects with why not. */
  update(path: string): Promise<void>;
}

export interface Intake {
  /** One for each file that was new, in words. */
  readonly lines: readonly string[];
  /** Texts lie ready for the next start. */
  readonly texts: boolean;
  /** An update is ready to be started. */
  readonly update: boolean;
}

export async function takeIn(settings: IntakeSettings): Promise<Intake> {
  const { directory, data } = settings;
  const seen = readSeen(data);
  const news = newFiles(directory, seen);
  const lines: string[] = [];
  const good: string[] = [];
  let update = false;
  for (const { name, digest } of news) {
    const path = join(directory, name);
    const isUpdate = name.endsWith('.update');
    try {
      if (isUpdate) await settings.update(path);
      else await refuseBad(settings, name as MediumText, path);
      update ||= isUpdate;
      if (!isUpdate) good.push(name);
      lines.push(`${name}: taken over`);
    } catch (error) {
      lines.push(`${name}: refused: ${(error as Error).message}`);
    }
    seen[name] = digest;
  }
  if (good.length > 0) layAside(directory, data, good);
  if (news.length > 0) writeAtomically(seenPath(data), `${JSON.stringify(seen)}\n`);
  return { lines, texts: good.length > 0, update };
}

async function refuseBad(settings: IntakeSettings, name: MediumText, path: string): Promise<void> {
  if (statSync(path).size > LONGEST_TEXT) throw new Error(`it is longer than ${LONGEST_TEXT} bytes`);
  const why = await settings.check(name, path);
  if (why !== undefined) throw new Error(why);
}

interface NewFile {
  readonly name: string;
  readonly digest: string;
}

/** Texts first: an update restarts the unit. */
function newFiles(directory: string, seen: Readonly<Record<string, string>>): readonly NewFile[] {
  const updates = readdirSync(directory).filter((name) => name.endsWith('.update') && !name.startsWith('.'));
  return [...MEDIUM_TEXTS, ...updates.sort()].flatMap((name) => {
    const path = join(directory, name);
    if (!existsSync(path)) return [];
    const digest = digestOf(path, name.endsWith('.update') ? UPDATE_HEAD : LONGEST_TEXT);
    return seen[name] === digest ? [] : [{ name, digest }];
  });
}

/** Of the size and the beginning. */
function digestOf(path: string, most: number): string {
  const { size } = statSync(path);
  const bytes = Buffer.alloc(Math.min(size, most));
  const fd = openSync(path, 'r');
  try {
    const length = readSync(fd, bytes, 0, bytes.length, 0);
    return createHash('sha256').update(`${size}\n`).update(bytes.subarray(0, length)).digest('hex');
  } finally {
    closeSync(fd);
  }
}

function layAside(directory: string, data: string, names: readonly string[]): void {
  const place = laidAside(data);
  rmSync(`${place}.new`, { recursive: true, force: true });
  mkdirSync(`${place}.new`, { mode: 0o700 });
  for (const name of names) writeAtomically(join(`${place}.new`, name), readIfThere(join(directory, name)) ?? '');
  rmSync(place, { recursive: true, force: true });
  renameSync(`${place}.new`, place);
  flush(data);
}

/** Where the next start finds the texts; not there when there are none. */
export function laidAside(data: string): string {
  return join(data, 'medium');
}

function seenPath(data: string): string {
  return join(data, 'medium-seen.json');
}

function readSeen(data: string): Record<string, string> {
  try {
    return JSON.parse(readIfThere(seenPath(data))?.toString('utf8') ?? '{}') as Record<string, string>;
  } catch {
    return {}; // looked at once more
  }
}

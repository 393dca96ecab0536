/**
 * The form of what is kept on the data partition has one number, the `version` of appliance.json; admin's state belongs
 * to it. A build knows its number, and how to come to it from the one before:
 *
 *   older on disk   all of it is copied to before-<ours>/, then changed step by step; appliance.json is written last
 *   newer on disk   an older build is back (U-Boot fell back, or somebody switched): what stands in before-<ours + 1>/ is
 *                   what we left when the newer build took over. It is put in place again; what the newer one made of
 *                   it is kept in newer/, and gone with the next return
 *
 * So the older build needs to know nothing of the newer one but its number. Each step may be the last before a power cut:
 * appliance.json still has the old number then, and the next start does the rest.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../../sys/atomic-file.ts';
import { copyTree, flush } from './copy-tree.ts';

export type StateDocument = Readonly<Record<string, unknown>>;

export interface StateFormat {
  /** What this build reads and writes. */
  readonly number: number;
  /** By the number they lead to. `directory` is the state: admin's files may be changed there, again and again. */
  readonly steps: ReadonlyMap<number, (document: StateDocument, directory: string) => StateDocument>;
}

/** What was done; `newer`: nothing could be, a newer build wrote it and there is no copy of ours. */
export type StateOutcome = 'as-it-was' | 'migrated' | 'returned' | 'newer';

const SETTINGS = 'appliance.json';
/** Of a write that the power did not let come to its end (sys/atomic-file.ts). */
const UNFINISHED = /^appliance\.json\.[0-9a-f]{12}\.new$/;
const ADMIN = 'admin';
const NEWER = 'newer';
/** A return that is under way: whole as soon as it has this name. */
const RETURNING = 'returning';
/** A copy that was taken back: the next step forward makes a new one. */
const OUTDATED = 'outdated';

/** Before anything reads the state. Throws when the medium cannot be written. @param data the state's directory */
export function prepareState(data: string, format: StateFormat): StateOutcome {
  const document = readDocument(join(data, SETTINGS));
  const number = document?.['version'];
  rmSync(join(data, OUTDATED), { recursive: true, force: true });
  for (const name of readdirSync(data)) if (UNFINISHED.test(name)) rmSync(join(data, name));
  // A newer build has begun, and did not come to its end: what it changed is not ours.
  const begun = number === format.number && existsSync(join(data, copyName(format.number + 1)));
  if (document === undefined || typeof number !== 'number' || (number === format.number && !begun)) {
    rmSync(join(data, RETURNING), { recursive: true, force: true });
    return 'as-it-was';
  }
  if (begun || number > format.number) return returnTo(data, format.number);
  migrate(data, document, number, format);
  return 'migrated';
}

/** Undefined: not there, or no JSON object; whoever reads it in earnest says so. */
function readDocument(path: string): StateDocument | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as StateDocument) : undefined;
  } catch {
    return undefined;
  }
}

function copyName(number: number): string {
  return `before-${number}`;
}

function migrate(data: string, document: StateDocument, from: number, { number, steps }: StateFormat): void {
  const copy = join(data, copyName(number));
  if (!existsSync(copy)) {
    const partial = `${copy}.new`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { mode: 0o700 });
    copyState(data, partial);
    renameSync(partial, copy);
    flush(data);
  }
  let changed = document;
  for (let next = from + 1; next <= number; next++) {
    const step = steps.get(next);
    if (step === undefined) throw new Error(`no way leads from format ${next - 1} of the state to ${next}`);
    changed = { ...step(changed, data), version: next };
  }
  writeAtomically(join(data, SETTINGS), `${JSON.stringify(changed, undefined, 1)}\n`);
  // One step back is kept, and no more.
  for (const name of readdirSync(data)) {
    const older = /^before-(\d+)$/.exec(name)?.[1];
    if (older !== undefined && Number(older) !== number) rmSync(join(data, name), { recursive: true });
  }
}

function copyState(from: string, to: string): void {
  if (existsSync(join(from, ADMIN))) copyTree(join(from, ADMIN), join(to, ADMIN));
  writeAtomically(join(to, SETTINGS), readFileSync(join(from, SETTINGS)));
}

function returnTo(data: string, number: number): StateOutcome {
  const [copy, returning, newer] = [copyName(number + 1), RETURNING, NEWER].map((name) => join(data, name)) as [
    string,
    string,
    string,
  ];
  if (!existsSync(returning)) {
    if (!existsSync(copy)) return 'newer';
    for (const old of [newer, `${returning}.new`]) rmSync(old, { recursive: true, force: true });
    mkdirSync(`${returning}.new`, { mode: 0o700 });
    mkdirSync(newer, { mode: 0o700 });
    copyState(copy, `${returning}.new`);
    renameSync(`${returning}.new`, returning);
    flush(data);
  }
  const admin = join(data, ADMIN);
  // Gone from there: it is in place already.
  if (existsSync(join(returning, ADMIN))) {
    if (existsSync(admin)) renameSync(admin, join(newer, ADMIN));
    renameSync(join(returning, ADMIN), admin);
    flush(data);
  }
  const left = readFileSync(join(data, SETTINGS));
  writeAtomically(join(data, SETTINGS), readFileSync(join(returning, SETTINGS)));
  writeFileSync(join(newer, SETTINGS), left);
  renameSync(copy, join(data, OUTDATED));
  flush(data);
  for (const done of [join(data, OUTDATED), returning]) rmSync(done, { recursive: true });
  return 'returned';
}

/**
 * A step of the build: a folder that is made once for what went into it. Its name carries a digest of that, so an image
 * of yesterday's sources is never taken for today's, and what did not change costs nothing.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BUILD } from './places.ts';

/** A text, or a file or folder by its path. */
export type Ingredient = { readonly text: string } | { readonly path: string };

const DIGEST_LENGTH = 12;

/**
 * The step's folder, made by `make` (which gets an empty one) unless it is there already. Older ones of the same step are
 * deleted. A `make` that throws leaves nothing.
 */
export function step(name: string, ingredients: readonly Ingredient[], make: (folder: string) => void): string {
  const digest = digestOf(ingredients).slice(0, DIGEST_LENGTH);
  const folder = join(BUILD, `${name}-${digest}`);
  if (existsSync(folder)) return folder;
  const startMs = performance.now();
  mkdirSync(BUILD, { recursive: true });
  for (const old of readdirSync(BUILD)) {
    if (old.startsWith(`${name}-`)) rmSync(join(BUILD, old), { recursive: true, force: true });
  }
  const unfinished = `${folder}.unfinished`;
  mkdirSync(unfinished);
  make(unfinished);
  renameSync(unfinished, folder);
  console.log(`${((performance.now() - startMs) / 1000).toFixed(1).padStart(7)} s  ${name}`);
  return folder;
}

export function digestOf(ingredients: readonly Ingredient[]): string {
  const hash = createHash('sha256');
  for (const ingredient of ingredients) {
    if ('text' in ingredient) hash.update(`${ingredient.text}\0`);
    else addPath(hash, ingredient.path);
  }
  return hash.digest('hex');
}

function addPath(hash: ReturnType<typeof createHash>, path: string): void {
  const stat = statSync(path);
  hash.update(`${basename(path)}\0${stat.mode & 0o777}\0`);
  if (!stat.isDirectory()) {
    hash.update(readFileSync(path));
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = join(path, entry.name);
    if (entry.isSymbolicLink()) hash.update(`${entry.name}\0${readlinkSync(inside)}\0`);
    else addPath(hash, inside);
  }
}

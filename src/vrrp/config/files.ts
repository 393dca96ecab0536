/**
 * The files a configuration is read from: paths with wildcards as glob(3) with GLOB_BRACE expands them. What touches the
 * disk is a port, so that tests and editors can hand in text.
 */

import { accessSync, constants, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface ConfigurationFiles {
  /** Throws what node:fs throws. */
  read(path: string): string;
  /** Why a path cannot be included (`is a directory` ...), undefined when it can. */
  problem(path: string): string | undefined;
  exists(path: string): boolean;
  /** Names in a directory, undefined when there is none. */
  list(directory: string): readonly string[] | undefined;
}

export const DISK: ConfigurationFiles = {
  read: (path) => readFileSync(path, 'utf8'),
  problem(path) {
    try {
      const status = statSync(path);
      if (status.isDirectory()) return 'is a directory';
      if (!status.isFile() || (status.mode & 0o111) !== 0) return 'is not a regular non-executable file';
      accessSync(path, constants.R_OK);
      return undefined;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'cannot be read' : 'does not exist';
    }
  },
  exists(path) {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  },
  list(directory) {
    try {
      return readdirSync(directory === '' ? '.' : directory);
    } catch {
      return undefined;
    }
  },
};

/** A single text under one name, everything else does not exist: for tests and editors. */
export function textFiles(texts: Readonly<Record<string, string>>): ConfigurationFiles {
  return {
    read: (path) => texts[path] ?? '',
    problem: (path) => (path in texts ? undefined : 'does not exist'),
    exists: (path) => path in texts,
    list(directory) {
      const prefix = directory === '' ? '' : `${directory}/`;
      const inside = Object.keys(texts).filter((path) => path.startsWith(prefix));
      return inside.length === 0 ? undefined : inside.map((path) => path.slice(prefix.length).split('/')[0] ?? '');
    },
  };
}

/** The alternatives of the first outermost `{a,b}`, each expanded further. */
export function expandBraces(pattern: string, budget = 1000): string[] {
  let start = -1;
  let depth = 0;
  let commas: number[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') at++;
    else if (character === '{') {
      if (depth++ === 0) {
        start = at;
        commas = [];
      }
    } else if (character === ',' && depth === 1) commas.push(at);
    else if (character === '}' && depth > 0 && --depth === 0) {
      const edges = [start, ...commas, at];
      const results: string[] = [];
      for (let index = 0; index + 1 < edges.length && results.length < budget; index++) {
        const middle = pattern.slice(edges[index]! + 1, edges[index + 1]);
        results.push(
          ...expandBraces(pattern.slice(0, start) + middle + pattern.slice(at + 1), budget - results.length),
        );
      }
      return results;
    }
  }
  return [pattern];
}

const WILD = /[*?[]/;

function matcher(name: string): RegExp {
  let source = '';
  for (let at = 0; at < name.length; at++) {
    const character = name[at]!;
    const end = character === '[' ? name.indexOf(']', at + 2) : -1;
    if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (end > 0) {
      const inside = name
        .slice(at + 1, end)
        .replace(/\\/g, '\\\\')
        .replace(/^!/, '^')
        .replace(/[[]/g, '\\[');
      source += `[${inside}]`;
      at = end;
    } else if (character === '\\' && at + 1 < name.length) source += escapeCharacter(name[++at]!);
    else source += escapeCharacter(character);
  }
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    // A range the wrong way round (`[z-a]`) matches nothing.
    return /^(?!)/;
  }
}

function escapeCharacter(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}

export interface Matches {
  readonly paths: readonly string[];
  /** A name without wildcards was not there. */
  readonly missing: boolean;
  readonly wild: boolean;
}

function matchOne(files: ConfigurationFiles, pattern: string): Matches {
  if (!WILD.test(pattern)) {
    const there = files.exists(pattern);
    return { paths: there ? [pattern] : [], missing: !there, wild: false };
  }
  const absolute = pattern.startsWith('/');
  const parts = pattern.split('/').filter((part) => part !== '');
  let found: string[] = [absolute ? '/' : ''];
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    found = found.flatMap((directory) => {
      if (!WILD.test(part)) {
        const path = directory === '' ? part : join(directory, part);
        return !last || files.exists(path) ? [path] : [];
      }
      const expression = matcher(part);
      const names = (files.list(directory) ?? []).filter(
        (name) => expression.test(name) && (part.startsWith('.') || !name.startsWith('.')),
      );
      return [...new Set(names)].sort().map((name) => (directory === '' ? name : join(directory, name)));
    });
  }
  return { paths: found, missing: false, wild: true };
}

/** What glob(pattern, GLOB_MARK | GLOB_BRACE) finds. */
export function glob(files: ConfigurationFiles, pattern: string): Matches {
  const all = expandBraces(pattern).map((one) => matchOne(files, one));
  return {
    paths: all.flatMap((one) => one.paths),
    missing: all.some((one) => one.missing),
    wild: all.some((one) => one.wild),
  };
}

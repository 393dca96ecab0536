/**
 * Buildroot's sources, of exactly the version that firmware/buildroot.json pins: fetched by git, which proves the commit,
 * and then once more by the SHA-256 of `git archive`'s tar, because a commit's name is only a SHA-1. (The archives that
 * Git hosts pack are not used: nobody promises that their bytes stay.)
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { read } from './program.ts';

export interface BuildrootPin {
  readonly version: string;
  readonly repository: string;
  readonly commit: string;
  /** Of the tar, hexadecimal. */
  readonly sha256: string;
}

export function readPin(firmware: string): BuildrootPin {
  return JSON.parse(readFileSync(join(firmware, 'buildroot.json'), 'utf8')) as BuildrootPin;
}

/**
 * The folder with the sources. @param build where they are kept @param own a tree of the user's, taken as it is when it
 * says that it is the pinned version
 */
export function buildrootSources(pin: BuildrootPin, build: string, own: string | undefined): string {
  if (own !== undefined) {
    if (versionOf(own) === pin.version) return own;
    throw new Error(`${own} is Buildroot ${versionOf(own)}; the configurations are written for ${pin.version}`);
  }
  const folder = join(build, `buildroot-${pin.version}`);
  if (existsSync(folder)) return folder;
  const repository = join(build, 'buildroot.git');
  fetch(pin, repository);
  const tar = join(build, 'buildroot.tar');
  const git = ['-C', repository, '-c', 'tar.umask=0022'];
  read('git', [...git, 'archive', '--format=tar', '--prefix=buildroot/', `--output=${tar}`, pin.commit]);
  const sha256 = createHash('sha256').update(readFileSync(tar)).digest('hex');
  if (sha256 !== pin.sha256) throw new Error(`Buildroot ${pin.version}: SHA-256 ${sha256}, expected ${pin.sha256}`);
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  read('tar', ['-xf', tar, '-C', unfinished, '--strip-components=1']);
  renameSync(unfinished, folder);
  rmSync(tar);
  rmSync(repository, { recursive: true });
  return folder;
}

function fetch({ version, repository: address, commit }: BuildrootPin, repository: string): void {
  rmSync(repository, { recursive: true, force: true });
  mkdirSync(repository, { recursive: true });
  read('git', ['init', '--quiet', '--bare', repository]);
  try {
    read('git', ['-C', repository, 'fetch', '--quiet', '--depth', '1', address, `refs/tags/${version}`]);
  } catch (error) {
    throw new Error(
      `Buildroot ${version} could not be fetched from ${address}. "make image" needs the internet: for Buildroot, and for ` +
        'the sources of everything in the image. A tree that is here already can be named: BUILDROOT=folder.',
      { cause: error },
    );
  }
  const fetched = read('git', ['-C', repository, 'rev-parse', 'FETCH_HEAD^{commit}']).trim();
  if (fetched !== commit) throw new Error(`Buildroot ${version}: the tag is commit ${fetched}, expected ${commit}`);
}

function versionOf(folder: string): string {
  const found = /^export BR2_VERSION := (\S+)$/m.exec(readFileSync(join(folder, 'Makefile'), 'utf8'));
  if (found?.[1] === undefined) throw new Error(`${folder} is no tree of Buildroot's`);
  return found[1];
}

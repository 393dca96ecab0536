/** The npm packages that end up in our executable, with all that they need themselves, out of package-lock.json. */

import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface LockFile {
  /** By their path below the project, `node_modules/a/node_modules/b`. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface NpmPackage {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
  /** Of its archive, hexadecimal. */
  readonly sha512: string | undefined;
}

/** Prebuilt binaries: an image has those for arm64 with glibc only. */
const OTHER_PLATFORM = /-(darwin|win32|android|freebsd|openbsd|musl|x64|ia32|arm|riscv64|loong64|ppc64|s390x)\b/;

/** Bare names that the files below `folders` import: `@scope/name`, `name`. */
export function importedPackages(repository: string, folders: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const folder of folders) {
    for (const path of globSync('**/*.{ts,tsx}', { cwd: join(repository, folder) })) {
      const text = readFileSync(join(repository, folder, path), 'utf8');
      for (const [, name] of text.matchAll(
        /\b(?:from|import)\s*\(?\s*'((?:@[\w.-]+\/)?[a-z0-9][\w.-]*)(?:\/[\w./-]*)?'/g,
      )) {
        if (name !== undefined && !name.startsWith('node:') && !builtinModules.includes(name)) names.add(name);
      }
    }
  }
  return [...names].sort();
}

/** @param imported names of packages of the project itself */
export function packagesInside({ packages }: LockFile, imported: readonly string[]): readonly NpmPackage[] {
  const found = new Map<string, NpmPackage>();
  const visit = (name: string, from: string) => {
    const path = resolve(packages, name, from);
    const locked = path === undefined ? undefined : packages[path];
    if (path === undefined || locked?.version === undefined || found.has(path)) return;
    const { version, license, integrity } = locked;
    const sha512 = integrity?.startsWith('sha512-')
      ? Buffer.from(integrity.slice(7), 'base64').toString('hex')
      : undefined;
    found.set(path, { path, name, version, license, sha512 });
    const needed = Object.keys({ ...locked.dependencies, ...locked.optionalDependencies });
    for (const one of needed) if (!OTHER_PLATFORM.test(one)) visit(one, path);
  };
  for (const name of imported) visit(name, '');
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** As Node finds it: in the nearest node_modules on the way up. */
function resolve(packages: LockFile['packages'], name: string, from: string): string | undefined {
  for (let folder = from; ; ) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === '') return undefined;
    const up = folder.lastIndexOf('/node_modules/');
    folder = up === -1 ? '' : folder.slice(0, up);
  }
}

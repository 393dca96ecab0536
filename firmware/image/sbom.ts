/**
 * What an image is made of, as CycloneDX 1.6 (JSON): the packages that Buildroot built for the target, as its `make
 * show-info` tells, and the npm packages inside our executable, as package-lock.json tells. Buildroot's own
 * utils/generate-cyclonedx wants the internet for the list of SPDX names; here licences are told as their packages do.
 */

import { type LockFile, packagesInside } from './npm-packages.ts';

/** Of `make show-info`, the part that is used here. */
export interface BuildrootPackage {
  readonly type: string;
  readonly name?: string;
  readonly version?: string;
  readonly virtual?: boolean;
  readonly licenses?: string;
  readonly 'cpe-id'?: string;
  readonly downloads?: readonly { readonly uris: readonly string[] }[];
  readonly dependencies?: readonly string[];
}

export type ShowInfo = Readonly<Record<string, BuildrootPackage>>;

export interface Product {
  readonly version: string;
  readonly board: string;
  /** ISO 8601. */
  readonly time: string;
  /** The system's and the boot loader's. */
  readonly builds: readonly ShowInfo[];
  readonly lockFile: LockFile;
  /** Names of the npm packages that our own code imports. */
  readonly imported: readonly string[];
}

export interface Component {
  readonly type: 'application' | 'library' | 'firmware' | 'operating-system';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly licenses?: readonly ({ readonly expression: string } | { readonly license: { readonly name: string } })[];
  readonly hashes?: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
  readonly purl?: string;
  readonly cpe?: string;
  readonly externalReferences?: readonly { readonly type: 'source-distribution' | 'vcs'; readonly url: string }[];
}

export interface BillOfMaterials {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly version: 1;
  readonly metadata: { readonly timestamp: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const APPLICATION = 'mahalo';

export function billOfMaterials(product: Product): BillOfMaterials {
  const { version, board, time } = product;
  const root: Component = { type: 'firmware', 'bom-ref': `image:${board}`, name: `mahalo-${board}`, version };
  const built = new Map(product.builds.flatMap((packages) => Object.entries(packages).filter(isInTheImage)));
  const inside = packagesInside(product.lockFile, product.imported);
  const npm = inside.map(({ path, name, version: npmVersion, license, sha512 }): Component => {
    const purl = `pkg:npm/${name.replace('@', '%40')}@${npmVersion}`;
    const licenses = license === undefined ? {} : { licenses: [{ expression: license }] };
    const hashes = sha512 === undefined ? {} : { hashes: [{ alg: 'SHA-512' as const, content: sha512 }] };
    return { type: 'library', 'bom-ref': `npm:${path}`, name, version: npmVersion, ...licenses, ...hashes, purl };
  });
  const needs = [...built].map(([key, { dependencies = [] }]) => ({
    ref: `buildroot:${key}`,
    dependsOn: [
      ...dependencies.filter((one) => built.has(one)).map((one) => `buildroot:${one}`),
      ...(key === APPLICATION ? npm.map((one) => one['bom-ref']) : []),
    ],
  }));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { timestamp: time, component: root },
    components: [...[...built].map(([key, one]) => buildrootComponent(key, one)), ...npm],
    dependencies: [{ ref: root['bom-ref'], dependsOn: needs.map(({ ref }) => ref) }, ...needs],
  };
}

/** Not the programs of the machine that builds, nor names that stand for one of several packages. */
function isInTheImage([, { type, virtual = false, version = '' }]: [string, BuildrootPackage]): boolean {
  return type === 'target' && !virtual && version !== '';
}

function buildrootComponent(key: string, one: BuildrootPackage): Component {
  const { version = '', licenses = '', downloads = [], 'cpe-id': cpe } = one;
  const addresses = downloads.flatMap(({ uris }) => uris.slice(0, 1)).flatMap(sourceReference);
  const names = licenseNames(licenses);
  return {
    type: key === APPLICATION ? 'application' : key === 'linux' ? 'operating-system' : 'library',
    'bom-ref': `buildroot:${key}`,
    name: one.name ?? key,
    version,
    ...(names.length > 0 ? { licenses: names.map((name) => ({ license: { name } })) } : {}),
    ...(cpe === undefined ? {} : { cpe }),
    ...(addresses.length > 0 ? { externalReferences: addresses } : {}),
  };
}

/** `GPL-2.0, MIT (parts, of it)` -> two names: a comma in brackets is part of one. */
function licenseNames(text: string): readonly string[] {
  if (text === '' || text === 'unknown') return [];
  return text
    .split(/,\s*(?![^(]*\))/)
    .map((name) => name.trim())
    .filter(Boolean);
}

/** `https|urlencode+https://...` -> the address. A folder of this machine is nobody's business. */
function sourceReference(uri: string): NonNullable<Component['externalReferences']> {
  const [scheme = '', ...rest] = uri.split('+');
  const url = rest.join('+');
  if (!/^(https?|git):\/\//.test(url)) return [];
  return [{ type: scheme.startsWith('git') ? 'vcs' : 'source-distribution', url }];
}

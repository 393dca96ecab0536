/**
 * Debian's arm64 packages and one source package, fetched by apt with a state, a cache and lists of its own: nothing on the
 * machine changes, and no foreign architecture is added to it. The servers are those the machine itself uses.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run-program.ts';
import { step } from './step.ts';

/** What runs in the image, and every library it is linked to (`libraries.ts` says when one is missing). */
const PACKAGES = [
  'busybox-static',
  ...['libc6', 'libgcc-s1', 'libstdc++6', 'libatomic1'],
  ...['e2fsprogs', 'libext2fs2', 'libcom-err2', 'libblkid1', 'libuuid1'],
  ...['fdisk', 'util-linux', 'libfdisk1', 'libsmartcols1', 'libreadline8', 'libtinfo6'],
  ...['dnsmasq-base', 'libdbus-1-3', 'libsystemd0', 'libcap2', 'libgcrypt20', 'libgpg-error0', 'liblz4-1', 'liblzma5'],
  ...['libzstd1', 'libidn2-0', 'libunistring2', 'libhogweed6', 'libnettle8', 'libgmp10'],
  ...['libnetfilter-conntrack3', 'libnfnetlink0', 'libmnl0'],
  ...['nftables', 'libnftables1', 'libnftnl11', 'libjansson4', 'libxtables12', 'libedit2', 'libbsd0', 'libmd0'],
];
/** Depends on the kernel of today. */
const KERNEL = 'linux-image-arm64';
const BOOT_LOADER = 'u-boot';

export interface DebianFiles {
  /** Unpacked packages, one over the other. */
  readonly root: string;
  /** The source package's archive. */
  readonly bootLoader: string;
}

export function fetchDebian(): DebianFiles {
  const sources = debianSources();
  const folder = step('debian', [{ text: JSON.stringify([PACKAGES, KERNEL, BOOT_LOADER]) }], (made) => {
    const apt = privateApt(made, sources);
    apt('apt-get', ['update', '-qq']);
    const kernel = /^Depends: (linux-image-\S+)/m.exec(apt('apt-cache', ['show', KERNEL]))?.[1];
    if (kernel === undefined) throw new Error(`apt does not know the kernel behind ${KERNEL}`);
    const archives = join(made, 'archives');
    mkdirSync(archives);
    apt('apt-get', ['download', '-qq', kernel, ...PACKAGES], archives);
    apt('apt-get', ['source', '-qq', '--download-only', BOOT_LOADER], archives);
    for (const archive of readdirSync(archives)) {
      if (!archive.endsWith('.deb')) continue;
      run('dpkg-deb', ['-x', join(archives, archive), join(made, 'root')]);
      rmSync(join(archives, archive));
    }
    rmSync(join(made, 'apt'), { recursive: true });
  });
  const archives = join(folder, 'archives');
  const source = readdirSync(archives).find((name) => name.startsWith(BOOT_LOADER) && name.includes('.orig.tar.'));
  if (source === undefined) throw new Error(`no source of ${BOOT_LOADER} in ${archives}`);
  return { root: join(folder, 'root'), bootLoader: join(archives, source) };
}

type Apt = (program: 'apt-get' | 'apt-cache', words: readonly string[], directory?: string) => string;

function privateApt(folder: string, sources: string): Apt {
  const place = (name: string): string => {
    mkdirSync(join(folder, 'apt', name), { recursive: true });
    return join(folder, 'apt', name);
  };
  place('state/lists/partial');
  place('cache/archives/partial');
  writeFileSync(join(place('sources'), 'debian.sources'), sources);
  writeFileSync(join(folder, 'apt/status'), '');
  const options = [
    `Dir::State=${place('state')}`,
    `Dir::State::status=${join(folder, 'apt/status')}`,
    `Dir::Cache=${place('cache')}`,
    'Dir::Cache::pkgcache=pkgcache.bin',
    'Dir::Cache::srcpkgcache=srcpkgcache.bin',
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${place('sources')}`,
    'APT::Architecture=arm64',
    'APT::Architectures=arm64',
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=3',
  ].flatMap((option) => ['-o', option]);
  return (program, words, directory = folder) => run(program, [...options, ...words], { directory });
}

/** The machine's own sources of Debian's release, binaries and sources, in apt's own format. Throws when there is none. */
function debianSources(): string {
  const release = /^VERSION_CODENAME=(\S+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  if (release !== 'bookworm') throw new Error('the emulator image is made of the packages of Debian 12 (bookworm)');
  const files = ['/etc/apt/sources.list'];
  const folder = '/etc/apt/sources.list.d';
  if (existsSync(folder)) files.push(...readdirSync(folder).map((name) => join(folder, name)));
  const stanzas: string[] = [];
  for (const file of files) {
    if (!existsSync(file)) continue;
    if (file.endsWith('.sources')) stanzas.push(...stanzasOf(readFileSync(file, 'utf8'), release));
    if (file.endsWith('.list')) stanzas.push(...linesOf(readFileSync(file, 'utf8'), release));
  }
  if (stanzas.length === 0) throw new Error(`no source of Debian's ${release} below /etc/apt`);
  return `${[...new Set(stanzas)].join('\n\n')}\n`;
}

function stanzasOf(text: string, release: string): string[] {
  const found: string[] = [];
  for (const stanza of text.split(/\n\s*\n/)) {
    const field = (name: string): string => new RegExp(`^${name}:[ \\t]*(.*)$`, 'mi').exec(stanza)?.[1]?.trim() ?? '';
    if (field('Enabled').toLowerCase() === 'no' || !field('Types').split(/\s+/).includes('deb')) continue;
    const suites = field('Suites').split(/\s+/);
    if (!field('Components').split(/\s+/).includes('main')) continue;
    found.push(...stanzaFor(field('URIs'), suites, release, field('Signed-By')));
  }
  return found;
}

function linesOf(text: string, release: string): string[] {
  const found: string[] = [];
  for (const line of text.split('\n')) {
    const words = /^deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s+(.*)$/.exec(line.trim());
    if (words === null) continue;
    const [, options = '', address = '', suite = '', components = ''] = words;
    if (!components.split(/\s+/).includes('main')) continue;
    found.push(...stanzaFor(address, [suite], release, /signed-by=(\S+)/.exec(options)?.[1] ?? ''));
  }
  return found;
}

function stanzaFor(address: string, suites: readonly string[], release: string, signedBy: string): string[] {
  const ours = suites.filter((suite) => [release, `${release}-updates`, `${release}-security`].includes(suite));
  if (ours.length === 0) return [];
  const fields = ['Types: deb deb-src', `URIs: ${address}`, `Suites: ${ours.join(' ')}`, 'Components: main'];
  if (signedBy !== '') fields.push(`Signed-By: ${signedBy}`);
  return [fields.join('\n')];
}

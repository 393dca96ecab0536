/** The Debian packages of the machine that builds. */
import { spawnSync } from 'node:child_process';

/** qemu-system-arm is what runs it; the rest builds it. ipxe-qemu is not: no network card of ours boots. */
const PACKAGES = [
  'bc',
  'binutils-aarch64-linux-gnu',
  'bison',
  'dpkg-dev',
  'fdisk',
  'flex',
  'gcc',
  'gcc-aarch64-linux-gnu',
  'libc6-dev',
  'libssl-dev',
  'make',
  'python3',
  'qemu-system-arm',
  'squashfs-tools',
  'xxd',
  'xz-utils',
];

/** Installs what is missing when we may, and throws what to type when not. */
export function requirePackages(): void {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const line = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) throw new Error(`these Debian packages are missing: sudo ${line}`);
  console.log(line);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  apt(['update', '-qq'], environment);
  apt(['install', '-qq', '-y', '--no-install-recommends', ...missing], environment);
}

function missingPackages(): string[] {
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n', ...PACKAGES], {
    encoding: 'utf8',
  });
  if (query.error !== undefined) throw new Error('this is no Debian: the emulator image is made of its packages');
  const installed = new Set(query.stdout.split('\n').filter((line) => line.endsWith(' installed')));
  return PACKAGES.filter((name) => !installed.has(`${name} installed`));
}

function apt(words: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status } = spawnSync('apt-get', words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`apt-get ${words.join(' ')} ended with ${status}`);
}

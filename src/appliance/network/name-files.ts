/** Writes hostname, hosts and resolv.conf below /run, where the links of the read-only /etc lead, when they change. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lease } from './dhcp/lease.ts';
import { hostsText, resolverText } from './names.ts';

export class NameFiles {
  readonly resolverFile: string;
  readonly #root: string;
  readonly #tell: (text: string) => void;

  constructor(root: string, tell: (text: string) => void) {
    this.#root = root;
    this.#tell = tell;
    this.resolverFile = join(root, 'run/resolv.conf');
  }

  setHostname(hostname: string): void {
    this.#write(join(this.#root, 'run/hostname'), `${hostname}\n`);
    this.#write(join(this.#root, 'run/hosts'), hostsText(hostname));
    // Below another root there is no machine of ours.
    if (this.#root === '/') this.#write('/proc/sys/kernel/hostname', hostname);
  }

  setResolvers(nameServers: readonly string[], leases: readonly Lease[]): void {
    this.#write(this.resolverFile, resolverText(nameServers, leases));
  }

  #write(path: string, text: string): void {
    try {
      if (readText(path) === text) return;
      if (path.startsWith('/proc/')) {
        writeFileSync(path, text);
        return;
      }
      writeFileSync(`${path}.new`, text, { mode: 0o644 });
      renameSync(`${path}.new`, path);
    } catch (error) {
      this.#tell(`${path}: ${(error as Error).message}`);
    }
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // it is written now
  }
}

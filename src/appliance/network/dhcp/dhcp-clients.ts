/**
 * One BusyBox udhcpc for each link that wants a lease, looked after by the supervisor. Its script writes down what happens,
 * and the kernel tells us that a file was written: at rest nobody wakes up but the client, when the lease is due.
 */
import { type FSWatcher, mkdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Companions } from '../companions.ts';
import { type LeaseState, readLease } from './lease.ts';

export interface DhcpClientsOptions {
  /** Where the script writes; made when it is not there. */
  readonly directory: string;
  readonly script: string;
  readonly companions: Companions;
  /** A lease came, changed or went. */
  onLease(link: string): void;
}

const PREFIX = 'lease.';
const CLIENT = 'dhcp-';
const NONE: LeaseState = { kind: 'none' };

export class DhcpClients {
  readonly #options: DhcpClientsOptions;
  readonly #leases = new Map<string, LeaseState>();
  /** Link to the command line of its client. */
  readonly #clients = new Map<string, readonly string[]>();
  #watcher: FSWatcher | undefined;

  constructor(options: DhcpClientsOptions) {
    this.#options = options;
  }

  /** Also what a client wrote before us: it goes on, and so does its lease. */
  lease(link: string): LeaseState {
    if (!this.#leases.has(link)) this.#read(link, false);
    return this.#leases.get(link) ?? NONE;
  }

  /** From now on clients run on these links, and on no others. */
  async run(links: readonly string[], hostname: string): Promise<void> {
    this.#watch();
    const running = this.#options.companions.leftovers(CLIENT).map((name) => name.slice(CLIENT.length));
    for (const link of new Set([...this.#clients.keys(), ...running])) {
      if (!links.includes(link)) await this.#stop(link);
    }
    for (const link of links) {
      const command = this.#command(link, hostname);
      if (this.#clients.get(link)?.join(' ') === command.join(' ')) continue;
      if (this.#clients.has(link)) await this.#stop(link);
      this.#clients.set(link, command);
      this.#options.companions.start(CLIENT + link, command);
    }
  }

  /** The cable was plugged in: ask now. */
  askNow(link: string): void {
    if (this.#clients.has(link)) this.#options.companions.signal(CLIENT + link, 'SIGUSR1');
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  async #stop(link: string): Promise<void> {
    this.#clients.delete(link);
    await this.#options.companions.stop(CLIENT + link);
    rmSync(join(this.#options.directory, PREFIX + link), { force: true });
    this.#leases.delete(link);
  }

  #command(link: string, hostname: string): readonly string[] {
    const { directory, script } = this.#options;
    const where = ['env', `MAHALO_NETWORK=${directory}`, 'busybox', 'udhcpc', '-f', '-i', link, '-s', script];
    // Three questions two seconds apart, then a rest: a router that boots more slowly than we do is found soon after.
    return [...where, '-t', '3', '-T', '2', '-A', '15', '-O', 'ntpsrv', '-x', `hostname:${hostname}`];
  }

  #watch(): void {
    if (this.#watcher !== undefined) return;
    mkdirSync(this.#options.directory, { recursive: true });
    this.#watcher = watch(this.#options.directory, (_kind, file) => {
      const link = file?.startsWith(PREFIX) && !file.endsWith('.new') ? file.slice(PREFIX.length) : undefined;
      if (link !== undefined && this.#clients.has(link)) this.#read(link, true);
    });
  }

  #read(link: string, tells: boolean): void {
    let text: string;
    try {
      text = readFileSync(join(this.#options.directory, PREFIX + link), 'utf8');
    } catch {
      return; // none was written yet
    }
    const state = readLease(text);
    const changed = JSON.stringify(state) !== JSON.stringify(this.#leases.get(link) ?? NONE);
    this.#leases.set(link, state);
    if (changed && tells) this.#options.onLease(link);
  }
}

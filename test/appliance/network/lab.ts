/**
 * A unit's network in a network namespace of this process, its two ports joined by cables to two namespaces where other
 * machines live: `left` at eth0, `right` at eth1, each with an eth0 of its own.
 */
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Network } from '../../../src/appliance/network/network.ts';
import { readNetworkSettings } from '../../../src/appliance/network/settings/read-settings.ts';
import { CompanionPrograms } from '../../../src/appliance/supervisor/companion-programs.ts';
import { LastWordsStore } from '../../../src/appliance/supervisor/last-words.ts';
import { PATIENCE } from '../../../src/appliance/supervisor/liveness.ts';
import { Supervisor } from '../../../src/appliance/supervisor/supervisor.ts';
import { Reactor } from '../../../src/loop/reactor.ts';
import { findProgram } from '../../find-program.ts';
import { cannotUnshare, enterNamespace, ip, ipJson, until } from '../../vrrp/network/namespace.ts';

export const SCRIPT = resolve(
  import.meta.dirname,
  '../../../firmware/board/common/rootfs-overlay/usr/share/udhcpc/mahalo',
);
export const PORTS = [
  { name: 'eth0', label: 'WAN', path: '' },
  { name: 'eth1', label: 'LAN', path: '' },
];
export const UNIT_ID = '0123456789ab';

/** Why there can be no lab here, or false. */
export function cannotMakeLab(): string | false {
  const lacking = ['busybox', 'dnsmasq', 'nft', 'ip'].filter((name) => findProgram(name) === null);
  return cannotUnshare() || (lacking.length > 0 ? `needs ${lacking.join(', ')}` : false);
}

/** A machine at the end of a cable. */
export class Machine {
  /** The namespace's name. */
  readonly space: string;
  readonly #children: ChildProcess[] = [];

  /** @param port ours, to which it is joined */
  constructor(name: string, port: string) {
    this.space = `mn${process.pid}${name}`;
    ip(`netns add ${this.space}`);
    ip(`link add ${port} type veth peer name eth0 netns ${this.space}`);
    this.ip('link set lo up');
    this.ip('link set eth0 up');
  }

  ip(line: string): string {
    return ip(`-n ${this.space} ${line}`);
  }

  /** What the program printed; throws when it fails. */
  run(...words: readonly string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.space, ...words], { encoding: 'utf8', stdio: 'pipe' });
  }

  /** As `run`, while this process goes on; `''` when it fails. */
  say(...words: readonly string[]): Promise<string> {
    return new Promise((done) => {
      execFile('ip', ['netns', 'exec', this.space, ...words], { timeout: 120_000 }, (error, out) =>
        done(error === null ? out : ''),
      );
    });
  }

  /** Of a program that goes on; it is ended then. */
  async firstLine(...words: readonly string[]): Promise<string> {
    const child = spawn('ip', ['netns', 'exec', this.space, ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#children.push(child);
    let said = '';
    for await (const part of child.stdout) {
      said += part;
      if (said.includes('\n')) break;
    }
    await this.stop(child);
    return said.split('\n')[0] ?? '';
  }

  /** Whether the program succeeds. */
  can(...words: readonly string[]): boolean {
    return spawnSync('ip', ['netns', 'exec', this.space, ...words], { stdio: 'ignore' }).status === 0;
  }

  /** A program that runs until `kill`, or until the lab is taken down. */
  start(...words: readonly string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.space, ...words], { stdio: 'ignore' });
    this.#children.push(child);
    return child;
  }

  /** A DHCP server for 10.<net>.0.0/24, itself the gateway; leases of two minutes, the least dnsmasq gives. */
  serveDhcp(net: number, directory: string, ...options: readonly string[]): ChildProcess {
    this.ip(`addr add 10.${net}.0.1/24 dev eth0`);
    return this.start(
      ...['dnsmasq', '--keep-in-foreground', '--conf-file=', '--port=0', '--user=root', '--pid-file=', '--no-ping'],
      ...[`--dhcp-leasefile=${join(directory, `${this.space}.leases`)}`, '--interface=eth0', '--bind-interfaces'],
      ...[`--dhcp-range=10.${net}.0.50,10.${net}.0.60,255.255.255.0,2m`, '--dhcp-authoritative', ...options],
    );
  }

  async stop(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    child.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    for (const child of this.#children) await this.stop(child);
    spawnSync('ip', ['netns', 'del', this.space]);
  }
}

export class Lab {
  readonly directory = mkdtempSync(join(tmpdir(), 'mahalo-network-'));
  readonly reactor = new Reactor();
  readonly told: string[] = [];
  readonly left: Machine;
  readonly right: Machine;
  readonly network: Network;
  /** How often a change was told. */
  changes = 0;
  readonly #supervisor: Supervisor;

  constructor() {
    enterNamespace();
    this.left = new Machine('l', 'eth0');
    this.right = new Machine('r', 'eth1');
    this.reactor.start();
    const tell = (text: string): void => void this.told.push(text);
    const roles = join(this.directory, 'run/mahalo/roles');
    for (const path of [roles, join(this.directory, 'data')]) mkdirSync(path, { recursive: true });
    this.#supervisor = new Supervisor(tell, () => {});
    const around = {
      directory: roles,
      patience: PATIENCE,
      words: new LastWordsStore(join(this.directory, 'data')),
      tell,
    };
    this.network = new Network({
      reactor: this.reactor,
      ports: PORTS,
      uniqueAddresses: true,
      root: this.directory,
      dhcpScript: SCRIPT,
      unitId: UNIT_ID,
      companions: new CompanionPrograms(this.#supervisor, around),
      tell,
      onChange: () => {
        this.changes++;
      },
    });
    this.network.start();
    this.#supervisor.start();
  }

  async use(value: object, hostname = 'mahalo-test'): Promise<void> {
    const ports = PORTS.map(({ name }) => name);
    const { settings, issues } = readNetworkSettings(value, ports);
    if (settings === undefined) throw new Error(JSON.stringify(issues));
    await this.network.use(settings, hostname);
  }

  /** Of the unit's link, IPv4 and what is not link-local of IPv6. */
  addresses(link: string): string[] {
    const all = (ipJson('addr show').find(({ ifname }) => ifname === link)?.addr_info ?? []) as Record<
      string,
      unknown
    >[];
    return all
      .filter(({ family, scope }) => family === 'inet' || scope !== 'link')
      .map(({ local, prefixlen }) => `${local}/${prefixlen}`)
      .sort();
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    if (!(await until(condition, 120_000))) throw new Error(`never: ${what}\n${this.told.join('\n')}`);
  }

  async close(): Promise<void> {
    this.network.close();
    await this.#supervisor.stop();
    this.reactor.close();
    await this.left.close();
    await this.right.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/**
 * FRR's vrrpd on a unit, with the zebra it needs and the macvlan that carries the addresses (FRR makes neither itself).
 * It keeps the addresses on the macvlan whatever it is, and holds that interface down (protodown) as backup.
 */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isExecutable } from '../../../find-program.ts';
import { until } from './command.ts';
import type { LabNode } from './node.ts';
import type { LabProcess } from './process.ts';

const DAEMONS = '/usr/lib/frr';

export interface FrrRouter {
  readonly vrid: number;
  readonly family: 4 | 6;
  readonly version?: 2 | 3;
  readonly priority: number;
  /** A multiple of 10. */
  readonly intervalMs: number;
  /** With prefix; IPv6: link-local first. */
  readonly addresses: readonly string[];
}

/** As much of `show vrrp json` as tests look at. */
export interface FrrState {
  readonly status: string;
  readonly stats: { readonly adverRx: number; readonly adverTx: number };
  readonly [name: string]: unknown;
}

export function frrMissing(): string | false {
  return isExecutable(`${DAEMONS}/vrrpd`) && isExecutable(`${DAEMONS}/zebra`) ? false : 'frr is not installed';
}

export class Frr {
  readonly #node: LabNode;
  readonly #router: FrrRouter;
  readonly #directory: string;
  readonly #processes: LabProcess[] = [];

  constructor(node: LabNode, router: FrrRouter) {
    this.#node = node;
    this.#router = router;
    this.#directory = join(node.directory, 'frr');
    mkdirSync(this.#directory);
    chmodSync(this.#directory, 0o777);
  }

  #configText(): string {
    const { vrid, family, version = 3, priority, intervalMs, addresses } = this.#router;
    const word = family === 4 ? 'ip' : 'ipv6';
    const lines = [
      `vrrp ${vrid} version ${version}`,
      `vrrp ${vrid} priority ${priority}`,
      `vrrp ${vrid} advertisement-interval ${intervalMs}`,
      ...addresses.map((address) => `vrrp ${vrid} ${word} ${address.split('/')[0]}`),
    ];
    return `log stdout\ninterface eth0\n${lines.map((line) => ` ${line}\n`).join('')}`;
  }

  async start(): Promise<void> {
    const { vrid, family, addresses } = this.#router;
    const device = `vrrp${family}`;
    const mac = `00:00:5e:00:0${family === 4 ? 1 : 2}:${vrid.toString(16).padStart(2, '0')}`;
    const node = this.#node;
    await node.ip('link', 'add', device, 'link', 'eth0', 'type', 'macvlan', 'mode', 'bridge');
    await node.ip('link', 'set', device, 'address', mac, 'addrgenmode', 'none');
    for (const address of addresses) await node.ip('address', 'add', address, 'dev', device);
    await node.ip('link', 'set', device, 'up');
    const configFile = join(this.#directory, 'vrrpd.conf');
    writeFileSync(configFile, this.#configText());
    writeFileSync(join(this.#directory, 'zebra.conf'), 'log stdout\n');
    await this.#daemon('zebra');
    await this.#daemon('vrrpd');
  }

  async #daemon(name: string): Promise<void> {
    const path = (file: string): string => join(this.#directory, file);
    const files = ['-f', path(`${name}.conf`), '-i', path(`${name}.pid`), '-z', path('zserv.api')];
    const more = ['--vty_socket', this.#directory, '-P', '0'];
    const daemon = this.#node.start([`${DAEMONS}/${name}`, ...files, ...more]);
    this.#processes.push(daemon);
    await until(`${name} is up:\n${daemon.log()}`, () => existsSync(path(`${name}.vty`)) || !daemon.running);
    if (!daemon.running) throw new Error(`${name}: ${daemon.log()}`);
  }

  async state(): Promise<FrrState> {
    const text = await this.#node.exec('vtysh', '--vty_socket', this.#directory, '-c', 'show vrrp json');
    const router = (JSON.parse(text) as Record<string, FrrState>[])[0]!;
    return router[this.#router.family === 4 ? 'v4' : 'v6']!;
  }

  log(): string {
    return this.#processes.map((process) => process.log()).join('\n');
  }

  async stop(): Promise<void> {
    for (const process of this.#processes.splice(0).reverse()) await process.stop();
  }
}

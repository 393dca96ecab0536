/**
 * Two units and a client on one switch, each in a network namespace of its own, and the faults that happen to them:
 *
 *     a: eth0 10.77.0.2 fd77::2 ----+
 *     b: eth0 10.77.0.3 fd77::3 ----+-- br0 (namespace s, ports a0, b0, c0)
 *     c: eth0 10.77.0.9 fd77::9 ----+
 *
 * With two nics the units also have eth1 (10.78.0.x, fd78::x) on br1. The names of the namespaces carry the pid, so that
 * labs of several processes do not meet; what a process left behind that is gone is cleared away by the next lab.
 */
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../../find-program.ts';
import { Capture } from './capture.ts';
import { clockMs, ipBatch, run, runAside } from './command.ts';
import { LabNode } from './node.ts';
import { ECHO_PORT, Prober } from './prober.ts';
import { signalProcess } from './process.ts';

export interface LabOptions {
  /** Names of the units; their host numbers count from 2. */
  readonly units?: readonly string[];
  readonly nics?: 1 | 2;
}

const NAMESPACE = /^mv(\d+)n\d+[a-z]$/;
/** Virtual addresses of the lab's own. */
export const VIP = '10.77.0.100';
export const VIP6 = 'fd77::100';
export const VIP6_LINK = 'fe80::77';
const CLIENT_HOST = 9;

/** Why no lab can be built here, or false. Programs are those a test needs besides iproute2. */
export function labMissing(...programs: readonly string[]): string | false {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const program of ['ip', ...programs]) {
    if (findProgram(program) === null) return `${program} is not installed`;
  }
  return false;
}

function removeNamespace(name: string): void {
  try {
    for (const pid of run('ip', 'netns', 'pids', name).split('\n').filter(Boolean)) {
      signalProcess(Number(pid), 'SIGKILL');
    }
    run('ip', 'netns', 'del', name);
  } catch {
    // Somebody else was quicker, or there is no such namespace (any more).
  }
}

/** What processes that are gone left behind. */
function sweep(): void {
  for (const line of run('ip', 'netns', 'list').split('\n')) {
    const name = line.split(' ')[0]!;
    const pid = NAMESPACE.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) removeNamespace(name);
  }
}

const open = new Set<Lab>();
let labs = 0;

function closeAll(): void {
  for (const lab of open) lab.close();
}

export class Lab {
  readonly directory: string;
  readonly nodes: readonly LabNode[];
  readonly client: LabNode;
  readonly nics: number;
  readonly #prefix: string;
  readonly #switch: string;

  private constructor(options: LabOptions) {
    this.#prefix = `mv${process.pid}n${labs++}`;
    this.#switch = `${this.#prefix}s`;
    this.directory = mkdtempSync(join(tmpdir(), 'mahalo-vrrp-'));
    // Some daemons (frr's) give root up.
    chmodSync(this.directory, 0o755);
    this.nics = options.nics ?? 1;
    const node = (name: string): LabNode => new LabNode(name, `${this.#prefix}${name}`, this.directory);
    this.nodes = (options.units ?? ['a', 'b']).map(node);
    this.client = node('c');
  }

  static async open(options: LabOptions = {}): Promise<Lab> {
    if (open.size === 0 && labs === 0) {
      sweep();
      process.on('exit', closeAll);
      for (const [signal, code] of [
        ['SIGINT', 130],
        ['SIGTERM', 143],
        ['SIGHUP', 129],
      ] as const) {
        process.on(signal, () => process.exit(code));
      }
    }
    const lab = new Lab(options);
    open.add(lab);
    try {
      lab.#build();
      await Promise.all(lab.nodes.map((node) => node.watch()));
    } catch (error) {
      lab.close();
      throw error;
    }
    return lab;
  }

  #build(): void {
    const all = [...this.nodes, this.client];
    const settings = [
      'net/ipv4/ip_nonlocal_bind=1',
      'net/ipv6/ip_nonlocal_bind=1',
      'net/ipv6/conf/all/accept_dad=0',
      'net/ipv6/conf/default/accept_dad=0',
      'net/ipv6/conf/default/router_solicitations=0',
    ];
    const write = settings
      .map((setting) => `echo ${setting.split('=')[1]} >/proc/sys/${setting.split('=')[0]}`)
      .join(';');
    run('ip', 'netns', 'add', this.#switch);
    for (const node of all) {
      run('ip', 'netns', 'add', node.namespace);
      run('ip', 'netns', 'exec', node.namespace, 'sh', '-c', write);
    }
    const inSwitch: string[] = [];
    for (let nic = 0; nic < this.nics; nic++) {
      inSwitch.push(
        `link add br${nic} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
        `link set br${nic} up`,
      );
      for (const node of all) {
        const port = `${node.name}${nic}`;
        inSwitch.push(
          `link add ${port} type veth peer name eth${nic} netns ${node.namespace}`,
          `link set ${port} master br${nic}`,
          `link set ${port} up`,
        );
      }
    }
    ipBatch(this.#switch, inSwitch);
    for (const node of all) {
      const host = this.hostNumber(node);
      const lines = ['link set lo up'];
      for (let nic = 0; nic < this.nics; nic++) {
        lines.push(
          `address add 10.${77 + nic}.0.${host}/24 dev eth${nic}`,
          `address add fd${77 + nic}::${host}/64 dev eth${nic} nodad`,
          `link set eth${nic} up`,
        );
      }
      ipBatch(node.namespace, lines);
    }
  }

  hostNumber(node: LabNode): number {
    return node === this.client ? CLIENT_HOST : 2 + this.nodes.indexOf(node);
  }

  /** The unit's own IPv4 address. */
  addressOf(node: LabNode, nic = 0): string {
    return `10.${77 + nic}.0.${this.hostNumber(node)}`;
  }

  node(name: string): LabNode {
    const node = this.nodes.find((candidate) => candidate.name === name);
    if (!node) throw new Error(`no unit ${name}`);
    return node;
  }

  /** Which units hold the address now. */
  holders(address: string = VIP): LabNode[] {
    return this.nodes.filter((node) => node.holds(address));
  }

  /** Whether this unit and no other holds the address. */
  onlyHolder(node: LabNode, address: string = VIP): boolean {
    return this.nodes.every((other) => other.holds(address) === (other === node));
  }

  /** Echo servers on all units and a prober on the client, already probing. */
  async probe(address: string = VIP, intervalMs = 10): Promise<Prober> {
    await Promise.all(this.nodes.map((node) => node.echo(address)));
    return new Prober(this.client.namespace, { address, port: ECHO_PORT, intervalMs });
  }

  /** Everything that goes over the node's cable, seen at the switch: also what a cut port does not let through. */
  captureAt(node: LabNode, filter: string, nic = 0): Promise<Capture> {
    return Capture.start(this.#switch, `${node.name}${nic}`, filter);
  }

  async #port(node: LabNode, nic: number, ...words: readonly string[]): Promise<number> {
    const atMs = clockMs();
    await runAside('ip', '-n', this.#switch, 'link', 'set', `${node.name}${nic}`, ...words);
    return (atMs + clockMs()) / 2;
  }

  async #bridgePort(node: LabNode, nic: number, ...words: readonly string[]): Promise<number> {
    const atMs = clockMs();
    await runAside('bridge', '-n', this.#switch, 'link', 'set', 'dev', `${node.name}${nic}`, ...words);
    return (atMs + clockMs()) / 2;
  }

  /** Pulls the cable: the unit loses its carrier. Tells when (CLOCK_MONOTONIC ms), as all faults do. */
  pull(node: LabNode, nic = 0): Promise<number> {
    return this.#port(node, nic, 'down');
  }

  plug(node: LabNode, nic = 0): Promise<number> {
    return this.#port(node, nic, 'up');
  }

  /** The switch lets nothing through on the unit's port; the carrier stays. */
  block(node: LabNode, nic = 0): Promise<number> {
    return this.#bridgePort(node, nic, 'state', '0');
  }

  unblock(node: LabNode, nic = 0): Promise<number> {
    return this.#bridgePort(node, nic, 'state', '3');
  }

  /** Isolated units reach the client, and not each other. */
  isolate(node: LabNode, isolated: boolean, nic = 0): Promise<number> {
    return this.#bridgePort(node, nic, 'isolated', isolated ? 'on' : 'off');
  }

  /** nft rules of the bridge's forwarding, one a string, such as `iifname "a0" numgen random mod 100 < 30 drop`. */
  async filter(rules: readonly string[]): Promise<void> {
    const chain = 'add chain bridge lab forward { type filter hook forward priority 0; }';
    const script = ['add table bridge lab', chain, 'flush chain bridge lab forward'];
    script.push(...rules.map((rule) => `add rule bridge lab forward ${rule}`));
    await runAside('ip', 'netns', 'exec', this.#switch, 'nft', script.join('; '));
  }

  /** Ends every process in the namespaces and removes them; may be called twice. Blocks, so that it works at exit. */
  close(): void {
    if (!open.delete(this)) return;
    for (const name of [...this.nodes, this.client].map((node) => node.namespace)) removeNamespace(name);
    removeNamespace(this.#switch);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A device as a test has it: the real appliance role on a root of its own, which starts the real admin; and its restarts. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicText } from '../../firmware/bundle/signing-key.ts';
import { boardFileName } from '../../src/appliance/board.ts';
import type { SlotName } from '../../src/appliance/boot/boot-state.ts';
import { BOARD, makeUnitRoot, SLOT_SIZE, type UnitRoot } from '../appliance/unit-root.ts';
import { ours } from '../appliance/update/receiver.ts';
import { enterNamespace, makePair } from '../vrrp/network/namespace.ts';
import { Browser, PASSWORD, until } from './admin-process.ts';

const program = join(import.meta.dirname, '../../scripts/mahalo');
const NAME = 'rack 4';

/** Without ports: nothing of the machine that the test runs on is touched. */
const BOARD_FACTS = {
  id: 'test-board',
  name: 'Test board',
  ports: [],
  leds: [{ id: 'system', label: 'SYS', name: 'sys' }],
  power: {
    errorPercent: 30,
    baseWatts: 0.5,
    linkWatts: { '100': 0.2, '1000': 0.57 },
    coreWatts: [{ megahertz: 816, watts: 0.18 }],
    profiles: {
      eco: { megahertz: 816, cores: 2, linkMbit: 100 },
      performance: { megahertz: 1800, cores: 4, linkMbit: 1000 },
    },
  },
};

export interface DeviceChoice {
  readonly slotSize?: number;
  /** More than BOARD_FACTS, or other ones. */
  readonly board?: object;
  /** appliance.json */
  readonly settings?: object;
  /** Where admin listens. */
  readonly address?: string;
}

/** Where the owner of a unit with two ports finds it first. */
export const FIRST_ADDRESS = '10.1.0.2';

/**
 * A unit with two ports, in a network namespace into which this process moves: whatever the unit does to the network, it
 * does to that. Each port has a cable; FIRST_ADDRESS is on the first.
 */
export function unitWithPorts(): DeviceChoice {
  enterNamespace();
  makePair('eth0', 'far0');
  makePair('eth1', 'far1');
  const ports = [
    { name: 'eth0', label: 'WAN', path: '' },
    { name: 'eth1', label: 'LAN', path: '' },
  ];
  const network = {
    mode: 'two-arm',
    ports: {
      eth0: { ipv4: { address: `${FIRST_ADDRESS}/24` }, ipv6: 'link-local' },
      eth1: { ipv4: { address: '10.2.0.2/24' }, ipv6: 'link-local' },
    },
    nameServers: [],
  };
  const board = { ports, uniqueAddresses: true, network: { mode: 'two-arm' } };
  return { board, settings: { version: 1, network }, address: '::' };
}

export class DeviceUnit {
  readonly unit: UnitRoot;
  readonly #choice: DeviceChoice;
  #child: ChildProcess | undefined;
  #port = 0;
  output = '';

  constructor(choice: DeviceChoice = {}) {
    this.#choice = choice;
    const root = mkdtempSync(join(tmpdir(), 'mahalo-device-'));
    this.unit = makeUnitRoot(root, publicText(ours), 'A', choice.slotSize ?? SLOT_SIZE);
    const { share } = this.unit.paths;
    this.#write(join(share, 'boards', boardFileName(BOARD)), JSON.stringify({ ...BOARD_FACTS, ...choice.board }));
    this.#write(join(root, 'sys/class/leds/sys/trigger'), 'none\n');
    this.#write(join(root, 'sys/class/leds/sys/brightness'), '0\n');
    if (choice.settings !== undefined) {
      this.#write(join(this.unit.paths.data, 'appliance.json'), JSON.stringify(choice.settings));
    }
  }

  #write(path: string, content: string): void {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
  }

  get root(): string {
    return this.unit.root;
  }

  /** Of admin; the same after a restart. */
  get port(): number {
    return this.#port;
  }

  /** Starts the machine: until admin serves. */
  async start(): Promise<this> {
    const { address = '127.0.0.1' } = this.#choice;
    const words = ['appliance', '--root', this.root, '--admin-address', address, '--admin-port', String(this.#port)];
    const child = spawn(program, [...words, '--verbose'], { stdio: ['ignore', 'inherit', 'pipe'] });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      this.output += chunk;
    });
    await until('the unit serves', () => {
      if (child.exitCode !== null) throw new Error(`the appliance role ended: ${this.output}`);
      return this.adminLog.includes('ready\n');
    });
    this.#port = Number(/:(\d+)\/$/m.exec(this.adminLog)?.[1]);
    return this;
  }

  /** What admin wrote since the machine started. */
  get adminLog(): string {
    const path = join(this.unit.paths.run, 'roles/admin.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  get adminProcessId(): number {
    return (JSON.parse(readFileSync(join(this.unit.paths.run, 'roles/admin.json'), 'utf8')) as { pid: number }).pid;
  }

  browser(): Browser {
    return new Browser(this.port);
  }

  async claim(): Promise<Browser> {
    const browser = this.browser();
    const code = /^claim-code: (.*)$/m.exec(this.adminLog)?.[1];
    const body = { code, unit: NAME, user: 'owner', password: PASSWORD };
    const answer = await browser.call('POST', '/api/claim', { body });
    if (answer.status !== 200) throw new Error(`not claimed: ${answer.text}`);
    return browser;
  }

  /** Somebody for each lesser role, called like it. */
  async people(owner: Browser): Promise<ReadonlyMap<string, Browser>> {
    const people = new Map<string, Browser>();
    for (const role of ['viewer', 'operator']) {
      await owner.call('POST', '/api/users', { body: { name: role, role, password: PASSWORD } });
      const browser = this.browser();
      await browser.logIn(role);
      people.set(role, browser);
    }
    return people;
  }

  /** The order that the machine got (below a root of its own it is noted in a file), once the role has ended. */
  async ordered(): Promise<string> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return readFileSync(join(this.unit.paths.run, 'machine-order'), 'utf8').trim();
  }

  /** What U-Boot and init would do: another slot is the root, what lives in memory is gone. @param version in that slot */
  async boot(slot: SlotName, version: string): Promise<void> {
    const { paths, root } = this.unit;
    const link = join(root, 'sys/dev/block');
    for (const name of readdirSync(link)) {
      rmSync(join(link, name));
      symlinkSync(`../../devices/vda/${slot === 'A' ? 'vda1' : 'vda2'}`, join(link, name));
    }
    writeFileSync(join(root, 'proc/cmdline'), `root=PARTUUID=6d61-01 mahalo.slot=${slot}\n`);
    writeFileSync(paths.release, `${JSON.stringify({ version, build: 'test' })}\n`);
    rmSync(paths.run, { recursive: true });
    mkdirSync(paths.run, { recursive: true });
    await this.start();
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    rmSync(this.root, { recursive: true, force: true });
  }
}

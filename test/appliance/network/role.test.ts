/** The network of a running `mahalo appliance`: asked and changed over its socket, and over its own sudden end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import type { NetworkAnswer } from '../../../src/appliance/commands/network.ts';
import { askAppliance } from '../../../src/appliance/control/ask.ts';
import type { CommandRequest } from '../../../src/appliance/control/command.ts';
import type { ApplianceStatus } from '../../../src/appliance/status.ts';
import { enterNamespace, ipJson } from '../../vrrp/network/namespace.ts';
import { cannotMakeLab, Machine, PORTS, SCRIPT } from './lab.ts';

t.setTimeout(600_000);
const MAIN = resolve(import.meta.dirname, '../../../src/main.ts');
const DEADLINE_MS = 120_000;

class Unit {
  readonly root = mkdtempSync(join(tmpdir(), 'mahalo-unit-'));
  #child: ChildProcess | undefined;

  constructor() {
    const places = ['sys/firmware/devicetree/base', 'usr/share/mahalo/boards', 'usr/share/udhcpc', 'data/mahalo'];
    for (const place of places) mkdirSync(join(this.root, place), { recursive: true });
    writeFileSync(join(this.root, 'sys/firmware/devicetree/base/compatible'), 'test,board\0');
    const board = { id: 'test', name: 'a board of tests', ports: PORTS, network: { mode: 'two-arm' } };
    writeFileSync(join(this.root, 'usr/share/mahalo/boards/test_board.json'), JSON.stringify(board));
    copyFileSync(SCRIPT, join(this.root, 'usr/share/udhcpc/mahalo'));
  }

  async start(): Promise<void> {
    const words = ['appliance', '--root', this.root, '--admin-address', '127.0.0.1', '--admin-port', '0'];
    this.#child = spawn(process.execPath, [MAIN, ...words], { stdio: 'ignore' });
    await this.until('it answers', async () => (await this.ask({ command: 'network' })) !== undefined);
  }

  /** Undefined while it does not answer; a refusal is thrown. */
  async ask(request: CommandRequest): Promise<unknown> {
    try {
      return await askAppliance(join(this.root, 'run/mahalo/appliance.sock'), request, { answerMs: DEADLINE_MS });
    } catch (error) {
      if (['absent', 'silent'].includes((error as { code: string }).code)) return undefined;
      throw error;
    }
  }

  async network(): Promise<NetworkAnswer> {
    return (await this.ask({ command: 'network' })) as NetworkAnswer;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    child.kill(signal);
    await ended;
    this.#child = undefined;
  }

  get log(): string {
    return readFileSync(join(this.root, 'run/mahalo/appliance.log'), 'utf8');
  }

  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`never: ${what}\n${this.log}`);
      await delay(50);
    }
  }
}

function addresses(link: string): string[] {
  const all = (ipJson('-4 addr show').find(({ ifname }) => ifname === link)?.addr_info ?? []) as Record<
    string,
    unknown
  >[];
  return all.map(({ local, prefixlen }) => `${local}/${prefixlen}`).sort();
}

const why = cannotMakeLab();
if (why) t.pass('network namespaces', { skip: why });
else {
  enterNamespace();
  const left = new Machine('rl', 'eth0');
  const right = new Machine('rr', 'eth1');
  const unit = new Unit();
  t.teardown(async () => {
    await unit.end('SIGTERM');
    await left.close();
    await right.close();
    rmSync(unit.root, { recursive: true, force: true });
  });
  const fixed = (address: string) => ({ mode: 'one-arm', ports: { eth0: { ipv4: { address }, ipv6: 'off' } } });
  const leased = () => addresses('eth0').find((address) => address.startsWith('10.73.0.'));

  t.test('it begins as its board says, and tells so', async (t) => {
    left.serveDhcp(73, unit.root);
    await unit.start();
    await unit.until('a lease', () => leased() !== undefined);
    const answer = await unit.network();
    t.match(answer, { settings: { mode: 'two-arm' }, trial: null, refused: '' });
    t.match(answer, { places: [{ link: 'eth0', role: 'arm', lease: { server: '10.73.0.1' } }, { link: 'eth1' }] });
    let status = (await unit.ask({ command: 'status' })) as ApplianceStatus;
    await unit.until('the status has it, too', async () => {
      status = (await unit.ask({ command: 'status' })) as ApplianceStatus;
      return status.ports?.[0]?.addresses[0] === leased() && status.ports?.every(({ link }) => link) === true;
    });
    t.match(status.hostname, /^mahalo-[0-9a-f]{4}$/);
    t.match(status.ports, [
      { name: 'eth0', label: 'WAN', role: 'arm', link: true },
      { name: 'eth1', role: 'arm' },
    ]);
    t.match(readFileSync(join(unit.root, 'run/hostname'), 'utf8'), `${status.hostname}\n`);
    t.ok(status.roles.some(({ name }) => name === 'dhcp-eth0'));
  });

  t.test('it is killed and starts again: the client went on, and the address never went', async (t) => {
    const before = leased();
    await unit.end('SIGKILL');
    t.equal(leased(), before);
    const from = unit.log.length;
    await unit.start();
    await unit.until('the client is looked after', () => unit.log.slice(from).includes('dhcp-eth0 runs already'));
    t.equal(leased(), before);
    t.notOk(unit.log.slice(from).includes('eth0: no address'), unit.log.slice(from));
  });

  t.test('settings with a mistake are refused with its place, and change nothing', async (t) => {
    const network = { mode: 'two-arm', ports: { eth0: { ipv4: { address: '10.73.0.2' } } } };
    const issue = {
      path: 'network.ports.eth0.ipv4.address',
      message: 'the length of the network is missing: "10.73.0.2/24"?',
    };
    t.same(await unit.ask({ command: 'network-check', network }), { issues: [issue] });
    await t.rejects(unit.ask({ command: 'network-apply', network }), {
      code: 'bad-settings',
      message: `${issue.path}: ${issue.message}`,
    });
    await t.rejects(unit.ask({ command: 'network-apply' }), { code: 'bad-request' });
    await t.rejects(unit.ask({ command: 'network-confirm' }), { code: 'no-trial' });
    await t.rejects(unit.ask({ command: 'network-return' }), { code: 'no-trial' });
    t.match(await unit.network(), { settings: { mode: 'two-arm' }, trial: null });
  });

  t.test('a trial is taken back when somebody says so, and when the role ends', async (t) => {
    t.same(await unit.ask({ command: 'network-check', network: fixed('10.73.0.9/24') }), { issues: [] });
    const network = fixed('10.73.0.9/24');
    const begun = (await unit.ask({ command: 'network-apply', network, author: 'ada' })) as NetworkAnswer;
    t.match(begun, { settings: { mode: 'one-arm' }, trial: { author: 'ada', number: Number } });
    t.ok((begun.trial?.remainingMs ?? 0) > 60_000 && (begun.trial?.remainingMs ?? 0) <= 90_000);
    await unit.until('the address on trial', () => addresses('eth0').join() === '10.73.0.9/24');
    t.same(await unit.ask({ command: 'network-return' }), { settings: (await unit.network()).settings, trial: null });
    await unit.until('a lease again', () => leased() !== undefined && !addresses('eth0').includes('10.73.0.9/24'));

    await unit.ask({
      command: 'network-apply',
      network: { mode: 'bridge', bridge: { ipv4: { address: '10.73.0.9/24' } } },
    });
    await unit.until('the bridge on trial', () => addresses('br0').join() === '10.73.0.9/24');
    await unit.end('SIGKILL');
    await unit.start();
    await unit.until('as before', () => leased() !== undefined && addresses('br0').length === 0);
    t.match(await unit.network(), { settings: { mode: 'two-arm' }, trial: null });
  });

  t.test('what is kept is there the next time', async (t) => {
    const network = fixed('10.73.0.8/24');
    await unit.ask({ command: 'network-apply', network });
    await unit.until('the address on trial', () => addresses('eth0').join() === '10.73.0.8/24');
    t.match(await unit.ask({ command: 'network-confirm' }), { settings: { mode: 'one-arm' }, trial: null });
    t.match(JSON.parse(readFileSync(join(unit.root, 'data/mahalo/appliance.json'), 'utf8')), { version: 1, network });
    await unit.end('SIGTERM');
    await unit.start();
    await unit.until('the address that was kept', () => addresses('eth0').join() === '10.73.0.8/24');
    t.match(await unit.network(), { settings: network, trial: null });
  });
}

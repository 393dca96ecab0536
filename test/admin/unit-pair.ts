/**
 * Two whole units, each in a network namespace of its own: a VRRP agent that really floats an address, and an admin beside
 * it. Admins reach each other over the lab's switch; tests and browsers reach them through doors on 127.0.0.1:
 *
 *     test -> 127.0.0.1:door -> a socket in the file system -> socat in the namespace -> admin
 */

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until as isSo } from '../interop/vrrp/lab/command.ts';
import { configText } from '../interop/vrrp/lab/config.ts';
import type { LabNode } from '../interop/vrrp/lab/node.ts';
import { OURS_TWICE, PairLab } from '../interop/vrrp/pair.ts';
import { MAHALO_WORDS } from '../mahalo-words.ts';
import { AdminProcess, Browser, PASSWORD } from './admin-process.ts';

/** One admin in its namespace. */
export class PairedUnit {
  readonly admin: AdminProcess;
  readonly node: LabNode;
  /** As the other unit reaches it. */
  readonly address: string;
  readonly #open = new Set<Socket>();
  #door: Server | undefined;

  constructor(node: LabNode, address: string, vrrpSocket: string) {
    this.node = node;
    this.address = address;
    const program = ['ip', 'netns', 'exec', node.namespace, ...MAHALO_WORDS];
    this.admin = new AdminProcess(['-a', '0.0.0.0', '--vrrp-socket', vrrpSocket], undefined, program);
  }

  /** Where it is reached from here. */
  get port(): number {
    return (this.#door?.address() as AddressInfo | undefined)?.port ?? 0;
  }

  get origin(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  async start(place: string): Promise<void> {
    await this.admin.start();
    const path = join(place, `${this.node.name}.door`);
    this.node.start(['socat', `UNIX-LISTEN:${path},fork`, `TCP4:127.0.0.1:${this.admin.port}`]);
    const door = createServer((outside) => {
      const inside = connect(path);
      for (const socket of [outside, inside]) {
        this.#open.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => this.#open.delete(socket));
      }
      outside.pipe(inside).pipe(outside);
      outside.on('close', () => inside.destroy());
      inside.on('close', () => outside.destroy());
    });
    await once(door.listen(0, '127.0.0.1'), 'listening');
    this.#door = door;
    const knock = (): Promise<boolean> =>
      new Browser(this.port).call('GET', '/api/claim').then(
        () => true,
        () => false,
      );
    await isSo(`${this.node.name} is reached through its door`, knock, 60_000);
  }

  /** Its owner's browser, on a fresh unit. */
  async claim(name: string): Promise<Browser> {
    const browser = new Browser(this.port);
    const body = { code: this.admin.announced('claim-code'), unit: name, user: 'owner', password: PASSWORD };
    const answer = await browser.call('POST', '/api/claim', { body });
    if (answer.status !== 200) throw new Error(`not claimed: ${answer.text}`);
    return browser;
  }

  async close(): Promise<void> {
    this.#door?.close();
    for (const socket of this.#open) socket.destroy();
    await this.admin.remove();
  }
}

export class UnitPair {
  readonly vrrp: PairLab;
  readonly a: PairedUnit;
  readonly b: PairedUnit;
  readonly #place: string;

  private constructor(vrrp: PairLab, place: string) {
    this.vrrp = vrrp;
    this.#place = place;
    const unit = (name: string): PairedUnit => {
      const node = vrrp.lab.node(name);
      return new PairedUnit(node, vrrp.lab.addressOf(node), join(place, `${name}.sock`));
    };
    this.a = unit('a');
    this.b = unit('b');
  }

  /** Unit a is master (priority 150), b its backup (100). */
  static async open(): Promise<UnitPair> {
    const place = mkdtempSync(join(tmpdir(), 'mahalo-units-'));
    const config = (name: string, priority: number): string =>
      configText({
        globals: [`vrrp_control_socket ${join(place, `${name}.sock`)}`],
        instances: [{ priority, version: 3, advert: '0.1' }],
      });
    const vrrp = await PairLab.open(OURS_TWICE, { configs: [config('a', 150), config('b', 100)] });
    const pair = new UnitPair(vrrp, place);
    try {
      await vrrp.start();
      await Promise.all([pair.a.start(place), pair.b.start(place)]);
    } catch (error) {
      await pair.close();
      throw error;
    }
    return pair;
  }

  async close(): Promise<void> {
    await Promise.all([this.a.close(), this.b.close()]);
    this.vrrp.close();
    rmSync(this.#place, { recursive: true, force: true });
  }
}

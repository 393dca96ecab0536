/**
 * A network that several emulated units and this machine share, without any rights: a QEMU without a machine, of which
 * only the network part runs. It switches between the units' cables, gives out addresses (DHCP), leads to this machine
 * (`10.0.<number>.2`), and from ports of this machine to any address of the network, a virtual one as well:
 *
 *     127.0.0.1:port -> user network --+-- hub --+-- socket of unit 0
 *                                                +-- socket of unit 1
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endsWithUs, QEMU } from './machine.ts';
import { type Forward, type PortPlan, portWords, userNetwork } from './ports.ts';

const START_MS = 60_000;

export class Segment {
  readonly number: number;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(number: number, child: ChildProcess, directory: string) {
    this.number = number;
    this.#child = child;
    this.#directory = directory;
  }

  /**
   * @param units how many cables there are
   * @param taps interfaces of this namespace that are plugged in as well; needs root
   */
  static async open(
    number: number,
    units: number,
    forwards: readonly Forward[],
    taps: readonly string[] = [],
  ): Promise<Segment> {
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-segment-'));
    const words = ['-M', 'none', '-nodefaults', '-display', 'none', '-netdev', userNetwork('user', number, forwards)];
    words.push('-netdev', 'hubport,id=hub,hubid=0,netdev=user');
    const sockets = Array.from({ length: units }, (_, unit) => socketOf(directory, unit));
    for (const [unit, socket] of sockets.entries()) {
      words.push('-netdev', `stream,id=cable${unit},server=on,addr.type=unix,addr.path=${socket}`);
      words.push('-netdev', `hubport,id=hub${unit},hubid=0,netdev=cable${unit}`);
    }
    for (const [index, device] of taps.entries()) {
      words.push('-netdev', portWords({ kind: 'tap', device }, `tap${index}`));
      words.push('-netdev', `hubport,id=tapped${index},hubid=0,netdev=tap${index}`);
    }
    const child = spawn(QEMU, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text;
    });
    child.on('error', (error) => {
      complaints += String(error);
    });
    endsWithUs(child);
    const segment = new Segment(number, child, directory);
    const deadline = performance.now() + START_MS;
    while (!sockets.every((socket) => existsSync(socket))) {
      if (child.exitCode !== null || child.pid === undefined || performance.now() > deadline) {
        await segment.close();
        throw new Error(`the shared network did not start (QEMU 7.2 or later is needed): ${complaints}`);
      }
      await delay(20);
    }
    return segment;
  }

  /** Where the port of a unit is plugged in. */
  cable(unit: number): PortPlan {
    return { kind: 'segment', socket: socketOf(this.#directory, unit) };
  }

  async close(): Promise<void> {
    if (this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function socketOf(directory: string, unit: number): string {
  return join(directory, `cable${unit}`);
}

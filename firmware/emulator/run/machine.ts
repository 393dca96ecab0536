/**
 * One emulated unit: QEMU's ARM64 virtual board with our U-Boot and a disk of its own, two network ports, a watchdog that
 * resets, a serial line and a monitor. Where the devices sit is part of the board (board.json names ports by it):
 *
 *     PCI 1: disk    2, 3: network ports    4: watchdog    5: random numbers    6: a second disk, if there is one
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PortPlan, portWords } from './ports.ts';
import { MachineMonitor } from './qmp.ts';
import { SerialConsole } from './serial-console.ts';

export const QEMU = 'qemu-system-aarch64';

export interface MachineOptions {
  /** For messages, and for the MAC addresses: 0 to 255, another one for each unit of a network. */
  readonly number?: number;
  readonly firmware: string;
  /** Written to; see `privateDisk`. */
  readonly disk: string;
  /** The `Card` that the disk is in (its `url`): QEMU writes to that instead. */
  readonly card?: string;
  /** A second medium, such as one with a CONFIG directory. */
  readonly secondDisk?: string;
  readonly ports: readonly [PortPlan, PortPlan];
  /** More words for QEMU. */
  readonly more?: readonly string[];
}

/** QEMU's words for the board itself. */
export function boardWords(options: MachineOptions): string[] {
  const { number = 0, firmware, disk, card = disk, secondDisk, ports, more = [] } = options;
  const drive = (id: string, file: string): string => `if=none,id=${id},file=${file},format=raw,cache=writeback`;
  const words = ['-M', 'virt', '-cpu', 'cortex-a53', '-smp', '2', '-m', '1024', '-accel', 'tcg,thread=multi'];
  words.push('-nodefaults', '-display', 'none', '-action', 'watchdog=reset', '-bios', firmware);
  words.push('-drive', drive('disk', card), '-device', 'virtio-blk-pci,drive=disk,addr=1');
  for (const [index, plan] of ports.entries()) {
    const mac = `52:54:00:6d:${number.toString(16).padStart(2, '0')}:0${index}`;
    words.push('-netdev', portWords(plan, `port${index}`));
    words.push('-device', `virtio-net-pci,netdev=port${index},id=nic${index},mac=${mac},romfile=,addr=${2 + index}`);
  }
  words.push('-device', 'i6300esb,addr=4', '-device', 'virtio-rng-pci,addr=5');
  if (secondDisk !== undefined) {
    words.push('-drive', drive('second', secondDisk), '-device', 'virtio-blk-pci,drive=second,addr=6');
  }
  return [...words, ...more];
}

const running = new Set<ChildProcess>();

let watching = false;

/** For QEMUs of any kind: they end with this process, also when it is told to end. */
export function endsWithUs(child: ChildProcess): void {
  if (!watching) {
    watching = true;
    process.once('exit', killAll);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
  }
  running.add(child);
  child.on('exit', () => running.delete(child));
}

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

export class Machine {
  readonly options: MachineOptions;
  readonly console: SerialConsole;
  readonly monitor: MachineMonitor;
  /** Power-on, `performance.now()`. */
  readonly startMs: number;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(
    options: MachineOptions,
    child: ChildProcess,
    parts: { console: SerialConsole; monitor: MachineMonitor; startMs: number; directory: string },
  ) {
    this.options = options;
    this.#child = child;
    this.console = parts.console;
    this.monitor = parts.monitor;
    this.startMs = parts.startMs;
    this.#directory = parts.directory;
  }

  /** Switches the power on. */
  static async start(options: MachineOptions): Promise<Machine> {
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-emulator-'));
    const socket = join(directory, 'qmp');
    const startMs = performance.now();
    const words = [...boardWords(options), '-serial', 'stdio', '-qmp', `unix:${socket},server=on,wait=off`];
    const child = spawn(QEMU, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text;
    });
    child.on('error', (error) => {
      complaints += String(error);
    });
    endsWithUs(child);
    const console = new SerialConsole(child.stdout, child.stdin);
    const isGone = (): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    try {
      const monitor = await MachineMonitor.open(socket, isGone);
      return new Machine(options, child, { console, monitor, startMs, directory });
    } catch (error) {
      child.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
      throw new Error(`${QEMU} did not start: ${complaints || error}`);
    }
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Pulls the power plug: QEMU is gone from one instruction to the next. The disk stays. */
  async cutPower(): Promise<void> {
    if (this.isRunning) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await gone;
    }
    this.monitor.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Waits until the machine switched itself off. */
  async poweredOff(limitMs = 600_000): Promise<void> {
    if (!this.isRunning) return;
    await once(this.#child, 'exit', { signal: AbortSignal.timeout(limitMs) });
  }

  /** The button on the case that nobody asks about. */
  async reset(): Promise<void> {
    await this.monitor.command('system_reset');
  }

  /** Plugs the cable of a port in or out. */
  async setLink(port: 0 | 1, up: boolean): Promise<void> {
    await this.monitor.command('set_link', { name: `nic${port}`, up });
  }

  /** Keeps the console's log for people. */
  saveLog(file: string): void {
    writeFileSync(file, this.console.text);
  }
}

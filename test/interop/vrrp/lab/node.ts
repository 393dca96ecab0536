/** One unit of the lab: a namespace with its ports, watched for the addresses it holds. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Capture } from './capture.ts';
import { clockMs, run, runAside, until } from './command.ts';
import { ECHO_PORT } from './prober.ts';
import { LabProcess } from './process.ts';

export interface AddressChange {
  readonly atMs: number;
  readonly address: string;
  readonly device: string;
  readonly added: boolean;
}

export class LabNode {
  /** `a`, `b` ...: what the prober tells as the one who answered. */
  readonly name: string;
  readonly namespace: string;
  /** For the configuration, pid files, dumps of what runs here. */
  readonly directory: string;
  /** Address (ip's text, without prefix) to the devices that carry it now. */
  readonly #held = new Map<string, Set<string>>();
  /** Everything that came and went, as `ip monitor` told it. */
  readonly changes: AddressChange[] = [];
  onChange: ((change: AddressChange) => void) | undefined;

  constructor(name: string, namespace: string, directory: string) {
    this.name = name;
    this.namespace = namespace;
    this.directory = join(directory, name);
    mkdirSync(this.directory);
  }

  /** Starts to watch; what is there already counts as added now. */
  async watch(): Promise<void> {
    this.start(['ip', '-o', 'monitor', 'address'], { onLine: (line) => this.#onLine(line) });
    // The monitor says nothing when it is ready: an address of our own making does.
    const mark = '127.77.0.1';
    await until(
      'ip monitor is ready',
      async () => {
        await runAside('ip', '-n', this.namespace, 'address', 'replace', `${mark}/32`, 'dev', 'lo');
        return this.#held.has(mark);
      },
      undefined,
      20,
    );
    await runAside('ip', '-n', this.namespace, 'address', 'del', `${mark}/32`, 'dev', 'lo');
    for (const line of (await runAside('ip', '-n', this.namespace, '-o', 'address')).split('\n')) this.#onLine(line);
  }

  #onLine(line: string): void {
    const match = /^(Deleted )?\d+: (\S+?)(?:@\S+)?\s+inet6? ([0-9a-f.:]+)/.exec(line);
    if (!match) return;
    const [, deleted, device = '', address = ''] = match;
    const devices = this.#held.get(address) ?? new Set();
    const added = deleted === undefined;
    // A renewed lifetime is told as another addition.
    if (devices.has(device) === added) return;
    if (added) devices.add(device);
    else devices.delete(device);
    if (devices.size > 0) this.#held.set(address, devices);
    else this.#held.delete(address);
    const change = { atMs: clockMs(), address, device, added };
    this.changes.push(change);
    this.onChange?.(change);
  }

  /** Whether any of its devices carries the address. */
  holds(address: string): boolean {
    return this.#held.has(address);
  }

  devicesOf(address: string): string[] {
    return [...(this.#held.get(address) ?? [])];
  }

  /** A program of this node; ends with the lab at the latest. */
  start(words: readonly string[], options: ConstructorParameters<typeof LabProcess>[2] = {}): LabProcess {
    return new LabProcess(this.namespace, words, options);
  }

  /** Runs a short command here. */
  exec(...words: readonly string[]): Promise<string> {
    return runAside('ip', 'netns', 'exec', this.namespace, ...words);
  }

  ip(...words: readonly string[]): Promise<string> {
    return runAside('ip', '-n', this.namespace, ...words);
  }

  /** As `ip`, blocking. */
  ipNow(...words: readonly string[]): string {
    return run('ip', '-n', this.namespace, ...words);
  }

  /** Answers at the virtual address whenever this node has it. */
  async echo(address: string, port: number = ECHO_PORT): Promise<LabProcess> {
    const program = join(import.meta.dirname, 'echo-program.ts');
    const server = this.start([process.execPath, program, this.name, address, String(port)]);
    await server.line(/^ready$/);
    return server;
  }

  capture(device: string, filter: string): Promise<Capture> {
    return Capture.start(this.namespace, device, filter);
  }
}

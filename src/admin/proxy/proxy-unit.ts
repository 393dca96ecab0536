/**
 * The proxy that admin drives. It is started in a session of its own and needs nothing of us: when admin is killed it goes
 * on, and the next admin finds it again. So there is no list of processes that could be wrong: those whose command line
 * names our runtime.cfg are ours, and the one whose process id the runtime API answers is the one in charge.
 *
 *   proxy/runtime.cfg    opens the runtime API, whatever the user's text says
 *   proxy/<number>.cfg   the text of a revision, as it was started
 *   proxy/<number>.log   what the process said
 *   proxy/prepared       the number whose texts all stand there, and where V8's code for it is kept: for a device's start-proxy
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeDirectory, readIfThere, removeDurably, writeAtomically } from '../../sys/atomic-file.ts';
import type { DocumentFile } from '../answers/revisions.ts';
import type { Carried, Carrier, StartOutcome } from '../configuration/carrier.ts';
import { askRuntime, RuntimeUnreachable } from './runtime-client.ts';
import { parseInfo, parseStatistics } from './statistics.ts';

const START_MS = 180_000;
const UNDER_WAY_MS = 60_000;
const PROBE_MS = 100;
/** Of one that starts while the whole unit starts: who is asked all the time does not get there. */
const PATIENT_PROBE_MS = 250;
const LONGEST_EXCUSE = 4000;
/** A path of a unix socket has so many bytes (unix(7)). */
const LONGEST_SOCKET_PATH = 100;

export class ProxyUnit implements Carrier {
  readonly what = 'the proxy';
  readonly directory: string;
  readonly socketPath: string;
  /** What is read before every user's text. */
  readonly runtimeText: string;
  readonly #command: readonly string[];
  readonly #runtimeFile: string;
  readonly #preparedFile: string;

  /** @param command the words that start `mahalo proxy` */
  constructor(directory: string, command: readonly string[]) {
    this.directory = join(directory, 'proxy');
    this.#command = command;
    this.#runtimeFile = join(this.directory, 'runtime.cfg');
    this.#preparedFile = join(this.directory, 'prepared');
    this.socketPath = join(this.directory, 'runtime.sock');
    if (Buffer.byteLength(this.socketPath) > LONGEST_SOCKET_PATH) {
      throw new Error(`the path of the state directory is too long for a unix socket in it: ${this.socketPath}`);
    }
    makeDirectory(this.directory);
    const quoted = this.socketPath.replaceAll(/[\\ "'#$]/g, '\\$&');
    this.runtimeText = `global\n    stats socket ${quoted} mode 600 level admin\n`;
    writeIfOther(this.#runtimeFile, this.runtimeText);
  }

  /** All of ours that live, also those that only finish their last connections. */
  processes(): readonly Carried[] {
    return readdirSync('/proc').flatMap((name) => {
      const one = /^\d+$/.test(name) ? this.#processOf(Number(name)) : undefined;
      return one === undefined ? [] : [one];
    });
  }

  isAlive(processId: number): boolean {
    return this.#processOf(processId) !== undefined;
  }

  /** Who takes over puts a socket of his own into the place of the old one. */
  mark(): string {
    const found = statSync(this.socketPath, { bigint: true, throwIfNoEntry: false });
    return found === undefined ? '' : `${found.ino} ${found.ctimeNs}`;
  }

  /** The one in charge, if it answers. */
  async current(): Promise<Carried | undefined> {
    const processId = await this.#answering();
    return processId === undefined ? undefined : this.#processOf(processId);
  }

  /** @param limitMs one that only finishes its last connections looks the same, and never comes to serving */
  async underWay(revision: number, limitMs = UNDER_WAY_MS): Promise<Carried | undefined> {
    const found = this.processes().findLast((one) => one.revision === revision);
    const deadlineMs = performance.now() + limitMs;
    while (found !== undefined && this.isAlive(found.processId) && performance.now() < deadlineMs) {
      if (await this.#serves(found.processId)) return found;
      await delay(PATIENT_PROBE_MS);
    }
    return undefined;
  }

  /** Starts the text, lets it take over from all that are there, and waits until it serves. */
  async start(revision: number, text: string, files: readonly DocumentFile[]): Promise<StartOutcome> {
    const child = this.launch(revision, text, files);
    const gone = Promise.race([once(child, 'exit'), once(child, 'error')]).then(() => 'gone' as const);
    const processId = child.pid;
    if (processId === undefined) return { kind: 'failed', reason: `${child.spawnfile} cannot be started` };
    const deadlineMs = performance.now() + START_MS;
    while (performance.now() < deadlineMs) {
      if ((await Promise.race([gone, delay(PROBE_MS)])) === 'gone') {
        return { kind: 'failed', reason: this.lastWords(revision) };
      }
      if (await this.#serves(processId)) return { kind: 'serving', process: { processId, revision } };
    }
    this.#signal(processId, 'SIGKILL');
    return { kind: 'failed', reason: `it did not serve within ${START_MS / 1000} s\n${this.lastWords(revision)}` };
  }

  /** As `start`, and leaves it to `underWay` to wait. An `error` of the child is told to the caller. */
  launch(revision: number, text: string, files: readonly DocumentFile[]): ChildProcess {
    const before = this.processes().map(({ processId }) => processId);
    const file = join(this.directory, `${revision}.cfg`);
    const prepared = `${revision}\n${process.env['NODE_COMPILE_CACHE'] ?? ''}\n`;
    if (readText(this.#preparedFile) !== prepared) removeDurably(this.#preparedFile);
    for (const { path, text: content } of files) {
      makeDirectory(dirname(join(this.directory, path)));
      writeAtomically(join(this.directory, path), content);
    }
    writeIfOther(file, text);
    writeIfOther(this.#preparedFile, prepared);
    const old = before.length === 0 ? [] : ['-sf', ...before.map(String)];
    const [program = '', ...words] = this.#command;
    const log = openSync(join(this.directory, `${revision}.log`), 'w', 0o600);
    const child = spawn(program, [...words, '-db', '-f', this.#runtimeFile, '-f', file, ...old], {
      cwd: this.directory,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.unref();
    return child;
  }

  /** The end of what the process of a revision wrote, whether it lives or not. */
  lastWords(revision: number): string {
    const text = readText(join(this.directory, `${revision}.log`)) ?? '';
    return text.slice(-LONGEST_EXCUSE).trim();
  }

  stopAll(): void {
    for (const { processId } of this.processes()) this.#signal(processId, 'SIGTERM');
  }

  /** Texts that nothing runs any more. */
  tidy(keep: readonly number[]): void {
    const needed = new Set([...keep, ...this.processes().map(({ revision }) => revision)]);
    for (const name of readdirSync(this.directory)) {
      const number = /^(\d+)\.(?:cfg|log)$/.exec(name)?.[1];
      if (number !== undefined && !needed.has(Number(number))) removeDurably(join(this.directory, name));
    }
  }

  #signal(processId: number, signal: NodeJS.Signals): void {
    try {
      process.kill(processId, signal);
    } catch {
      // Gone already.
    }
  }

  #processOf(processId: number): Carried | undefined {
    let words: readonly string[];
    try {
      words = readFileSync(`/proc/${processId}/cmdline`, 'utf8').split('\0');
    } catch {
      return undefined; // gone, or not ours to see
    }
    if (!words.includes(this.#runtimeFile) || !words.includes('-db')) return undefined;
    const prefix = `${this.directory}/`;
    const file = words.find((word) => word.startsWith(prefix) && /\/\d+\.cfg$/.test(word));
    return file === undefined ? undefined : { processId, revision: Number(file.slice(prefix.length, -4)) };
  }

  async #serves(processId: number): Promise<boolean> {
    return (await this.#answering()) === processId && (await this.#listens());
  }

  async #answering(): Promise<number | undefined> {
    if (!existsSync(this.socketPath)) return undefined;
    try {
      return Number(parseInfo(await askRuntime(this.socketPath, 'show info'))['Pid']);
    } catch (error) {
      if (error instanceof RuntimeUnreachable) return undefined;
      throw error;
    }
  }

  /** Every frontend accepts connections. */
  async #listens(): Promise<boolean> {
    try {
      const { rows } = parseStatistics(await askRuntime(this.socketPath, 'show stat'));
      return rows.every((row) => row['kind'] !== 'frontend' || row['status'] === 'OPEN');
    } catch (error) {
      if (error instanceof RuntimeUnreachable) return false;
      throw error;
    }
  }
}

/** A unit that starts has it as it left it. */
function writeIfOther(path: string, text: string): void {
  if (readText(path) !== text) writeAtomically(path, text);
}

function readText(path: string): string | undefined {
  return readIfThere(path)?.toString('utf8');
}

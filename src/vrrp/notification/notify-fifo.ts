/**
 * A named pipe that gets a line for each transition. Made when missing (0644, its user's), and removed at the end by
 * whom it was made. Opened for reading and writing, so that it neither waits for a reader nor ends with one; when
 * nobody reads, the kernel keeps 64 KiB and lines after that are dropped and counted.
 */
import { closeSync, constants, lchownSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { EEXIST, errnoMessage } from '../../sys/errno.ts';
import { makeFifo } from '../../sys/fifo.ts';
import type { NotifyFifoModel } from '../model.ts';
import type { ScriptRun, ScriptRunner } from './script-runner.ts';
import type { ScriptUser } from './script-user.ts';

const MODE = 0o644;
const FLAGS = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW;

export class NotifyFifo {
  readonly model: NotifyFifoModel;
  readonly #log: (text: string) => void;
  #fd = -1;
  #created = false;
  #script: ScriptRun | undefined;
  /** Lines written, and lines that the pipe had no room for. */
  written = 0;
  dropped = 0;

  constructor(model: NotifyFifoModel, log: (text: string) => void) {
    this.model = model;
    this.#log = log;
  }

  get open(): boolean {
    return this.#fd >= 0;
  }

  isFor(model: NotifyFifoModel): boolean {
    return isDeepStrictEqual(unplaced(this.model), unplaced(model));
  }

  /** Makes it, starts its script, opens it: keepalived's order. What goes wrong is logged, and nothing is written then. */
  start(runner: ScriptRunner, defaultUser: ScriptUser | undefined): void {
    const path = this.model.path;
    const made = makeFifo(path, MODE);
    if (made < 0 && made !== -EEXIST) {
      this.#log(`Unable to create notify fifo ${path}: ${errnoMessage(-made)}`);
      return;
    }
    this.#created = made === 0;
    const user = this.model.user ?? defaultUser;
    if (this.#created && user !== undefined) this.#give(user);
    if (this.model.script !== undefined) {
      this.#script = runner.run(this.model.script, [path], {
        timeoutMs: 0,
        onRunEnd: () => this.#log(`notify fifo ${path}: its script ended`),
      });
    }
    try {
      this.#fd = openSync(path, FLAGS);
    } catch (error) {
      this.#log(`Unable to open notify fifo ${path}: ${(error as Error).message}`);
      this.#remove();
    }
  }

  write(line: string): void {
    if (this.#fd < 0) return;
    try {
      writeSync(this.#fd, line);
      this.written++;
    } catch (error) {
      // EAGAIN: nobody reads. Waiting would cost us the address, so the line is lost, as with keepalived.
      this.dropped++;
      if (this.dropped === 1) this.#log(`notify fifo ${this.model.path}: line dropped: ${(error as Error).message}`);
    }
  }

  /** Removes it before it is closed, so that a script that opens it again cannot get hold of it. Twice is once. */
  stop(): void {
    this.#remove();
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
    this.#script?.terminate();
    this.#script = undefined;
  }

  #give(user: ScriptUser): void {
    if (user.uid === process.geteuid?.() && user.gid === process.getegid?.()) return;
    try {
      lchownSync(this.model.path, user.uid, user.gid);
    } catch (error) {
      this.#log(`Failed to set uid:gid for fifo ${this.model.path}: ${(error as Error).message}`);
    }
  }

  #remove(): void {
    if (!this.#created) return;
    this.#created = false;
    try {
      unlinkSync(this.model.path);
    } catch (error) {
      this.#log(`notify fifo ${this.model.path} is not removed: ${(error as Error).message}`);
    }
  }
}

/** A line that moved within its file says the same. */
function unplaced(model: NotifyFifoModel): unknown {
  return [model.path, model.user, model.script?.words, model.script?.user];
}

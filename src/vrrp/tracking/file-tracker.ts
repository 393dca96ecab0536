/**
 * `track_file`: the number in a file. Its directory is watched, so that a file that is replaced by renaming, removed
 * or made anew is seen; it is read when whoever wrote it has closed it, never half-written. No file is the value 0.
 */
import { closeSync, constants, openSync, readSync, realpathSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoMessage } from '../../sys/errno.ts';
import type { TrackFileModel } from '../model.ts';
import type { DirectoryListener, DirectoryWatch } from './directory-watch.ts';
import { FILE_VALUE_BYTES, parseFileValue } from './file-value.ts';
import type { Tracker, TrackListener, TrackLog, TrackState } from './tracker.ts';

export class FileTracker implements Tracker, DirectoryListener {
  readonly kind = 'file';
  readonly name: string;
  readonly model: TrackFileModel;
  readonly holds = false;
  value = 0;
  reason = '';

  readonly #directories: DirectoryWatch;
  readonly #listener: TrackListener;
  readonly #log: TrackLog;
  readonly #reloading: boolean;
  readonly #bytes = Buffer.alloc(FILE_VALUE_BYTES);
  #path = '';
  #started = false;

  constructor(
    model: TrackFileModel,
    directories: DirectoryWatch,
    listener: TrackListener,
    log: TrackLog,
    reloading: boolean,
  ) {
    this.model = model;
    this.name = model.name;
    this.#directories = directories;
    this.#listener = listener;
    this.#log = log;
    this.#reloading = reloading;
  }

  /** For people: what counts is the value (contribution.ts). */
  get state(): TrackState {
    return this.value === 0 ? 'up' : 'down';
  }

  /** Writes the first value when told to (`init_file`), reads the file, and watches it. Not there: the value is 0. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#path = resolvePath(this.model.path);
    this.#initialise();
    const directory = dirname(this.#path);
    const watched = this.#directories.watch(directory, this);
    if (watched < 0) {
      this.#log(`track file ${this.name}: directory ${directory} cannot be watched yet: ${errnoMessage(-watched)}`);
    }
    const value = this.#read();
    if (value !== undefined) this.value = value;
    this.#explain();
  }

  stop(): void {
    if (this.#started) this.#directories.unwatch(dirname(this.#path), this);
    this.#started = false;
  }

  onFile(name: string, present: boolean): void {
    if (name === basename(this.#path)) this.#update(present ? this.#read() : 0);
  }

  onOverflow(): void {
    this.#update(this.#read());
  }

  #update(value: number | undefined): void {
    if (value === undefined || value === this.value) return;
    this.value = value;
    this.#explain();
    this.#listener.onTrack(this);
  }

  #explain(): void {
    this.reason = `${this.#path} says ${this.value}`;
  }

  /** Undefined: what stands there is no number of 32 bits, and is not taken. */
  #read(): number | undefined {
    let length = 0;
    try {
      const fd = openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        length = readSync(fd, this.#bytes, 0, FILE_VALUE_BYTES, null);
      } finally {
        closeSync(fd);
      }
    } catch {
      return 0; // no file, or one that cannot be read: 0, as keepalived
    }
    const text = this.#bytes.toString('latin1', 0, length);
    const value = parseFileValue(text);
    if (value === undefined) this.#log(`Invalid number ${text.trim()} read from ${this.#path} - ignoring`);
    return value;
  }

  #initialise(): void {
    const { initValue, initOverwrite } = this.model;
    if (initValue === undefined) return;
    const exists = statSync(this.#path, { throwIfNoEntry: false });
    if (exists !== undefined && (!initOverwrite || this.#reloading)) return;
    if (exists !== undefined && !exists.isFile()) {
      this.#log(`Cannot initialise track file ${this.name} - it is not a regular file`);
      return;
    }
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
      const fd = openSync(this.#path, flags, 0o644);
      writeSync(fd, `${initValue}\n`);
      closeSync(fd);
    } catch (error) {
      this.#log(`Unable to initialise track file ${this.name}: ${(error as Error).message}`);
    }
  }
}

/** Without symbolic links, as far as it exists: the directory that is watched must be the file's. */
function resolvePath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // not there yet: its directory may be
  }
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return resolve(path); // the watch will say what is wrong
  }
}

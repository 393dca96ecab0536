/**
 * Directories that hold tracked files, over one inotify descriptor. A directory that is removed or moved away takes its
 * files with it; it is looked for again once a second until it is back.
 */
import type { Reactor } from '../../loop/reactor.ts';
import { Timer } from '../../loop/timer-wheel.ts';
import { EPOLLIN } from '../../sys/epoll.ts';
import {
  IN_CLOSE_WRITE,
  IN_DELETE,
  IN_DELETE_SELF,
  IN_IGNORED,
  IN_ISDIR,
  IN_MOVE_SELF,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  IN_ONLYDIR,
  IN_Q_OVERFLOW,
  Inotify,
} from '../../sys/inotify.ts';

const GONE = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED;
const MASK = IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
const SEARCH_INTERVAL_MS = 1000;

export interface DirectoryListener {
  /** A file of the directory was written and closed or moved in (`present`), or removed or moved out. */
  onFile(name: string, present: boolean): void;
  /** Anything may have happened, files may have come or gone: read again. */
  onOverflow(): void;
}

class Directory {
  readonly path: string;
  readonly listeners = new Set<DirectoryListener>();
  /** inotify's number; negative while the directory is not there. */
  watch = -1;

  constructor(path: string) {
    this.path = path;
  }
}

export class DirectoryWatch {
  readonly #reactor: Reactor;
  readonly #directories = new Map<string, Directory>();
  readonly #timer = new Timer(this);
  #inotify: Inotify | undefined;

  constructor(reactor: Reactor) {
    this.#reactor = reactor;
  }

  /** 0, or `-errno`: the directory is not there (it is looked for from now on), or there can be no more watches. */
  watch(path: string, listener: DirectoryListener): number {
    let inotify = this.#inotify;
    if (inotify === undefined) {
      const opened = Inotify.open();
      if (typeof opened === 'number') return opened;
      inotify = opened;
      this.#inotify = inotify;
      this.#reactor.add(inotify.fd, this, EPOLLIN);
    }
    let directory = this.#directories.get(path);
    if (directory === undefined) {
      directory = new Directory(path);
      this.#directories.set(path, directory);
    }
    directory.listeners.add(listener);
    if (directory.watch < 0) directory.watch = inotify.watch(path, MASK);
    if (directory.watch < 0) this.#search();
    return Math.min(directory.watch, 0);
  }

  unwatch(path: string, listener: DirectoryListener): void {
    const directory = this.#directories.get(path);
    const inotify = this.#inotify;
    if (directory === undefined || inotify === undefined) return;
    directory.listeners.delete(listener);
    if (directory.listeners.size > 0) return;
    this.#directories.delete(path);
    if (directory.watch >= 0) inotify.unwatch(directory.watch);
    if (this.#directories.size > 0) return;
    this.#reactor.timers.cancel(this.#timer);
    this.#reactor.remove(inotify.fd);
    inotify.close();
    this.#inotify = undefined;
  }

  onEvents(): void {
    this.#inotify?.read(this.#visit);
  }

  readonly #visit = (watch: number, mask: number, name: string): void => {
    if ((mask & IN_Q_OVERFLOW) !== 0) {
      for (const directory of this.#directories.values()) tellAll(directory);
      return;
    }
    const directory = this.#byWatch(watch);
    if (directory === undefined || (mask & IN_ISDIR) !== 0) return;
    if ((mask & GONE) !== 0) {
      // A directory that was moved is watched on under another name: not what was asked for.
      if ((mask & IN_MOVE_SELF) !== 0) this.#inotify?.unwatch(watch);
      directory.watch = -1;
      tellAll(directory);
      this.#search();
      return;
    }
    const present = (mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) !== 0;
    for (const listener of directory.listeners) listener.onFile(name, present);
  };

  onTimer(): void {
    let missing = false;
    for (const directory of this.#directories.values()) {
      if (directory.watch >= 0) continue;
      directory.watch = this.#inotify?.watch(directory.path, MASK) ?? -1;
      if (directory.watch < 0) missing = true;
      else tellAll(directory);
    }
    if (missing) this.#search();
  }

  #search(): void {
    this.#reactor.timers.arm(this.#timer, this.#reactor.refresh() + SEARCH_INTERVAL_MS);
  }

  #byWatch(watch: number): Directory | undefined {
    for (const directory of this.#directories.values()) if (directory.watch === watch) return directory;
    return undefined;
  }
}

function tellAll(directory: Directory): void {
  for (const listener of directory.listeners) listener.onOverflow();
}

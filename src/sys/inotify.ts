/**
 * inotify(7): the kernel tells what happens to files. A watch follows the file (its inode), not the name: to see a file
 * replaced or made, watch its directory.
 */
import { native, settle } from './ffi.ts';
import { allocate, cString } from './memory.ts';
import { read } from './pipe.ts';
import { close } from './socket.ts';

export const IN_MODIFY = 0x2;
export const IN_ATTRIB = 0x4;
export const IN_CLOSE_WRITE = 0x8;
export const IN_MOVED_FROM = 0x40;
export const IN_MOVED_TO = 0x80;
export const IN_CREATE = 0x100;
export const IN_DELETE = 0x200;
export const IN_DELETE_SELF = 0x400;
export const IN_MOVE_SELF = 0x800;
/** Told, never asked for: the file system went, events were lost, the watch is no more. */
export const IN_UNMOUNT = 0x2000;
export const IN_Q_OVERFLOW = 0x4000;
export const IN_IGNORED = 0x8000;
export const IN_ONLYDIR = 0x0100_0000;
export const IN_ISDIR = 0x4000_0000;

const IN_FLAGS = 0o2004000; // IN_NONBLOCK | IN_CLOEXEC
/** i32 watch, u32 mask, u32 cookie, u32 length of the name that follows, padded with NULs. */
const EVENT_HEAD_SIZE = 16;
const RECEIVE_SIZE = 16384;

const cInit = native('int inotify_init1(int)');
const cAdd = native('int inotify_add_watch(int, uintptr_t, uint32_t)');
const cRemove = native('int inotify_rm_watch(int, int)');

/** `watch` is -1 for IN_Q_OVERFLOW; `name` is that of the entry of a watched directory, `''` for the watched itself. */
export type FileEventVisitor = (watch: number, mask: number, name: string) => void;

/** Visits the events of what was read; a cut one ends the walk. Pure. */
export function visitFileEvents(bytes: Buffer, length: number, visit: FileEventVisitor): void {
  const limit = Math.min(length, bytes.length);
  let at = 0;
  while (at + EVENT_HEAD_SIZE <= limit) {
    const nameStart = at + EVENT_HEAD_SIZE;
    const nameLength = bytes.readUInt32LE(at + 12);
    if (nameLength > limit - nameStart) return;
    const name = bytes.subarray(nameStart, nameStart + nameLength);
    const end = name.indexOf(0);
    visit(bytes.readInt32LE(at), bytes.readUInt32LE(at + 4), name.toString('utf8', 0, end < 0 ? nameLength : end));
    at = nameStart + nameLength;
  }
}

export class Inotify {
  /** To be watched for reading. */
  readonly fd: number;
  readonly #received = allocate(RECEIVE_SIZE);
  #open = true;

  private constructor(fd: number) {
    this.fd = fd;
  }

  static open(): Inotify | number {
    const fd = settle(cInit(IN_FLAGS));
    return fd < 0 ? fd : new Inotify(fd);
  }

  /** The number of the watch, or `-errno`. The same file again: the same number, its mask replaced. */
  watch(path: string, mask: number): number {
    const text = cString(path);
    return settle(cAdd(this.fd, text.address, mask));
  }

  /** IN_IGNORED follows. -EINVAL for one that is gone already. */
  unwatch(watch: number): number {
    return settle(cRemove(this.fd, watch));
  }

  /** Visits what came: 0, or `-EAGAIN` when nothing is left, or another `-errno`. A visitor must not read again. */
  read(visit: FileEventVisitor): number {
    const length = read(this.fd, this.#received.address, RECEIVE_SIZE);
    if (length < 0) return length;
    visitFileEvents(this.#received.bytes, length, visit);
    return 0;
  }

  close(): void {
    if (this.#open) close(this.fd);
    this.#open = false;
  }
}

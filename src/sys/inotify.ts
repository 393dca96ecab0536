/**
 * inotify(7): the kernel tells what happens to files. A watch follows the file (its inode), not the name: to see a file
 * replaced or made, watch its directory.
 */
import { native, settle } from './ffi.ts';
import { allocate, cString } from './memory.ts';
import { read } from './pipe.ts';

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

const received = allocate(RECEIVE_SIZE);

export interface FileEventListener {
  /**
   * `mask` is IN_* bits; `watch` is -1 for IN_Q_OVERFLOW; `name` is that of the entry of a watched directory, `''` for
   * what is watched itself. May add and remove watches, but not read.
   */
  onInotify(watch: number, mask: number, name: string): void;
}

/** Tells the events of what was read; a cut one ends the walk. Pure. */
export function tellFileEvents(bytes: Buffer, length: number, listener: FileEventListener): void {
  const limit = Math.min(length, bytes.length);
  let at = 0;
  while (at + EVENT_HEAD_SIZE <= limit) {
    const nameStart = at + EVENT_HEAD_SIZE;
    const nameLength = bytes.readUInt32LE(at + 12);
    if (nameLength > limit - nameStart) return;
    const padded = bytes.subarray(nameStart, nameStart + nameLength);
    const end = padded.indexOf(0);
    const name = padded.toString('utf8', 0, end < 0 ? nameLength : end);
    listener.onInotify(bytes.readInt32LE(at), bytes.readUInt32LE(at + 4), name);
    at = nameStart + nameLength;
  }
}

/** A descriptor to be watched for reading, non-blocking and close-on-exec; or `-errno`. */
export function openInotify(): number {
  return settle(cInit(IN_FLAGS));
}

/** The number of the watch, or `-errno`. The same file again: the same number, its mask replaced. */
export function addWatch(fd: number, path: string, mask: number): number {
  const text = cString(path);
  return settle(cAdd(fd, text.address, mask));
}

/** IN_IGNORED follows. -EINVAL for one that is gone already. */
export function removeWatch(fd: number, watch: number): number {
  return settle(cRemove(fd, watch));
}

/** Tells what has come, up to 16 KiB of it: 0, or `-EAGAIN` when there is nothing, or another `-errno`. */
export function readInotify(fd: number, listener: FileEventListener): number {
  const length = read(fd, received.address, RECEIVE_SIZE);
  if (length < 0) return length;
  tellFileEvents(received.bytes, length, listener);
  return 0;
}

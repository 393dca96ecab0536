/**
 * Network namespaces (`namespace` on bind and server lines): a socket belongs to the namespace in which its thread was
 * when it was made, so the thread goes there for the one call and comes back.
 */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { check, EACCES, EMFILE, ENOENT } from './errno.ts';
import { native, settle } from './ffi.ts';
import { socket } from './socket.ts';

/** Where iproute2 (and HAProxy) keep named namespaces. */
const NAMED = '/var/run/netns';
const CLONE_NEWNET = 0x4000_0000;

const cSetNs = native('int setns(int, int)');
const cUnshare = native('int unshare(int)');

/** A descriptor of a named namespace, to be kept for `socketIn` (after a chroot no path leads there); or `-errno`. */
export function openNamespace(name: string): number {
  return openNamespaceFile(join(NAMED, name));
}

/** As openNamespace, for a path such as `/proc/123/ns/net`. */
export function openNamespaceFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).errno;
    return errno !== undefined && errno < 0 ? errno : -ENOENT;
  }
}

const shared = new Map<string, number>();

/** The descriptor of a named namespace, opened once and kept for good; or `-errno`. */
export function sharedNamespace(name: string): number {
  let fd = shared.get(name);
  if (fd === undefined || fd < 0) {
    fd = openNamespace(name);
    shared.set(name, fd);
  }
  return fd;
}

let ownNamespace = -1;

/** Makes a socket in another namespace; `-errno` (-EPERM without CAP_SYS_ADMIN). Throws if there is no way back. */
export function socketIn(namespaceFd: number, family: number, type: number, protocol: number): number {
  if (ownNamespace < 0) {
    ownNamespace = openNamespaceFile('/proc/thread-self/ns/net');
    if (ownNamespace < 0) return ownNamespace === -EMFILE ? ownNamespace : -EACCES;
  }
  const moved = settle(cSetNs(namespaceFd, CLONE_NEWNET));
  if (moved < 0) return moved;
  const result = socket(family, type, protocol);
  check(settle(cSetNs(ownNamespace, CLONE_NEWNET)), 'setns', 'back to the own network namespace');
  return result;
}

/** Moves the calling thread to a new, empty network namespace, for good (tests, the namespace's only thread). */
export function unshareNetwork(): number {
  forgetOwn();
  return settle(cUnshare(CLONE_NEWNET));
}

/**
 * Moves the calling thread to a named namespace, for good: its sockets, its children and what it reads below /proc/sys/net
 * are there from now on; Node's helper threads (asynchronous file access) stay. 0 or `-errno`.
 */
export function enterNamespace(name: string): number {
  const fd = openNamespace(name);
  if (fd < 0) return fd;
  forgetOwn();
  const result = settle(cSetNs(fd, CLONE_NEWNET));
  closeSync(fd);
  return result;
}

function forgetOwn(): void {
  if (ownNamespace >= 0) closeSync(ownNamespace);
  ownNamespace = -1;
}

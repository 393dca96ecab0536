/**
 * Who this process is: users, groups, capabilities, chroot. Functions return >= 0 or -errno. The C library changes
 * users and groups in every thread at once; capabilities are the calling thread's own. So dropping root while keeping
 * a capability works thus, and leaves Node's helper threads with none:
 *
 *   keepCapabilities(true); setGroups([gid]); setGroup(gid); setUser(uid); setCapabilities(those needed)
 */
import { EINVAL, ENOENT } from './errno.ts';
import { native, settle } from './ffi.ts';
import { allocate, cString, memoryAt } from './memory.ts';

export const CAP_CHOWN = 0;
export const CAP_SETGID = 6;
export const CAP_SETUID = 7;
export const CAP_NET_BIND_SERVICE = 10;
export const CAP_NET_ADMIN = 12;
export const CAP_NET_RAW = 13;
export const CAP_SYS_CHROOT = 18;
export const CAP_SYS_ADMIN = 21;
export const CAP_SYS_RESOURCE = 24;

const PR_SET_DUMPABLE = 4;
const PR_SET_KEEPCAPS = 8;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_IS_SET = 1;
const PR_CAP_AMBIENT_RAISE = 2;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;
const CAPABILITY_VERSION_3 = 0x2008_0522;

const cChroot = native('int chroot(uintptr_t)');
const cSetResUid = native('int setresuid(uint32_t, uint32_t, uint32_t)');
const cSetResGid = native('int setresgid(uint32_t, uint32_t, uint32_t)');
const cSetGroups = native('int setgroups(size_t, uintptr_t)');
const cPrctl = native('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
const cCapGet = native('int capget(uintptr_t, uintptr_t)');
const cCapSet = native('int capset(uintptr_t, uintptr_t)');
const cGetPwNam = native('uintptr_t getpwnam(uintptr_t)');
const cGetGrNam = native('uintptr_t getgrnam(uintptr_t)');

/** Makes `path` the root of the file system and goes there, so that no relative path leads out. */
export function chroot(path: string): number {
  const text = cString(path);
  const result = settle(cChroot(text.address));
  if (result === 0) process.chdir('/');
  return result;
}

/** Real, effective and saved user, in all threads. */
export function setUser(uid: number): number {
  return settle(cSetResUid(uid, uid, uid));
}

/** Real, effective and saved group, in all threads. */
export function setGroup(gid: number): number {
  return settle(cSetResGid(gid, gid, gid));
}

/** The supplementary groups, in all threads. */
export function setGroups(gids: readonly number[]): number {
  const list = allocate(4 * gids.length);
  for (const [index, gid] of gids.entries()) list.bytes.writeUInt32LE(gid, 4 * index);
  return settle(cSetGroups(gids.length, list.address));
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** What getpwnam(3) knows (files, NSS); -ENOENT when there is no such user. Ask before a chroot. */
export function userByName(name: string): Account | number {
  const text = cString(name);
  const entry = cGetPwNam(text.address);
  if (entry === 0) return -ENOENT;
  // struct passwd: name, password (pointers), uid, gid.
  const bytes = memoryAt(entry, 24);
  return { uid: bytes.readUInt32LE(16), gid: bytes.readUInt32LE(20) };
}

/** The number of a group, or -ENOENT. */
export function groupByName(name: string): number {
  const text = cString(name);
  const entry = cGetGrNam(text.address);
  return entry === 0 ? -ENOENT : memoryAt(entry, 20).readUInt32LE(16);
}

export interface Capabilities {
  readonly effective: ReadonlySet<number>;
  readonly permitted: ReadonlySet<number>;
  readonly inheritable: ReadonlySet<number>;
}

// struct __user_cap_header { version, pid } and two struct __user_cap_data { effective, permitted, inheritable }.
const header = allocate(8);
const data = allocate(24);

/** The calling thread's capabilities, by number; or `-errno`. */
export function getCapabilities(): Capabilities | number {
  header.bytes.writeUInt32LE(CAPABILITY_VERSION_3, 0);
  const result = settle(cCapGet(header.address, data.address));
  return result < 0 ? result : { effective: readSet(0), permitted: readSet(4), inheritable: readSet(8) };
}

/** Sets the calling thread's capabilities: what is not in `permitted` is lost for good. */
export function setCapabilities(wanted: Capabilities): number {
  header.bytes.writeUInt32LE(CAPABILITY_VERSION_3, 0);
  data.bytes.fill(0);
  const sets = [wanted.effective, wanted.permitted, wanted.inheritable];
  for (const [offset, set] of sets.entries()) {
    for (const capability of set) {
      if (!Number.isInteger(capability) || capability < 0 || capability > 63) return -EINVAL;
      const at = 4 * offset + 12 * (capability >> 5);
      data.bytes.writeUInt32LE((data.bytes.readUInt32LE(at) | (1 << (capability & 31))) >>> 0, at);
    }
  }
  return settle(cCapSet(header.address, data.address));
}

function readSet(offset: number): Set<number> {
  const set = new Set<number>();
  for (let capability = 0; capability < 64; capability++) {
    const word = data.bytes.readUInt32LE(offset + 12 * (capability >> 5));
    if ((word & (1 << (capability & 31))) !== 0) set.add(capability);
  }
  return set;
}

/** Whether permitted capabilities of this thread survive the change to a user other than root. */
export function keepCapabilities(keep: boolean): number {
  return settle(cPrctl(PR_SET_KEEPCAPS, keep ? 1 : 0, 0, 0, 0));
}

/** A capability that programs this thread executes inherit; it must be permitted and inheritable. */
export function raiseAmbient(capability: number): number {
  return settle(cPrctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0));
}

/** 1, 0 or `-errno`. */
export function isAmbient(capability: number): number {
  return settle(cPrctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, capability, 0, 0));
}

export function clearAmbient(): number {
  return settle(cPrctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
}

/** No program executed from here gains privileges. */
export function forbidNewPrivileges(): number {
  return settle(cPrctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

/** Core dumps after a change of user (`set-dumpable`). */
export function setDumpable(dumpable: boolean): number {
  return settle(cPrctl(PR_SET_DUMPABLE, dumpable ? 1 : 0, 0, 0, 0));
}

/**
 * Programs of others, started without making a copy of this process: posix_spawn(3) is clone(CLONE_VM|CLONE_VFORK), so
 * the calling thread waits only until the program is loaded (0.2 ms however big this process is), where Node's own
 * spawn copies the page tables (1.7 ms at 50 MB, 7 ms at 250 MB, and page faults after). A child is watched by a pidfd.
 *
 * posix_spawn knows no "run as that user". It does know POSIX_SPAWN_RESETIDS: effective = real. So the calling thread
 * (only it: these are raw system calls) changes its real user and group for the call and stays root by its effective
 * ones; the child drops to them, and execve copies the effective ones to the saved ones. No way leads back for it.
 */
import { check, EPERM } from './errno.ts';
import { native, settle } from './ffi.ts';
import { allocate, cString, type NativeMemory, writeWord } from './memory.ts';

const SPAWN_RESET_IDS = 0x01;
const SPAWN_SET_GROUP = 0x02;
const SPAWN_SET_SIGNAL_DEFAULTS = 0x04;
const SPAWN_SET_SIGNAL_MASK = 0x08;
const SPAWN_SET_SCHEDULER = 0x20;
const O_RDWR = 2;
const WNOHANG = 1;
const UNCHANGED = 0xffff_ffff;
/** What posix_spawn_file_actions_t (80 bytes) and posix_spawnattr_t (336) of glibc and musl fit in. */
const OPAQUE_SIZE = 512;
/** System call numbers: x64 keeps its own table, arm64 has the generic one. */
const X64 = process.arch === 'x64';
const SYS_SETRESUID = X64 ? 117 : 147;
const SYS_SETRESGID = X64 ? 119 : 149;
const SYS_SETGROUPS = X64 ? 116 : 159;
const SYS_PIDFD_OPEN = 434;

const cSpawn = native('int posix_spawn(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t)');
const cActionsInit = native('int posix_spawn_file_actions_init(uintptr_t)');
const cActionsOpen = native('int posix_spawn_file_actions_addopen(uintptr_t, int, uintptr_t, int, uint32_t)');
const cAttributesInit = native('int posix_spawnattr_init(uintptr_t)');
const cSetFlags = native('int posix_spawnattr_setflags(uintptr_t, int16_t)');
const cSetDefaults = native('int posix_spawnattr_setsigdefault(uintptr_t, uintptr_t)');
const cFillSet = native('int sigfillset(uintptr_t)');
const cWait = native('int wait4(int, uintptr_t, int, uintptr_t)');
const cKill = native('int kill(int, int)');
const cGetGroups = native('int getgroups(int, uintptr_t)');
const cGetScheduler = native('int sched_getscheduler(int)');
const cGetPriority = native('int getpriority(int, uint32_t)');
const cSetPriority = native('int setpriority(int, uint32_t, int)');
const cSystemCall = native('int64_t syscall(int64_t, uint64_t, uint64_t, uint64_t)');

/** Standard streams are /dev/null; own process group; no signal is blocked or ignored. */
interface Prepared {
  readonly actions: NativeMemory;
  readonly attributes: NativeMemory;
  readonly devNull: NativeMemory;
}

let prepared: Prepared | undefined;
const pidOut = allocate(4);
const statusOut = allocate(4);
/** Programs get the nice value that this process was started with, whatever it gave itself since. */
const ownNiceness = cGetPriority(0, 0);

function prepare(): Prepared {
  const actions = allocate(OPAQUE_SIZE);
  const attributes = allocate(OPAQUE_SIZE);
  const devNull = cString('/dev/null');
  check(-cActionsInit(actions.address), 'posix_spawn_file_actions_init');
  for (let fd = 0; fd < 3; fd++) cActionsOpen(actions.address, fd, devNull.address, O_RDWR, 0);
  check(-cAttributesInit(attributes.address), 'posix_spawnattr_init');
  const signals = allocate(128);
  cFillSet(signals.address);
  cSetDefaults(attributes.address, signals.address);
  return { actions, attributes, devNull };
}

/** A user's number and group for `spawnProcess`. */
export interface SpawnUser {
  readonly uid: number;
  readonly gid: number;
}

/** NUL-terminated strings with a NULL-terminated table of pointers to them, as execve(2) wants them. */
export class StringTable {
  readonly address: number;
  readonly #memory: NativeMemory;

  constructor(strings: readonly string[]) {
    const encoded = strings.map((text) => Buffer.from(text, 'utf8'));
    const tableSize = (strings.length + 1) * 8;
    const total = encoded.reduce((sum, bytes) => sum + bytes.length + 1, tableSize);
    this.#memory = allocate(total);
    this.address = this.#memory.address;
    let at = tableSize;
    for (const [index, bytes] of encoded.entries()) {
      writeWord(this.#memory.bytes, index * 8, this.address + at);
      at += bytes.copy(this.#memory.bytes, at) + 1;
    }
  }
}

/**
 * Starts a program in a process group of its own; its pid, or `-errno` (-ENOENT, -EACCES, -ENOEXEC without `#!` line,
 * -EPERM where we may not become that user). Somebody must `reap` it.
 */
export function spawnProcess(program: string, argv: StringTable, environment: StringTable, user: SpawnUser): number {
  prepared ??= prepare();
  let flags = SPAWN_SET_GROUP | SPAWN_SET_SIGNAL_DEFAULTS | SPAWN_SET_SIGNAL_MASK | SPAWN_RESET_IDS;
  if (cGetScheduler(0) > 0) flags |= SPAWN_SET_SCHEDULER;
  cSetFlags(prepared.attributes.address, flags);
  const path = cString(program);
  const niceness = cGetPriority(0, 0);
  if (niceness !== ownNiceness) cSetPriority(0, 0, ownNiceness);
  const identity = Identity.take(user);
  const result =
    identity === undefined
      ? -EPERM
      : -cSpawn(
          pidOut.address,
          path.address,
          prepared.actions.address,
          prepared.attributes.address,
          argv.address,
          environment.address,
        );
  identity?.giveBack();
  if (niceness !== ownNiceness) cSetPriority(0, 0, niceness);
  return result < 0 ? result : pidOut.bytes.readInt32LE(0);
}

/** Whom the calling thread's children belong to, during one call. */
class Identity {
  readonly #uid: number;
  readonly #gid: number;
  readonly #groups: NativeMemory;
  readonly #groupCount: number;

  constructor(uid: number, gid: number, groups: NativeMemory, groupCount: number) {
    this.#uid = uid;
    this.#gid = gid;
    this.#groups = groups;
    this.#groupCount = groupCount;
  }

  /** Undefined, and nothing changed, where we may not. */
  static take(user: SpawnUser): Identity | undefined {
    const uid = process.getuid?.() ?? 0;
    const gid = process.getgid?.() ?? 0;
    const groups = allocate(4 * 65_536);
    const groupCount = Math.max(cGetGroups(65_536, groups.address), 0);
    const identity = new Identity(uid, gid, groups, groupCount);
    if (process.geteuid?.() !== 0) return uid === user.uid && gid === user.gid ? identity : undefined;
    const group = allocate(4);
    group.bytes.writeUInt32LE(user.gid, 0);
    const taken =
      settle(cSystemCall(SYS_SETGROUPS, 1, group.address, 0)) >= 0 &&
      settle(cSystemCall(SYS_SETRESGID, user.gid, UNCHANGED, UNCHANGED)) >= 0 &&
      settle(cSystemCall(SYS_SETRESUID, user.uid, UNCHANGED, UNCHANGED)) >= 0;
    if (taken) return identity;
    identity.giveBack();
    return undefined;
  }

  /** Throws when there is no way back: a thread with another identity must not go on. */
  giveBack(): void {
    if (process.geteuid?.() !== 0) return;
    check(settle(cSystemCall(SYS_SETRESUID, this.#uid, UNCHANGED, UNCHANGED)), 'setresuid', 'back to the own user');
    check(settle(cSystemCall(SYS_SETRESGID, this.#gid, UNCHANGED, UNCHANGED)), 'setresgid', 'back to the own group');
    const groups = settle(cSystemCall(SYS_SETGROUPS, this.#groupCount, this.#groups.address, 0));
    check(groups, 'setgroups', 'back to the own groups');
  }
}

/** A descriptor that is readable once the process has ended (close-on-exec by its nature); or `-errno`. */
export function openProcess(pid: number): number {
  return settle(Number(cSystemCall(SYS_PIDFD_OPEN, pid, 0, 0)));
}

/** Sends a signal to a process, or to the whole group of `-pid`; 0 or `-errno` (-ESRCH: nobody there). */
export function sendSignal(pid: number, signal: number): number {
  return settle(cKill(pid, signal));
}

/** `reap` of a process that runs still. */
export const STILL_RUNNING = -1_000_000;

/** Takes the end of our own child: the wait status (see exitStatus), STILL_RUNNING, or `-errno` (-ECHILD). */
export function reap(pid: number): number {
  const result = settle(cWait(pid, statusOut.address, WNOHANG, 0));
  if (result < 0) return result;
  return result === 0 ? STILL_RUNNING : statusOut.bytes.readInt32LE(0);
}

/** The signal that ended the process, 0 when it ended by itself. */
export function endingSignal(waitStatus: number): number {
  return waitStatus & 0x7f;
}

/** The code of a process that ended by itself. */
export function exitCode(waitStatus: number): number {
  return (waitStatus >> 8) & 0xff;
}

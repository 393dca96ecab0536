/**
 * Programs of others, started without making a copy of this process and without waiting. Node's own spawn copies the
 * page tables in the calling thread (1.7 ms at 50 MB, 7 ms at 250 MB, and page faults after). posix_spawn(3) is
 * clone(CLONE_VM|CLONE_VFORK): no copy, but its thread waits until the program is loaded, which takes a busy or slow
 * machine tens of milliseconds; so a helper thread calls it. A child is watched by a pidfd.
 */
import { check } from './errno.ts';
import { native, nativeAside, settle } from './ffi.ts';
import { allocate, cString, type NativeMemory, writeWord } from './memory.ts';

const SPAWN_SET_GROUP = 0x02;
const SPAWN_SET_SIGNAL_DEFAULTS = 0x04;
const SPAWN_SET_SIGNAL_MASK = 0x08;
const SPAWN_SET_SCHEDULER = 0x20;
const O_RDWR = 2;
const WNOHANG = 1;
/** What posix_spawn_file_actions_t (80 bytes) and posix_spawnattr_t (336) of glibc and musl fit in. */
const OPAQUE_SIZE = 512;
const SYS_PIDFD_OPEN = 434;

const spawnAside = nativeAside('int posix_spawn(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t)');
const cActionsInit = native('int posix_spawn_file_actions_init(uintptr_t)');
const cActionsOpen = native('int posix_spawn_file_actions_addopen(uintptr_t, int, uintptr_t, int, uint32_t)');
const cAttributesInit = native('int posix_spawnattr_init(uintptr_t)');
const cSetFlags = native('int posix_spawnattr_setflags(uintptr_t, int16_t)');
const cSetDefaults = native('int posix_spawnattr_setsigdefault(uintptr_t, uintptr_t)');
const cFillSet = native('int sigfillset(uintptr_t)');
const cWait = native('int wait4(int, uintptr_t, int, uintptr_t)');
const cKill = native('int kill(int, int)');
const cGetScheduler = native('int sched_getscheduler(int)');
const cSystemCall = native('int64_t syscall(int64_t, uint64_t, uint64_t)');

/** Standard streams are /dev/null; own process group; no signal is blocked or ignored. */
interface Prepared {
  readonly actions: NativeMemory;
  readonly attributes: NativeMemory;
  readonly devNull: NativeMemory;
}

let prepared: Prepared | undefined;
const statusOut = allocate(4);

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
 * Starts a program in a process group of its own, with usual scheduling even when ours is real-time. `done` gets its
 * pid, or `-errno` (-ENOENT, -EACCES, -ENOEXEC without `#!` line), never before this returns. Somebody must `reap` it.
 */
export function spawnProcess(
  program: string,
  argv: StringTable,
  environment: StringTable,
  done: (result: number) => void,
): void {
  prepared ??= prepare();
  const { actions, attributes } = prepared;
  let flags = SPAWN_SET_GROUP | SPAWN_SET_SIGNAL_DEFAULTS | SPAWN_SET_SIGNAL_MASK;
  if (cGetScheduler(0) > 0) flags |= SPAWN_SET_SCHEDULER;
  cSetFlags(attributes.address, flags);
  const path = cString(program);
  const pid = allocate(4);
  const held = [path, argv, environment]; // referenced until the call is over
  spawnAside(
    (error) => {
      held.length = 0;
      done(error === 0 ? pid.bytes.readInt32LE(0) : -error);
    },
    pid.address,
    path.address,
    actions.address,
    attributes.address,
    argv.address,
    environment.address,
  );
}

/** A descriptor that is readable once the process has ended (close-on-exec by its nature); or `-errno`. */
export function openProcess(pid: number): number {
  return settle(Number(cSystemCall(SYS_PIDFD_OPEN, pid, 0)));
}

/** Sends a signal to a process, or to the whole group of `-pid`; 0 or `-errno` (-ESRCH: nobody there). */
export function sendSignal(pid: number, signal: number): number {
  return settle(cKill(pid, signal));
}

/** `reap` of a process that runs still. */
export const STILL_RUNNING = -1_000_000;

/** Takes the end of our own child: the wait status (see endingSignal, exitCode), STILL_RUNNING, or `-errno` (-ECHILD). */
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

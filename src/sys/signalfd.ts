/**
 * signalfd(2). Only signals blocked in *every* thread that could take them arrive here, and Node's own threads (V8's,
 * libuv's) block none. So this serves signals aimed at this thread (`tgkill`); those aimed at the process come through
 * Node (loop/signals.ts), which needs no polling either.
 */
import { constants } from 'node:os';
import { native, settle } from './ffi.ts';
import { allocate } from './memory.ts';
import { read } from './pipe.ts';

const SFD_FLAGS = 0o2004000; // SFD_NONBLOCK | SFD_CLOEXEC
/** The C library's sigset_t. */
const SET_SIZE = 128;
/** struct signalfd_siginfo: the signal's number leads, the sender's pid stands at 12. */
const INFO_SIZE = 128;
const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;

const cSignalFd = native('int signalfd(int, uintptr_t, int)');
const cThreadMask = native('int pthread_sigmask(int, uintptr_t, uintptr_t)');
const cGetPid = native('int getpid()');
const cGetTid = native('int gettid()');
const cTgKill = native('int tgkill(int, int, int)');

const set = allocate(SET_SIZE);
const info = allocate(INFO_SIZE);

export type SignalName = NodeJS.Signals;

function writeSet(signals: readonly SignalName[]): void {
  set.bytes.fill(0);
  for (const signal of signals) {
    const bit = constants.signals[signal] - 1;
    set.bytes[bit >> 3] = (set.bytes[bit >> 3] as number) | (1 << (bit & 7));
  }
}

/** Blocks the signals in this thread and gives a descriptor they can be read from; or `-errno`. */
export function create(signals: readonly SignalName[]): number {
  writeSet(signals);
  const error = cThreadMask(SIG_BLOCK, set.address, 0);
  return error !== 0 ? -error : settle(cSignalFd(-1, set.address, SFD_FLAGS));
}

/** Lets this thread take the signals the usual way again. */
export function unblock(signals: readonly SignalName[]): number {
  writeSet(signals);
  return -cThreadMask(SIG_UNBLOCK, set.address, 0);
}

/** The number of the next signal, or -EAGAIN. */
export function take(fd: number): number {
  const result = read(fd, info.address, INFO_SIZE);
  return result < 0 ? result : info.bytes.readUInt32LE(0);
}

/** Sends a signal to the calling thread alone. */
export function raiseInThread(signal: SignalName): number {
  return settle(cTgKill(cGetPid(), cGetTid(), constants.signals[signal]));
}

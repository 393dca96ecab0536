/**
 * When this process gets a processor (sched(7)): real-time priority, niceness, and memory that is never paged out.
 * Linux schedules threads, and V8 collects garbage on threads of its own for which the first one waits: so all
 * threads that there are get the same. Children and later threads start as normal ones.
 */
import { readdirSync } from 'node:fs';
import { EINVAL, ESRCH } from './errno.ts';
import { native, settle } from './ffi.ts';
import { allocate } from './memory.ts';

const SCHED_OTHER = 0;
const SCHED_FIFO = 1;
const SCHED_RR = 2;
const SCHED_RESET_ON_FORK = 0x4000_0000;
const LOWEST_REAL_TIME = 1;
const HIGHEST_REAL_TIME = 99;

const MCL_CURRENT = 1;
const MCL_FUTURE = 2;
/** Pages are locked when they are first used; without it, V8's reservations would be filled. */
const MCL_ONFAULT = 4;

const PRIO_PROCESS = 0;

const cSetScheduler = native('int sched_setscheduler(int, int, uintptr_t)');
const cGetScheduler = native('int sched_getscheduler(int)');
const cGetParam = native('int sched_getparam(int, uintptr_t)');
const cLockAll = native('int mlockall(int)');
const cUnlockAll = native('int munlockall()');
const cSetPriority = native('int setpriority(int, uint32_t, int)');
const cGetPriority = native('int getpriority(int, uint32_t)');

/** struct sched_param: one int. */
const parameter = allocate(4);

/** The threads of this process. */
export function threads(): number[] {
  return readdirSync('/proc/self/task').map(Number);
}

/** For each thread; one that ended meanwhile is nothing. The first `-errno`, else 0. */
function eachThread(call: (thread: number) => number): number {
  let first = 0;
  for (const thread of threads()) {
    const result = call(thread);
    if (result < 0 && result !== -ESRCH && first === 0) first = result;
  }
  return first;
}

/**
 * Real-time round robin with `priority` 1..99, before every normal process; 0: normal again. 0, or `-errno`: -EPERM
 * without CAP_SYS_NICE. A loop that never ends takes a processor for good: bound it by RLIMIT_RTTIME.
 */
export function setRealTimePriority(priority: number): number {
  if (priority !== 0 && (priority < LOWEST_REAL_TIME || priority > HIGHEST_REAL_TIME)) return -EINVAL;
  const policy = (priority === 0 ? SCHED_OTHER : SCHED_RR) | SCHED_RESET_ON_FORK;
  parameter.bytes.writeInt32LE(priority, 0);
  return eachThread((thread) => settle(cSetScheduler(thread, policy, parameter.address)));
}

/** Of the calling thread, or of the one named: 0 for a normal one; or `-errno`. */
export function realTimePriority(thread = 0): number {
  const policy = settle(cGetScheduler(thread));
  if (policy < 0) return policy;
  const scheduler = policy & ~SCHED_RESET_ON_FORK;
  if (scheduler !== SCHED_RR && scheduler !== SCHED_FIFO) return 0;
  const result = settle(cGetParam(thread, parameter.address));
  return result < 0 ? result : parameter.bytes.readInt32LE(0);
}

/** -20 (first) to 19; children begin with 0 if it is below. 0, or `-errno`: -EACCES to go lower without CAP_SYS_NICE. */
export function setNiceness(niceness: number): number {
  parameter.bytes.writeInt32LE(0, 0);
  return eachThread((thread) => {
    const result = settle(cSetPriority(PRIO_PROCESS, thread, niceness));
    if (result < 0 || realTimePriority(thread) !== 0) return result;
    return settle(cSetScheduler(thread, SCHED_OTHER | SCHED_RESET_ON_FORK, parameter.address));
  });
}

/** Of the calling thread. */
export function niceness(): number {
  return cGetPriority(PRIO_PROCESS, 0);
}

/** Nothing that this process uses is paged out from now on. 0, or `-errno`: -EPERM, or -ENOMEM over RLIMIT_MEMLOCK. */
export function lockMemory(): number {
  return settle(cLockAll(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
}

export function unlockMemory(): number {
  return settle(cUnlockAll());
}

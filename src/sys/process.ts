/** What a process may use: resource limits and processors. Functions return >= 0 or -errno. */
import { native, settle } from './ffi.ts';
import { allocate, readWord, writeWord } from './memory.ts';

export const RLIMIT_DATA = 2;
export const RLIMIT_CORE = 4;
export const RLIMIT_NOFILE = 7;
export const RLIMIT_MEMLOCK = 8;
export const RLIMIT_AS = 9;
/** Microseconds a real-time thread may run without a wait: SIGXCPU after the soft limit, SIGKILL after the hard one. */
export const RLIMIT_RTTIME = 15;

/** cpu_set_t of 1024 processors. */
const CPU_SET_SIZE = 128;
const UNLIMITED_WORD = 0xffff_ffff;

const cPrLimit = native('int prlimit(int, int, uintptr_t, uintptr_t)');
const cGetAffinity = native('int sched_getaffinity(int, size_t, uintptr_t)');
const cSetAffinity = native('int sched_setaffinity(int, size_t, uintptr_t)');

const limits = allocate(16);
const cpuSet = allocate(CPU_SET_SIZE);

export interface ResourceLimit {
  /** What is enforced now; Infinity for none. */
  readonly soft: number;
  /** Up to where an unprivileged process may raise it. */
  readonly hard: number;
}

export function getLimit(resource: number): ResourceLimit | number {
  const result = settle(cPrLimit(0, resource, 0, limits.address));
  return result < 0 ? result : { soft: readLimit(0), hard: readLimit(8) };
}

/** -EPERM when the hard limit would rise without CAP_SYS_RESOURCE. */
export function setLimit(resource: number, limit: ResourceLimit): number {
  writeLimit(0, limit.soft);
  writeLimit(8, limit.hard);
  return settle(cPrLimit(0, resource, limits.address, 0));
}

function readLimit(offset: number): number {
  const unlimited =
    limits.bytes.readUInt32LE(offset) === UNLIMITED_WORD && limits.bytes.readUInt32LE(offset + 4) === UNLIMITED_WORD;
  return unlimited ? Number.POSITIVE_INFINITY : readWord(limits.bytes, offset);
}

function writeLimit(offset: number, value: number): void {
  if (value === Number.POSITIVE_INFINITY) limits.bytes.fill(0xff, offset, offset + 8);
  else writeWord(limits.bytes, offset, value);
}

/** The processors the calling thread may run on, by number; or `-errno`. */
export function getAffinity(): readonly number[] | number {
  cpuSet.bytes.fill(0);
  const result = settle(cGetAffinity(0, CPU_SET_SIZE, cpuSet.address));
  if (result < 0) return result;
  const processors: number[] = [];
  for (let cpu = 0; cpu < CPU_SET_SIZE * 8; cpu++) {
    if (((cpuSet.bytes[cpu >> 3] as number) & (1 << (cpu & 7))) !== 0) processors.push(cpu);
  }
  return processors;
}

/** Binds the calling thread to processors; threads made later inherit it, Node's helpers keep theirs. */
export function setAffinity(processors: readonly number[]): number {
  cpuSet.bytes.fill(0);
  for (const cpu of processors) cpuSet.bytes[cpu >> 3] = (cpuSet.bytes[cpu >> 3] as number) | (1 << (cpu & 7));
  return settle(cSetAffinity(0, CPU_SET_SIZE, cpuSet.address));
}

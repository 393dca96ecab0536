/** What `vrrp_priority`, `vrrp_rt_priority`, `vrrp_cpu_affinity` and `vrrp_no_swap` ask for this process. */

import { errnoMessage } from '../sys/errno.ts';
import { RLIMIT_RTTIME, setAffinity, setLimit } from '../sys/process.ts';
import { lockMemory, setNiceness, setRealTimePriority } from '../sys/scheduling.ts';
import type { GlobalModel } from '../vrrp/model.ts';

/**
 * Microseconds of computing without a rest after which the kernel ends a real-time process: our longest pause is a
 * garbage collection of some milliseconds, and a loop without end would take the processor from everybody. Addresses
 * then go with their lifetime.
 */
const LONGEST_REAL_TIME_US = 2_000_000;

/** @param complain is told what the kernel refused; the agent runs on without it */
export function applyProcessSettings(global: GlobalModel, complain: (text: string) => void): void {
  const attempt = (what: string, result: number): void => {
    if (result < 0) complain(`Unable to set ${what}: ${errnoMessage(-result)}`);
  };
  const { niceness, cpuAffinity, realTimePriority, noSwap } = global;
  if (cpuAffinity.length > 0) attempt(`cpu affinity ${cpuAffinity.join(' ')}`, setAffinity(cpuAffinity));
  if (niceness !== undefined) attempt(`process priority ${niceness}`, setNiceness(niceness));
  if (realTimePriority !== undefined && realTimePriority > 0) {
    const limit = { soft: LONGEST_REAL_TIME_US, hard: LONGEST_REAL_TIME_US };
    attempt('the limit of real-time computing', setLimit(RLIMIT_RTTIME, limit));
    attempt(`realtime priority ${realTimePriority}`, setRealTimePriority(realTimePriority));
  }
  if (noSwap) attempt('memory locked (vrrp_no_swap)', lockMemory());
}

/** What `vrrp_priority`, `vrrp_rt_priority`, `vrrp_cpu_affinity` and `vrrp_no_swap` ask for this process. */

import { setPriority } from 'node:os';
import { errnoMessage } from '../sys/errno.ts';
import { setAffinity } from '../sys/process.ts';
import type { GlobalModel } from '../vrrp/model.ts';

/** @param complain is told what the kernel refused; the agent runs on without it */
export function applyProcessSettings(global: GlobalModel, complain: (text: string) => void): void {
  const { niceness, cpuAffinity, realTimePriority, noSwap } = global;
  if (niceness !== undefined) {
    try {
      setPriority(niceness);
    } catch (error) {
      complain(`Unable to set process priority to ${niceness}: ${(error as Error).message}`);
    }
  }
  if (cpuAffinity.length > 0) {
    const result = setAffinity(cpuAffinity);
    if (result < 0) complain(`unable to set cpu affinity to ${cpuAffinity.join(' ')}: ${errnoMessage(-result)}`);
  }
  if (realTimePriority !== undefined) complain('vrrp_rt_priority is not applied yet');
  if (noSwap) complain('vrrp_no_swap is not applied yet');
}

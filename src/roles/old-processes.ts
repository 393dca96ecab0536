/** `-sf` and `-st`: the processes whose place we take (management manual, section 4). */

/** Sends the signal to each; tells how many were there to get it. */
export function signalProcesses(processIds: readonly number[], signal: NodeJS.Signals): number {
  let told = 0;
  for (const processId of processIds) {
    try {
      process.kill(processId, signal);
      told++;
    } catch {
      // Gone already, or not ours: either way there is nobody to wait for.
    }
  }
  return told;
}

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, numberField } from '../control/command.ts';
import { type ContextSwitches, contextSwitches } from '../supervisor/process-mark.ts';

const NOTHING: ContextSwitches = { slept: 0, pushedAside: 0 };
const SECONDS = { least: 1, most: 300, usual: 10 };

/** A process of ours, by the name people know it by. */
export interface NamedProcess {
  readonly name: string;
  readonly pid: number;
}

/** Of the whole machine since it started: switches between threads, and interrupts. */
function machineCounts(): { readonly switches: number; readonly interrupts: number } {
  const text = readFileSync('/proc/stat', 'latin1');
  const count = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { switches: count('ctxt'), interrupts: count('intr') };
}

/**
 * `{"command":"idle","seconds":10}`: how often the processor is woken a second. A thread that goes to sleep is woken by
 * something later: a role's wake-ups are counted by that. How often its threads were pushed aside tells how busy others were.
 */
export function idleCommand(processes: () => readonly NamedProcess[]): Command {
  return {
    word: 'idle',
    help: 'wake-ups a second, of the machine and of each role (seconds=10)',
    async run(request) {
      const seconds = numberField(request, 'seconds', SECONDS);
      const found = processes();
      const before = machineCounts();
      const rolesBefore = found.map(({ pid }) => contextSwitches(pid));
      const startMs = performance.now();
      await delay(1000 * seconds);
      const rolesAfter = found.map(({ pid }) => contextSwitches(pid));
      const after = machineCounts();
      const lastedSeconds = (performance.now() - startMs) / 1000;
      // One that ended meanwhile has no count.
      const rate = (first: number, last: number): number =>
        Math.round((100 * Math.max(0, last - first)) / lastedSeconds) / 100;
      const roles = found.map((role, index) => {
        const [first, last] = [rolesBefore[index] ?? NOTHING, rolesAfter[index] ?? NOTHING];
        return {
          ...role,
          wakeUps: rate(first.slept, last.slept),
          pushedAside: rate(first.pushedAside, last.pushedAside),
        };
      });
      const together = roles.reduce((sum, { wakeUps }) => sum + wakeUps, 0);
      return {
        seconds,
        contextSwitches: rate(before.switches, after.switches),
        interrupts: rate(before.interrupts, after.interrupts),
        roles,
        rolesTogether: Math.round(100 * together) / 100,
      };
    },
  };
}

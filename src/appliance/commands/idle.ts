import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, numberField } from '../control/command.ts';
import { contextSwitches } from '../supervisor/process-mark.ts';

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
 * `{"command":"idle","seconds":10}`: how often the processor is woken a second. A thread that sleeps and is woken makes
 * one switch of context away from it, so a role's switches count its wake-ups (and the times it was pushed aside).
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
      const rate = (count: number): number => Math.round((100 * count) / lastedSeconds) / 100;
      // One that ended meanwhile has no count.
      const counts = rolesAfter.map((count, index) => Math.max(0, count - (rolesBefore[index] ?? 0)));
      return {
        seconds,
        contextSwitches: rate(after.switches - before.switches),
        interrupts: rate(after.interrupts - before.interrupts),
        roles: found.map(({ name, pid }, index) => ({ name, pid, wakeUps: rate(counts[index] ?? 0) })),
        rolesTogether: rate(counts.reduce((sum, count) => sum + count, 0)),
      };
    },
  };
}

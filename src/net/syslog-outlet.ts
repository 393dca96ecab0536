/** What the ways out for log lines have in common; see syslog-outlets.ts. */
import type { NativeMemory } from '../sys/memory.ts';

/** Takes memory.bytes[start, start + length), a whole line with its line end, or drops it. */
export interface LogOutlet {
  write(memory: NativeMemory, start: number, length: number): void;
}

/** What became of log lines, for `show info` (DroppedLogs) and for whoever wonders. */
export interface LogCounters {
  sent: number;
  /** The destination could not take more. */
  dropped: number;
  /** Any other error; the first is told to `onFailure`. */
  failed: number;
}

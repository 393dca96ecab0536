/**
 * Is that process the one meant? By its short name (15 bytes, what `ps -o comm` shows), or, when asked for the full
 * command or with parameters, by its command line (keepalived's read_procs, check_params). Pure.
 *
 *   exact     the parameters are these, and no more
 *   partial   the first parameters are these
 *   initial   as partial, and the last of them need only begin so
 */
import type { TrackProcessModel } from '../model.ts';

/** TASK_COMM_LEN less the NUL. */
const SHORT_NAME_BYTES = 15;

export interface ProcessMatch {
  /** Whether the command line is looked at at all: reading it costs more than the short name. */
  readonly byCommandLine: boolean;
  /** `commandLine`: as in /proc/PID/cmdline, each word ended by NUL. */
  matches(shortName: string, commandLine: string): boolean;
}

export function processMatch(model: TrackProcessModel): ProcessMatch {
  const { process, parameters, parameterMatch } = model;
  const byCommandLine = model.fullCommand || parameterMatch !== 'none';
  if (!byCommandLine) {
    // The kernel keeps 15 bytes of a name; a longer one in the configuration can only mean those.
    const shortened = Buffer.from(process).subarray(0, SHORT_NAME_BYTES).toString('latin1');
    return { byCommandLine, matches: (shortName) => shortName === shortened };
  }
  const wanted = parameters.map((parameter) => `${parameter}\0`).join('');
  const isWanted = parameterTest(parameterMatch, Buffer.from(wanted).toString('latin1'));
  const path = Buffer.from(process).toString('latin1');
  return {
    byCommandLine,
    matches: (_shortName, commandLine) => {
      const end = commandLine.indexOf('\0');
      const program = end < 0 ? commandLine : commandLine.slice(0, end);
      return program === path && isWanted(end < 0 ? '' : commandLine.slice(end + 1));
    },
  };
}

function parameterTest(match: TrackProcessModel['parameterMatch'], wanted: string): (found: string) => boolean {
  switch (match) {
    case 'none':
      return () => true;
    case 'exact':
      return (found) => found === wanted;
    case 'partial':
      return (found) => found.startsWith(wanted);
    case 'initial':
      return (found) => found.length >= wanted.length && found.startsWith(wanted.slice(0, -1));
  }
}

/** `show events` (management manual 9.3): what the converter `debug` has written into memory. */

import { type Command, type CommandAnswer, type CommandContext, failure, LEVEL_OPERATOR, notice } from './command.ts';

const LOG_WARNING = 4;
const LOG_NOTICE = 5;

const SINKS = [
  ['stdout', 'fd', 'standard output (fd#1)'],
  ['stderr', 'fd', 'standard output (fd#2)'],
  ['buf0', 'buffer', 'in-memory ring buffer'],
] as const;

/** Local time in ISO 8601, with microseconds. */
function isoTime(wallMs: number): string {
  const time = new Date(wallMs);
  const offset = -time.getTimezoneOffset();
  const local = new Date(Math.floor(wallMs) + offset * 60_000).toISOString().slice(0, 19);
  const micros = String(Math.floor(wallMs * 1000) % 1_000_000).padStart(6, '0');
  const parts = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${local}.${micros}${offset < 0 ? '-' : '+'}${parts.map((part) => String(part).padStart(2, '0')).join(':')}`;
}

function showEvents({ runtime, session, words }: CommandContext): CommandAnswer {
  const [, , name = '', ...flags] = words;
  if (name === '') {
    const lines = SINKS.map(([sink, type, what]) => `    ${sink.padEnd(10)} : type=${type}, 0 dropped, ${what}\n`);
    const head = 'Supported events sinks are listed below. Add -w(wait), -n(new). Any key to stop\n';
    return notice(LOG_WARNING, head + lines.join(''));
  }
  if (session.level < LEVEL_OPERATOR) return failure('Permission denied\n');
  const sink = SINKS.find(([known]) => known === name);
  if (sink === undefined) return failure('No such event sink');
  if (sink[1] !== 'buffer') return notice(LOG_NOTICE, 'Nothing to report for this sink');
  if (flags.some((flag) => !/^-(?:w|n|nw|wn)$/.test(flag))) return failure('unknown option');
  if (flags.some((flag) => flag.includes('w'))) return failure("'show events -w' is not implemented yet\n");
  if (flags.includes('-n')) return '';
  const { events } = runtime.environment.events;
  return events.map(({ wallMs, text }) => `<0>${isoTime(wallMs)} ${text}\n`).join('');
}

export const SHOW_EVENTS_COMMAND: Command = {
  words: ['show', 'events'],
  usage: 'show events [<sink>] [-w] [-n]          : show event sink state',
  run: showEvents,
};

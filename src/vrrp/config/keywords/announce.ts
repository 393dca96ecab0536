/** Gratuitous ARP and neighbour advertisements: the same keywords for all instances (`vrrp_garp_...`) and for one. */

import type { Context } from '../context.ts';
import type { AnnounceDraft } from '../drafts.ts';
import { type Keyword, works } from '../keyword.ts';
import { INTEGER_MAX, SECONDS_MAX, UNSIGNED_MAX } from '../numbers.ts';
import type { Statement } from '../statements.ts';
import type { Word } from '../words.ts';

/** Mahalo's own, unless the file says how it wants it: a port that is still learning hears a later one. */
export const DEFAULT_SPREAD_MS: readonly number[] = [0, 10, 50, 200, 1000];
export const DEFAULT_REFRESH_MS = 30_000;
const LONGEST_SPREAD_MS = 60_000;

function seconds(context: Context, word: Word, maximum: number, complaint: string): number | undefined {
  const value = context.unsigned(word, { minimum: 0, maximum, lenient: true }, { complaint });
  return value === undefined ? undefined : value * 1000;
}

function repeats(context: Context, word: Word, subject: string): number | undefined {
  const complaint = `${subject} '${word.text}' invalid - ignoring`;
  const value = context.unsigned(word, { minimum: 0, maximum: UNSIGNED_MAX, lenient: true }, { complaint });
  if (value !== 0) return value;
  context.report.mistake(word, `${subject} must be greater than 0, setting to 1`, 'at least 1');
  return 1;
}

/** `0 10 50 200 1000` or `off`; milliseconds after becoming MASTER. */
function readSpread(line: Statement, context: Context): readonly number[] | undefined {
  const first = context.word(line, 1);
  if (first.text === 'off' && line.words.length === 2) return [];
  const values: number[] = [];
  for (const word of line.words.slice(1)) {
    const said = {
      complaint: `invalid announcement time '${word.text}'`,
      hint: 'milliseconds in rising order, or off',
    };
    const value = context.unsigned(word, { minimum: 0, maximum: LONGEST_SPREAD_MS }, said);
    if (value === undefined) return undefined;
    if (value < (values.at(-1) ?? 0)) {
      context.report.mistake(word, `announcement times must rise: ${word.text} comes after ${values.at(-1)}`);
      return undefined;
    }
    values.push(value);
  }
  return values;
}

/** `prefix`: `vrrp_` for all instances. `subject` names the instance in messages. */
export function announceKeywords<Draft>(
  prefix: 'vrrp_' | '',
  announceOf: (draft: Draft) => AnnounceDraft,
  subject: (draft: Draft) => string,
): Keyword<Draft>[] {
  const name = (word: string) => `${prefix}${word}`;
  return [
    works(
      name('garp_master_delay'),
      'SECONDS',
      'when, after becoming MASTER, neighbours are told a second time; 0: they are not',
      (line, draft, context) => {
        const word = context.word(line, 1);
        const complaint = `${subject(draft)}${name('garp_master_delay')} '${word.text}' invalid - ignoring`;
        const announce = announceOf(draft);
        announce.delayMs = seconds(context, word, SECONDS_MAX, complaint) ?? announce.delayMs;
      },
      { initially: '5 (with garp_spread off)' },
    ),
    works(
      name('garp_master_repeat'),
      'COUNT',
      'how many announcements are sent each time',
      (line, draft, context) => {
        const announce = announceOf(draft);
        const text = `${subject(draft)}${name('garp_master_repeat')}`;
        announce.repeat = repeats(context, context.word(line, 1), text) ?? announce.repeat;
      },
      { initially: '5 (with garp_spread off)' },
    ),
    works(
      name('garp_master_refresh'),
      'SECONDS',
      'how often a MASTER announces again; 0: never',
      (line, draft, context) => {
        const word = context.word(line, 1);
        const complaint = `${subject(draft)}Invalid ${name('garp_master_refresh')} '${word.text}' - ignoring`;
        announceOf(draft).refreshMs = seconds(context, word, UNSIGNED_MAX, complaint) ?? 0;
      },
      { initially: '30, and 0 with garp_spread off' },
    ),
    works(
      name('garp_master_refresh_repeat'),
      'COUNT',
      'how many announcements a refresh sends',
      (line, draft, context) => {
        const announce = announceOf(draft);
        const text = `${subject(draft)}${name('garp_master_refresh_repeat')}`;
        announce.refreshRepeat = repeats(context, context.word(line, 1), text) ?? announce.refreshRepeat;
      },
      { initially: '1' },
    ),
    works(
      name('garp_lower_prio_delay'),
      'SECONDS',
      'when neighbours are told again after a lower priority was heard',
      (line, draft, context) => {
        const word = context.word(line, 1);
        const complaint = `${subject(draft)}${name('garp_lower_prio_delay')} '${word.text}' invalid - ignoring`;
        const announce = announceOf(draft);
        announce.lowerPriorityDelayMs = seconds(context, word, SECONDS_MAX, complaint) ?? announce.lowerPriorityDelayMs;
      },
      { initially: 'that of garp_master_delay' },
    ),
    works(
      name('garp_lower_prio_repeat'),
      'COUNT',
      'how many announcements follow when a lower priority is heard',
      (line, draft, context) => {
        const word = context.word(line, 1);
        const complaint = `${subject(draft)}Invalid ${name('garp_lower_prio_repeat')} '${word.text}'`;
        const announce = announceOf(draft);
        const range = { minimum: 0, maximum: INTEGER_MAX, lenient: true };
        announce.lowerPriorityRepeat = context.unsigned(word, range, { complaint }) ?? announce.lowerPriorityRepeat;
      },
      { initially: 'that of garp_master_repeat' },
    ),
    works(
      name('garp_spread'),
      'MILLISECONDS ... | off',
      'when, after becoming MASTER, each announcement goes out',
      (line, draft, context) => {
        const announce = announceOf(draft);
        announce.spreadMs = readSpread(line, context) ?? announce.spreadMs;
      },
      {
        initially: `${DEFAULT_SPREAD_MS.join(' ')}; off where garp_master_delay or garp_master_repeat is written`,
        since: 'mahalo',
      },
    ),
  ];
}

/** The actions of `http-request`, `http-response` and `http-after-response` rules, and the order HAProxy lists them in. */

import type { ActionEntry, Direction } from '../action.ts';
import { ANSWER_ACTIONS } from './http-actions-answers.ts';
import { CAPTURE_ACTIONS } from './http-actions-capture.ts';
import { HEADER_ACTIONS } from './http-actions-headers.ts';
import { LATER_ACTIONS } from './http-actions-later.ts';
import { PATTERN_ACTIONS } from './http-actions-patterns.ts';
import { STREAM_ACTIONS } from './http-actions-stream.ts';
import { URI_ACTIONS } from './http-actions-uri.ts';
import { VARIABLE_ACTIONS } from './http-actions-variables.ts';

/** Every action, each once; one that takes arguments in parentheses goes by its bare name. */
export const HTTP_ACTIONS: readonly ActionEntry[] = [
  ...HEADER_ACTIONS,
  ...URI_ACTIONS,
  ...ANSWER_ACTIONS,
  ...STREAM_ACTIONS,
  ...CAPTURE_ACTIONS,
  ...VARIABLE_ACTIONS,
  ...PATTERN_ACTIONS,
  ...LATER_ACTIONS,
];

/** In HAProxy's order, as it lists them. A star: the name takes arguments in parentheses, or a number. */
export const LISTED_NAMES: Readonly<Record<Direction, string>> = {
  'http-request':
    'wait-for-handshake ot-group set-log-level set-nice use-service sc-inc-gpc(*) sc-inc-gpc0(*) sc-inc-gpc1(*) ' +
    'sc-set-gpt(*) sc-set-gpt0(*) send-spoe-group do-resolve(*) cache-use add-acl(*) add-header allow auth capture ' +
    'del-acl(*) del-header del-map(*) deny disable-l7-retry early-hint normalize-uri redirect reject replace-header ' +
    'replace-path replace-pathq replace-uri replace-value return set-header set-map(*) set-method set-path set-pathq ' +
    'set-query set-uri strict-mode tarpit track-sc(*) set-timeout wait-for-body set-var-fmt(*) set-var(*) ' +
    'unset-var(*) set-dst set-dst-port set-mark set-src set-src-port set-tos silent-drop set-priority-class ' +
    'set-priority-offset',
  'http-response':
    'ot-group set-log-level set-nice sc-inc-gpc(*) sc-inc-gpc0(*) sc-inc-gpc1(*) sc-set-gpt(*) sc-set-gpt0(*) ' +
    'send-spoe-group cache-store add-acl(*) add-header allow capture del-acl(*) del-header del-map(*) deny redirect ' +
    'replace-header replace-value return set-header set-map(*) set-status strict-mode track-sc(*) wait-for-body ' +
    'set-var-fmt(*) set-var(*) unset-var(*) set-mark set-tos silent-drop',
  'http-after-response':
    'ot-group add-header allow capture del-header replace-header replace-value set-header set-status strict-mode ' +
    'set-var-fmt(*) set-var(*) unset-var(*)',
};

function table(direction: Direction): ReadonlyMap<string, ActionEntry> {
  const entries = LISTED_NAMES[direction].split(' ').map((listed) => {
    const name = listed.replace('(*)', '');
    const entry = HTTP_ACTIONS.find((known) => known.name === name && known.directions.includes(direction));
    if (entry === undefined) throw new Error(`the action ${direction} ${name} is not declared`);
    return [listed, entry] as const;
  });
  return new Map(entries);
}

/** By listed name, in the order HAProxy searches them. */
export const ACTIONS: Readonly<Record<Direction, ReadonlyMap<string, ActionEntry>>> = {
  'http-request': table('http-request'),
  'http-response': table('http-response'),
  'http-after-response': table('http-after-response'),
};

/** The action a word names: `set-var(txn.x)` is `set-var`, `track-sc1` is `track-sc`. */
export function findAction(direction: Direction, word: string): ActionEntry | undefined {
  for (const [listed, entry] of ACTIONS[direction]) {
    if (listed === word || (listed.endsWith('(*)') && word.startsWith(entry.name))) return entry;
  }
  return undefined;
}

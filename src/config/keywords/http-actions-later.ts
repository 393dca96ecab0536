/** Actions whose machinery is not there yet: their grammar is checked as far as it stands alone, then they are refused. */

import {
  type ActionContext,
  type ActionEntry,
  type ActionResult,
  ALL_RULES,
  action,
  type Direction,
  REQUEST,
  REQUEST_AND_RESPONSE,
  readExpression,
} from '../action.ts';

interface Later {
  readonly name: string;
  readonly arguments: string;
  readonly directions: readonly Direction[];
  readonly since: string;
  /** What is wrong with the words; undefined when nothing is. */
  readonly check: (context: ActionContext, word: string) => string | undefined;
}

function later(declared: Later): ActionEntry {
  return action({
    ...declared,
    help: 'Not implemented yet.',
    implemented: false,
    parse: (context, word): ActionResult => {
      const error = declared.check(context, word);
      return error === undefined ? { later: `${context.direction} ${declared.name}` } : { error };
    },
  });
}

const nothing = (): undefined => undefined;

function checkTrack(context: ActionContext, word: string): string | undefined {
  const number = word.slice('track-sc'.length);
  if (!/^\d/.test(number)) return 'missing tracking number.';
  if (!/^\d+$/.test(number)) return 'unexpected character after tracking number.';
  if (Number(number) > 2) return `track-sc${number} rule: track counter number must be between 0 and 2`;
  const read = readExpression(context, 2);
  if ('error' in read) return read.error;
  const table = context.statement.word(read.next);
  return table === 'table' && context.statement.word(read.next + 1) === '' ? 'missing table name' : undefined;
}

function checkCounter({ statement }: ActionContext, word: string): string | undefined {
  const inner = /^[a-z0-9-]+(?:\((.*)\))?$/.exec(word)?.[1];
  if (inner === undefined || !/^\d+(?:,\d+)?$/.test(inner)) return `invalid syntax for '${word}'`;
  if (word.startsWith('sc-inc-gpc(') && !inner.includes(',')) {
    return `Missing gpc ID '${word}'. Expects sc-inc-gpc(<GPC ID>,<Track ID>)`;
  }
  return statement.word(2) === '' && word.startsWith('sc-set-') ? 'missing value' : undefined;
}

function checkPair(names: string) {
  return ({ statement }: ActionContext): string | undefined =>
    statement.word(2) === '' || statement.word(3) === '' ? `expects ${names}` : undefined;
}

function checkResolve(context: ActionContext, word: string): string | undefined {
  const good = /\([^,]*,[^,)]*(?:,ipv[46])*\)/.test(word) && !('error' in readExpression(context, 2));
  if (good) return undefined;
  const expected = "'do-resolve(<varname>,<resolvers>[,<options>]) <expr>'";
  return `Can't parse '${word}'. Expects ${expected}. Available options are 'ipv4' and 'ipv6'`;
}

function checkCache({ statement }: ActionContext): string | undefined {
  return statement.word(2) === '' || statement.word(2) === 'if' || statement.word(2) === 'unless'
    ? 'missing cache name'
    : undefined;
}

const COUNTERS = ['sc-inc-gpc', 'sc-inc-gpc0', 'sc-inc-gpc1', 'sc-set-gpt', 'sc-set-gpt0'];

export const LATER_ACTIONS: readonly ActionEntry[] = [
  ...COUNTERS.map((name) =>
    later({
      name,
      arguments: name.startsWith('sc-set') ? '(<index>) { <integer> | <expression> }' : '(<index>)',
      directions: REQUEST_AND_RESPONSE,
      since: '1.6',
      check: checkCounter,
    }),
  ),
  later({
    name: 'track-sc',
    arguments: '<number> <expression> [table <name>]',
    directions: REQUEST_AND_RESPONSE,
    since: '1.6',
    check: checkTrack,
  }),
  later({
    name: 'send-spoe-group',
    arguments: '<engine> <group>',
    directions: REQUEST_AND_RESPONSE,
    since: '1.8',
    check: checkPair('<engine> <group>'),
  }),
  later({
    name: 'do-resolve',
    arguments: '(<variable>,<resolvers>[,<family>]) <expression>',
    directions: REQUEST,
    since: '2.0',
    check: checkResolve,
  }),
  later({ name: 'cache-use', arguments: '<name>', directions: REQUEST, since: '1.8', check: checkCache }),
  later({
    name: 'cache-store',
    arguments: '<name>',
    directions: ['http-response'],
    since: '1.8',
    check: checkCache,
  }),
  later({ name: 'ot-group', arguments: '<filter> <group>', directions: ALL_RULES, since: '2.4', check: nothing }),
];

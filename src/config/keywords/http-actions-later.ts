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

const HELP: Readonly<Record<string, string>> = {
  'sc-inc-gpc': 'Raises a counter of what is tracked.',
  'sc-inc-gpc0': 'Raises the first counter of what is tracked.',
  'sc-inc-gpc1': 'Raises the second counter of what is tracked.',
  'sc-set-gpt': 'Sets a tag of what is tracked.',
  'sc-set-gpt0': 'Sets the first tag of what is tracked.',
  'track-sc': 'Counts in a stick table.',
  'send-spoe-group': 'Asks agents.',
  'do-resolve': 'Looks a name up and keeps the address in a variable.',
  'cache-use': 'Answers from a cache.',
  'cache-store': 'Keeps the response in a cache.',
  'ot-group': 'Tells a tracer.',
};

function later(declared: Later): ActionEntry {
  return action({
    ...declared,
    help: HELP[declared.name] ?? '',
    implemented: false,
    parse: (context, word): ActionResult => {
      const error = declared.check(context, word);
      return error === undefined ? { later: `${context.direction} ${declared.name}` } : { error };
    },
  });
}

/** Tracked counters of a session are numbered from 0. */
const HIGHEST_COUNTER = 2;

function checkTrack(context: ActionContext, word: string): string | undefined {
  const number = word.slice('track-sc'.length);
  if (!/^\d*$/.test(number)) return `Wrong track-sc number '${number}'`;
  if (Number(number) > HIGHEST_COUNTER) {
    return `${Number(number)} track-sc number exceeding ${HIGHEST_COUNTER} (MAX_SESS_STKCTR-1) value`;
  }
  const read = readExpression(context, 2);
  if ('error' in read) return read.error;
  const table = context.statement.word(read.next);
  return table === 'table' && context.statement.word(read.next + 1) === '' ? 'missing table name' : undefined;
}

/** `sc-inc-gpc(<gpc>,<counter>)`, `sc-inc-gpc0[(<counter>)]` and their kin. */
function counterProblem(word: string, kind: 'gpc' | 'gpt'): string | undefined {
  const base = kind === 'gpc' ? 'sc-inc-gpc' : 'sc-set-gpt';
  const rest = word.slice(base.length);
  const id = kind.toUpperCase();
  if (rest.startsWith('(')) {
    const expected = `Expects ${base}(<${id} ID>,<Track ID>)`;
    if (!/^\(\s*[+-]?\d*,/.test(rest)) return `Missing ${kind} ID '${word}'. ${expected}`;
    const counter = /^[^,]*,\s*([+-]?\d*)\)/.exec(rest)?.[1];
    if (counter === undefined) return `invalid stick table track ID '${word}'. ${expected}`;
    if (Number(counter) <= HIGHEST_COUNTER) return undefined;
    return `invalid stick table track ID '${word}'. The max allowed ID is ${HIGHEST_COUNTER}`;
  }
  const number = (kind === 'gpc' ? /^[01]/ : /^0/).exec(rest)?.[0];
  if (number === undefined) return `invalid ${kind} ID '${word}'. Expects sc-set-${kind}(<${id} ID>,<Track ID>)`;
  if (rest === number) return undefined;
  const subject = kind === 'gpc' ? 'invalid stick table track ID.' : `invalid stick table track ID '${word}'.`;
  const counter = /^.\(\s*([+-]?\d*)\)/.exec(rest)?.[1];
  if (counter === undefined) return `${subject} Expects ${kind === 'gpc' ? word : 'sc-set-gpt0'}(<Track ID>)`;
  return Number(counter) <= HIGHEST_COUNTER ? undefined : `${subject} The max allowed ID is ${HIGHEST_COUNTER}`;
}

function checkCounter(context: ActionContext, word: string): string | undefined {
  const kind = word.startsWith('sc-inc') ? 'gpc' : 'gpt';
  const problem = counterProblem(word, kind);
  const value = context.statement.word(2);
  if (problem !== undefined || kind === 'gpc' || /^(?:\s*[+-]?\d+)?$/.test(value)) return problem;
  const read = readExpression(context, 2);
  return 'error' in read ? read.error : undefined;
}

function checkPair(names: string) {
  return ({ statement }: ActionContext): string | undefined =>
    statement.word(2) === '' || statement.word(3) === '' ? `expects${names}` : undefined;
}

function checkResolve(context: ActionContext, word: string): string | undefined {
  const named = /\([^,]*,[^,)]*(?:,ipv[46])*\)/.test(word);
  if (named && !('error' in readExpression(context, 2))) return undefined;
  const expected = "'do-resolve(<varname>,<resolvers>[,<options>]) <expr>'";
  const wrong = named ? context.statement.word(2) : word;
  return `Can't parse '${wrong}'. Expects ${expected}. Available options are 'ipv4' and 'ipv6'`;
}

function checkCache({ statement }: ActionContext): string | undefined {
  return statement.word(2) === '' || statement.word(2) === 'if' || statement.word(2) === 'unless'
    ? 'expects a cache name'
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
    check: checkPair(' 2 arguments: <engine-id> <group-id>'),
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
  later({
    name: 'ot-group',
    arguments: '<filter> <group>',
    directions: ALL_RULES,
    since: '2.4',
    check: checkPair(': <filter-id> <group-id> [{ if | unless } ...]'),
  }),
];

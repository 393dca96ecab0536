/** Actions that change maps and lists of patterns while requests are served (manual 4.2, `http-request set-map` and its kin). */

import {
  type ActionContext,
  type ActionEntry,
  type ActionResult,
  action,
  REQUEST_AND_RESPONSE,
  readFormat,
} from '../action.ts';

/** All four names have as many letters, and a parenthesis. */
const FILE_AT = 'set-map('.length;

function parseKey(kind: 'add-acl' | 'del-acl' | 'del-map') {
  return (context: ActionContext, word: string): ActionResult => {
    const text = context.statement.word(2);
    if (text === '') return { error: 'expects exactly 1 arguments' };
    const key = readFormat(context, text);
    return 'error' in key ? key : { action: { kind, file: word.slice(FILE_AT, -1), key }, next: 3 };
  };
}

function parseSetMap(context: ActionContext, word: string): ActionResult {
  const { statement } = context;
  if (statement.word(2) === '' || statement.word(3) === '') return { error: 'expects exactly 2 arguments' };
  const key = readFormat(context, statement.word(2));
  if ('error' in key) return key;
  const value = readFormat(context, statement.word(3));
  if ('error' in value) return value;
  return { action: { kind: 'set-map', file: word.slice(FILE_AT, -1), key, value }, next: 4 };
}

function entry(name: string, help: string, parse: ActionEntry['parse']): ActionEntry {
  return action({
    name,
    arguments: name === 'set-map' ? '(<file>) <key> <value>' : '(<file>) <key>',
    directions: REQUEST_AND_RESPONSE,
    help,
    parse,
  });
}

export const PATTERN_ACTIONS: readonly ActionEntry[] = [
  entry('add-acl', 'Adds a pattern to a file of patterns in memory, if it is not there.', parseKey('add-acl')),
  entry('del-acl', 'Takes a pattern out of a file of patterns in memory.', parseKey('del-acl')),
  entry('set-map', 'Gives a key a value in a map in memory; adds it if it is not there.', parseSetMap),
  entry('del-map', 'Takes a key out of a map in memory.', parseKey('del-map')),
];

/** Variables in the global section: those of the process set at its start, and how much each scope may hold (manual 3). */

import { readInteger } from '../numbers.ts';
import { pointMask } from './check-points.ts';
import { type GlobalKeyword, globalKeyword, type Parse } from './global-keyword.ts';
import { readVariableAction } from './http-actions-variables.ts';

const PARSER = pointMask('configuration parser');

const parseSet: Parse = (statement, global) => {
  const keyword = statement.keyword as 'set-var' | 'set-var-fmt';
  const name = statement.word(1);
  if (name === '' || statement.word(2) === '') {
    const value = keyword === 'set-var-fmt' ? 'format string' : 'sample expression';
    statement.alert(`'${keyword}' requires a process-wide variable name ('proc.<name>') and a ${value}.`);
    return;
  }
  const place = { where: PARSER, http: false, response: false };
  const read = readVariableAction(`${keyword}(${name})`, statement.from(2), place);
  if ('error' in read) statement.alert(read.error);
  else if (!read.action.name.startsWith('proc.')) {
    statement.alert(
      `'${keyword}': cannot set variable '${name}', only scope 'proc' is permitted in the global section.`,
      'spaced',
      1,
    );
  } else if (read.action.kind !== 'unset-var') global.variables.push(read.action);
};

type Scope = 'global' | 'process' | 'session' | 'transaction' | 'exchange';

/** `scope` undefined: there is nothing of it to be limited. */
function parseSize(scope: Scope | undefined): Parse {
  return (statement, global) => {
    const word = statement.word(1);
    if (word !== '' && !/^\s*[+-]?\d+$/.test(word)) {
      statement.alert(`${statement.keyword}: '${word}' is an invalid size`, 'spaced', 1);
      return;
    }
    if (scope === undefined) return;
    global.tune.variables[scope] = Number(BigInt.asUintN(32, BigInt(word === '' ? 0 : readInteger(word))));
  };
}

const SIZES: Readonly<Record<string, Scope | undefined>> = {
  // Health checks set no variables.
  check: undefined,
  global: 'global',
  proc: 'process',
  reqres: 'exchange',
  sess: 'session',
  txn: 'transaction',
};

export const GLOBAL_VARIABLE_KEYWORDS: readonly GlobalKeyword[] = [
  globalKeyword('set-var', '<name> <expression>', 'Sets a variable of the process at its start.', parseSet, {
    since: '2.4',
  }),
  globalKeyword('set-var-fmt', '<name> <format>', 'Sets one of the process to a formatted string.', parseSet, {
    since: '2.5',
  }),
  ...Object.entries(SIZES).map(([name, scope]) =>
    globalKeyword(
      `tune.vars.${name}-max-size`,
      '<bytes>',
      `What variables of scope ${name} may hold in all.`,
      parseSize(scope),
      { initially: '0', since: name === 'proc' ? '2.4' : '1.6' },
    ),
  ),
];

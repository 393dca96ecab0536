/** Keywords of `global` that change how the lines after them are read (manual 3.1). */

import { DEFAULT_PATH_MODES } from '../default-path.ts';
import type { Statement } from '../statement.ts';
import { flag, type GlobalKeyword, globalKeyword } from './global-keyword.ts';

function setVariable(statement: Statement): void {
  if (statement.tooMany(3)) return;
  const { environment } = statement.state;
  const name = statement.word(1);
  const value = statement.word(2);
  if (value === '') {
    statement.alert(`'${statement.keyword}' expects a name and a value.`, 'tight');
    return;
  }
  const refusal = environment.refuse(name);
  if (refusal !== undefined) {
    statement.alert(`'${statement.keyword}' failed on variable '${name}' : ${refusal}.`, 'tight', 1);
  } else if (statement.keyword === 'setenv' || environment.get(name) === undefined) environment.set(name, value);
}

function unsetVariables(statement: Statement): void {
  const { environment } = statement.state;
  if (statement.word(1) === '') {
    statement.alert("'unsetenv' expects at least one variable name.", 'tight');
    return;
  }
  for (const [index, name] of statement.from(1).entries()) {
    const refusal = environment.refuse(name);
    if (refusal !== undefined) {
      statement.alert(`'unsetenv' failed on variable '${name}' : ${refusal}.`, 'tight', index + 1);
      return;
    }
    environment.unset(name);
  }
}

function chooseDefaultPath(statement: Statement): void {
  const word = statement.word(1);
  const mode = DEFAULT_PATH_MODES.find((known) => known === word);
  if (mode === undefined) {
    statement.alert(
      `${word === '' ? 'missing' : 'unsupported'} default-path mode '${word}' for 'default-path', supported modes ` +
        "include 'current', 'config', 'parent', and 'origin'.",
      'spaced',
      word === '' ? 0 : 1,
    );
    return;
  }
  const origin = statement.word(2);
  if (mode === 'origin' && origin === '') {
    statement.alert("'default-path origin' expects a directory as an argument.", 'spaced', 1);
    return;
  }
  const problem = statement.state.defaultPath.choose(mode, statement.place.file, origin);
  if (problem === undefined) return;
  const what = mode === 'origin' ? `origin '${origin}'` : `'${mode}'`;
  statement.alert(`couldn't set 'default-path' to ${what}: ${problem}.`, 'spaced', mode === 'origin' ? 2 : 1);
}

export const ENVIRONMENT_KEYWORDS: readonly GlobalKeyword[] = [
  globalKeyword(
    'setenv',
    '<name> <value>',
    'Sets an environment variable, for the lines that follow too.',
    setVariable,
    {
      since: '1.7',
    },
  ),
  globalKeyword('presetenv', '<name> <value>', 'Sets an environment variable that has no value yet.', setVariable, {
    since: '1.7',
  }),
  globalKeyword('unsetenv', '[<name>...]', 'Removes environment variables.', unsetVariables, { since: '1.7' }),
  globalKeyword(
    'resetenv',
    '[<name>...]',
    'Removes all environment variables but these.',
    (statement) => statement.state.environment.keepOnly(statement.from(1)),
    { since: '1.7' },
  ),
  globalKeyword(
    'default-path',
    'current | config | parent | origin <directory>',
    'What the relative names of files are relative to: the working directory, the directory of the configuration file, ' +
      'the one above it, or the one given.',
    chooseDefaultPath,
    { initially: 'current', since: '2.5' },
  ),
  globalKeyword(
    'zero-warning',
    '',
    'Refuses to start after a warning, as `-dW` does.',
    flag((global) => {
      global.zeroWarning = true;
    }),
    { since: '2.5' },
  ),
];

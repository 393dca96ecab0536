/** `get var`, `set var` (management manual 9.3): the variables of the process. */

import { pointMask } from '../config/keywords/check-points.ts';
import { readVariableAction } from '../config/keywords/http-actions-variables.ts';
import { SAMPLE_TYPES } from '../config/sample-types.ts';
import { setProcessVariable, showProcessVariable } from '../sample/process-variables.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandContext,
  failure,
  LEVEL_OPERATOR,
  notice,
  requireLevel,
} from './command.ts';

const LOG_INFO = 6;
const CLI = pointMask('CLI parser');

function getVariable({ runtime, words }: CommandContext): CommandAnswer {
  const name = words[2] ?? '';
  if (name === '') return failure('Missing process-wide variable identifier.\n');
  const shown = showProcessVariable(name, runtime.environment);
  if (shown === undefined) return failure('Variable not found.\n');
  const value = shown.text === undefined ? '(undisplayable)' : `<${shown.text.replace(/[^ -~]/g, '.')}>`;
  return notice(LOG_INFO, `${name}: type=${SAMPLE_TYPES[shown.type]} value=${value}`);
}

function setVariable({ runtime, session, words }: CommandContext): CommandAnswer {
  if (!session.experimental) return failure('This command is restricted to experimental mode only.\n');
  if (session.level < LEVEL_OPERATOR) return failure('Permission denied\n');
  const [, , name = '', first = '', second = ''] = words;
  if (name === '') return failure('Missing process-wide variable identifier.\n');
  if (first === '') return failure("Missing either 'expr', 'fmt' or expression.\n");
  if (second !== '' && first !== 'fmt' && first !== 'expr') {
    return failure(`'set var': arg type must be either 'expr' or 'fmt' but got '${first}'.`);
  }
  const keyword = second !== '' && first === 'fmt' ? 'set-var-fmt' : 'set-var';
  const value = second === '' ? first : second;
  const read = readVariableAction(`${keyword}(${name})`, [value], { where: CLI, http: false, response: false });
  if ('error' in read) return failure(read.error);
  const { action } = read;
  if (!action.name.startsWith('proc.')) {
    return failure(`'set var': cannot set variable '${name}', only scope 'proc' is permitted here.`);
  }
  if (action.kind !== 'unset-var') setProcessVariable(action, runtime.environment, 'CLI');
  return '';
}

export const VARIABLE_COMMANDS: readonly Command[] = [
  {
    words: ['get', 'var'],
    usage: 'get var <name>                          : retrieve contents of a process-wide variable',
    run: requireLevel(LEVEL_OPERATOR, getVariable),
  },
  {
    words: ['set', 'var'],
    usage: undefined,
    run: setVariable,
  },
];

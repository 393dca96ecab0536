/** The fetch and the converters of variables (manual 2.8, 7.3), and the words of the conditions under which one is set. */

import { variableNameProblem } from '../variable-name.ts';
import { type ConverterEntry, converter } from './converter.ts';
import { type FetchEntry, fetch } from './fetch-entry.ts';

const CONDITIONS: ReadonlySet<string> = new Set([
  'ifexists',
  'ifnotexists',
  'ifempty',
  'ifnotempty',
  'ifset',
  'ifnotset',
  'ifgt',
  'iflt',
]);

/** What is wrong with the conditions of a `set-var`; undefined when nothing is. */
export function variableConditionProblem(conditions: readonly string[]): string | undefined {
  const wrong = conditions.find((condition) => !CONDITIONS.has(condition));
  return wrong === undefined ? undefined : `unknown condition "${wrong}"`;
}

function validateName([name = '']: readonly string[]): string | undefined {
  return variableNameProblem(name);
}

function validateSet([name = '', ...conditions]: readonly string[]): string | undefined {
  return variableNameProblem(name) ?? variableConditionProblem(conditions);
}

export const VARIABLE_FETCHES: readonly FetchEntry[] = [
  fetch({
    name: 'var',
    output: 'any',
    source: 'constant',
    manual: '7.3.2',
    since: '1.6',
    arguments: ['string', 'string'],
    least: 1,
    validate: validateName,
    help: 'The value of a variable, or a text when it has none.',
  }),
];

export const VARIABLE_CONVERTERS: readonly ConverterEntry[] = [
  converter('set-var(<name>[,<condition>...])', 'any => any', 'Copies the value to a variable.', {
    arguments: ['string', 'string', 'string', 'string', 'string'],
    least: 1,
    validate: validateSet,
    since: '1.6',
  }),
  converter('unset-var(<name>)', 'any => any', 'Takes the value of a variable away.', {
    arguments: ['string'],
    least: 1,
    validate: validateName,
    since: '1.6',
  }),
];

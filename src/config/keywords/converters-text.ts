/** Converters of text (manual 7.3.1). */

import { isVariableName } from '../variable-name.ts';
import { type ConverterEntry, converter } from './converter.ts';

function validatePart([index, separators]: readonly string[]): string | undefined {
  if (index === '0') return 'Unexpected value 0 for index';
  return separators === '' ? 'Empty separators list' : undefined;
}

const PART = { arguments: ['integer', 'string', 'integer'], least: 2, validate: validatePart } as const;

export function validateVariable([name = '']: readonly string[]): string | undefined {
  if (name === '') return 'missing variable name';
  return isVariableName(name) ? undefined : `failed to register variable name '${name}'`;
}

function validateConcat([, name = '']: readonly string[]): string | undefined {
  return name === '' || isVariableName(name) ? undefined : `failed to register variable name '${name}'`;
}

function validateAddItem(values: readonly string[]): string | undefined {
  if ((values[1] ?? '') === '' && (values[2] ?? '') === '') return 'one of the optional arguments has to be nonempty';
  return validateConcat(values);
}

function validateRegsub([, , flags = '']: readonly string[]): string | undefined {
  const wrong = /[^ig]/.exec(flags)?.[0];
  return wrong === undefined ? undefined : `invalid regex flag '${wrong}', only 'i' and 'g' are supported`;
}

function validateUrlEncoding([type = '']: readonly string[]): string | undefined {
  return type === '' || type === 'query' ? undefined : "Unexpected encode type. Allowed value is 'query'";
}

const JSON_INPUTS: readonly string[] = ['', 'ascii', 'utf8', 'utf8s', 'utf8p', 'utf8ps'];

function validateJson([type = '']: readonly string[]): string | undefined {
  if (JSON_INPUTS.includes(type)) return undefined;
  return "Unexpected input code type. Allowed value are 'ascii', 'utf8', 'utf8s', 'utf8p' and 'utf8ps'";
}

export const TEXT_CONVERTERS: readonly ConverterEntry[] = [
  converter('lower', 'str => str', 'ASCII letters in lower case.'),
  converter('upper', 'str => str', 'ASCII letters in upper case.'),
  converter('length', 'str => sint', 'How many bytes there are.'),
  converter('cut_crlf', 'str => str', 'What stands before the first line end.', { since: '2.5' }),
  converter('ltrim(<chars>)', 'str => str', 'Takes the given characters away from the start.', {
    arguments: ['string'],
    least: 1,
    since: '2.5',
  }),
  converter('rtrim(<chars>)', 'str => str', 'Takes the given characters away from the end.', {
    arguments: ['string'],
    least: 1,
    since: '2.5',
  }),
  converter('field(<index>,<delimiters>[,<count>])', 'str => str', 'One of the fields between delimiters.', PART),
  converter('word(<index>,<delimiters>[,<count>])', 'str => str', 'One of the words between delimiters.', PART),
  converter('concat([<start>],[<var>],[<end>])', 'str => str', 'Appends text, a variable and text.', {
    arguments: ['string', 'string', 'string'],
    least: 1,
    validate: validateConcat,
    since: '1.9',
  }),
  converter('add_item(<delim>,[<var>][,<suff>]])', 'str => str', 'Appends a delimiter, a variable and text.', {
    arguments: ['string', 'string', 'string'],
    least: 2,
    validate: validateAddItem,
    since: '2.6',
  }),
  converter('strcmp(<var>)', 'str => sint', 'Compares with a variable: below 0, 0 or above.', {
    arguments: ['string'],
    least: 1,
    validate: validateVariable,
    since: '1.8',
  }),
  converter('regsub(<regex>,<subst>[,<flags>])', 'str => str', 'Replaces what an expression matches.', {
    arguments: ['regex', 'string', 'string'],
    least: 2,
    validate: validateRegsub,
    since: '1.6',
  }),
  converter('language(<value>[,<default>])', 'str => str', 'The language a client likes best of those given.', {
    arguments: ['string', 'string'],
    least: 1,
  }),
  converter('url_dec([<in_form>])', 'str => str', 'Decodes %XX, and in forms the plus sign.', {
    arguments: ['integer'],
  }),
  converter('url_enc([<enc_type>])', 'str => str', 'Encodes as %XX what may not stand in a query.', {
    arguments: ['string'],
    least: 1,
    validate: validateUrlEncoding,
    since: '2.4',
  }),
  converter('json([<input-code>])', 'str => str', 'Escapes what may not stand in a JSON string.', {
    arguments: ['string'],
    least: 1,
    validate: validateJson,
  }),
  converter('host_only', 'str => str', 'The host of a Host header, without its port, in lower case.', { since: '2.6' }),
  converter('port_only', 'str => sint', 'The port of a Host header, 0 without one.', { since: '2.6' }),
];

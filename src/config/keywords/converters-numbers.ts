/** Converters of numbers, dates and addresses (manual 7.3.1). */

import { isVariableName } from '../variable-name.ts';
import { type ConverterEntry, converter } from './converter.ts';

function validateOperand([operand = '']: readonly string[]): string | undefined {
  if (isVariableName(operand) || /^[+-]?\d*$/.test(operand)) return undefined;
  return 'expects an integer or a variable name';
}

const OPERAND = { arguments: ['string'], least: 1, validate: validateOperand } as const;

function validateUnit([, unit]: readonly string[]): string | undefined {
  if (unit === undefined || unit === 's' || unit === 'ms' || unit === 'us') return undefined;
  return `expects 's', 'ms' or 'us', got '${unit}'`;
}

const DATE_FORMAT = { arguments: ['string', 'integer'], least: 1 } as const;

export const NUMBER_CONVERTERS: readonly ConverterEntry[] = [
  converter('add(<value>)', 'sint => sint', 'The sum with a number or variable; too large is the largest.', OPERAND),
  converter('sub(<value>)', 'sint => sint', 'The difference to a number or variable.', OPERAND),
  converter('mul(<value>)', 'sint => sint', 'The product with a number or variable.', OPERAND),
  converter('div(<value>)', 'sint => sint', 'The quotient by a number or variable; by 0: the largest.', OPERAND),
  converter('mod(<value>)', 'sint => sint', 'What remains of a division by a number or variable; by 0: 0.', OPERAND),
  converter('and(<value>)', 'sint => sint', 'The bits that are also set in a number or variable.', OPERAND),
  converter('or(<value>)', 'sint => sint', 'The bits that are set here or in a number or variable.', OPERAND),
  converter('xor(<value>)', 'sint => sint', 'The bits in which a number or variable differs.', OPERAND),
  converter('neg', 'sint => sint', 'The opposite number.'),
  converter('cpl', 'sint => sint', 'The complement of all bits.'),
  converter('bool', 'sint => bool', 'False for 0, else true.'),
  converter('not', 'sint => bool', 'True for 0, else false.'),
  converter('odd', 'sint => bool', 'Whether the number is odd.'),
  converter('even', 'sint => bool', 'Whether the number is even.'),
  converter('htonl', 'sint => bin', 'The low 32 bits as four bytes, the highest first.', { since: '2.5' }),
  converter('iif(<true>,<false>)', 'bool => str', 'The first text for true, the second for false.', {
    arguments: ['string', 'string'],
    least: 2,
    since: '2.3',
  }),
  converter('ltime(<format>[,<offset>])', 'sint => str', 'A date in seconds as local time, by strftime.', DATE_FORMAT),
  converter('utime(<format>[,<offset>])', 'sint => str', 'A date in seconds as UTC, by strftime.', DATE_FORMAT),
  converter('http_date([<offset],[<unit>])', 'sint => str', 'A date as HTTP headers have it.', {
    arguments: ['integer', 'string'],
    validate: validateUnit,
  }),
  converter('ipmask(<mask4>,[<mask6>])', 'addr => ipv4', 'The network of an address.', {
    arguments: ['ipv4-mask', 'ipv6-mask'],
    least: 1,
  }),
];

/** The grammar of options that take arguments and are not implemented yet (manual 4.2). */

import type { Check } from './grammar.ts';

/** No words after `maximum` arguments of the option. */
function atMost(maximum: number): Check {
  return (statement) => {
    const extra = statement.word(2 + maximum);
    const message = `'option ${statement.word(1)}' cannot handle unexpected argument '${extra}'.`;
    return extra === '' ? undefined : { message, index: 2 + maximum };
  };
}

const mysqlCheck: Check = (statement, target) => {
  const tooMany = atMost(3)(statement, target);
  const [word = '', name = '', version = ''] = statement.from(2);
  if (tooMany !== undefined || word === '') return tooMany;
  if (word !== 'user') {
    return { message: `'option mysql-check' only supports optional values: 'user' (got '${word}').`, index: 2 };
  }
  if (name === '') return { message: "'option mysql-check user' expects <username> as argument.", index: 2 };
  if (['', 'post-41', 'pre-41'].includes(version)) return undefined;
  return { message: `keyword 'user' only supports 'post-41' and 'pre-41' (got '${version}').`, index: 4 };
};

const postgresCheck: Check = (statement, target) => {
  const tooMany = atMost(2)(statement, target);
  if (tooMany !== undefined) return tooMany;
  if (statement.word(3) === '') return "'option pgsql-check' expects 'user <username>' as argument.";
  if (statement.word(2) === 'user') return undefined;
  return { message: `'option pgsql-check' only supports optional values: 'user'.`, index: 2 };
};

const HEADER_POLICIES = new Set(['preserve', 'reject', 'delete']);

const headerNames: Check = (statement) => {
  const extra = statement.word(3);
  if (extra !== '') return { message: `'option' cannot handle unexpected argument '${extra}'.`, index: 3 };
  const word = statement.word(2);
  const expected = "option 'http-restrict-req-hdr-names' expects 'preserve', 'reject' or 'delete' option.";
  if (word === '') return `missing parameter. ${expected}`;
  return HEADER_POLICIES.has(word) ? undefined : { message: `invalid parameter '${word}'. ${expected}`, index: 2 };
};

/** By the name of the option. */
export const LATER_OPTION_CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ...['ssl-hello-chk', 'redis-check', 'ldap-check', 'spop-check', 'tcp-check', 'external-check'].map(
    (name): [string, Check] => [name, atMost(0)],
  ),
  ['smtpchk', atMost(2)],
  ['mysql-check', mysqlCheck],
  ['pgsql-check', postgresCheck],
  ['http-restrict-req-hdr-names', headerNames],
]);

/** How lines are cut into words. */

import { type DifferentialCase, F, same } from './case.ts';

export const LEXER: readonly DifferentialCase[] = [
  same('an empty file', ''),
  same('only comments', '# nothing\n\n   # more\n'),
  same('quotes, escapes and comments', `${F} acl a path "/a b" '/c d' /e\\ f \\#g "\\x41\\"" # comment\n`),
  same('an unterminated weak quote', `${F} acl a path "abc\n`),
  same('an unterminated strong quote', `${F}\tacl a path 'abc # x\n acl b path x\n`),
  same('an unterminated quote far to the right', `${F} acl a path ${'x'.repeat(90)} "abc\n`),
  same('a broken hexadecimal escape', `${F} acl a path \\x4g\n`),
  same('a forbidden variable name', `${F} acl a path "$1"\n`),
  same('an unmatched brace', `${F} acl a path "\${HOME"\n`),
  same('a wrong word expansion', `${F} acl a path "\${HOME[1]}"\n`),
  same('a default value of a variable', `${F} bind "127.0.0.1:\${NO_SUCH_PORT-18081}"\n`),
  same('an unset variable as a whole word ends the arguments', `${F} bind "$NO_SUCH_VARIABLE"\n`),
  same('a variable outside quotes is expanded within addresses', `${F} bind 127.0.0.1:$NO_SUCH_VARIABLE\n`),
  same('pseudo-variables', `${F} acl a path "\${.FILE}" "\${.LINE}" "\${.SECTION}"\n`),
  same('an unknown pseudo-variable', `${F} acl a path "\${.NOTHING}"\n`),
  same('64 words', `${F} acl a path ${'x '.repeat(61).trim()}\n`),
  same('65 words', `${F} acl a path ${'x '.repeat(62).trim()}\n`),
  same('64 words and a blank', `${F} acl a path ${'x '.repeat(61)}\n`),
  same('a very long line', `${F} acl a path ${'x'.repeat(5000)}\n`),
  same(
    'carriage returns',
    `${F} acl a path /x\r\n default_backend f2\r\n`.replaceAll('\n', '\r\n').replaceAll('\r\r', '\r'),
  ),
  same('a missing line feed at the end', `${F} acl a path /x`),
  same('a NUL within a line', `${F} acl a path /x\0 y\n acl b path /z\n`),
  same('a keyword out of any section', 'bind :18080\n'),
  same('an unknown directive', `.nothing\n${F}`),
];

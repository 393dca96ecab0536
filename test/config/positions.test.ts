/** Whatever is said about a line, it is said about a part of it that is there: editors underline what they are told. */

import t from 'tap';
import { loadConfiguration } from '../../src/config/loader.ts';
import { reportOf } from '../../src/config/report.ts';
import { systemOptions } from '../../src/config/sources.ts';
import { BACKENDS } from './cases/backends.ts';
import { DETAILS } from './cases/details.ts';
import { DIRECTIVES } from './cases/directives.ts';
import { FRONTENDS } from './cases/frontends.ts';
import { GLOBALS } from './cases/globals.ts';
import { LEXER } from './cases/lexer.ts';
import { LOGS } from './cases/logs.ts';
import { OPTIONS } from './cases/options.ts';
import { RULES } from './cases/rules.ts';
import { SECTIONS } from './cases/sections.ts';

const CASES = [
  ...BACKENDS,
  ...DETAILS,
  ...DIRECTIVES,
  ...FRONTENDS,
  ...GLOBALS,
  ...LEXER,
  ...LOGS,
  ...OPTIONS,
  ...RULES,
  ...SECTIONS,
];

t.test('every diagnostic has a line, and columns within it', async (test) => {
  let count = 0;
  for (const { name, text } of CASES) {
    const lines = text.split('\n');
    const { diagnostics } = reportOf(await loadConfiguration([{ name: 'x.cfg', text }], systemOptions()), false);
    for (const { line, column, endColumn, message } of diagnostics) {
      count++;
      const length = lines[line - 1]?.length ?? -1;
      const inside = column >= 1 && column <= length + 1 && (endColumn ?? column + 1) > column;
      if (!inside || (endColumn ?? 0) > length + 1) {
        test.fail(`${name}: ${line}:${column}-${endColumn} of ${length}: ${message}`);
      }
    }
  }
  test.ok(count > 500, `${count} diagnostics`);
});

t.test('nine in ten errors and warnings have a hint', async (test) => {
  let hints = 0;
  let count = 0;
  for (const { text } of CASES) {
    const { diagnostics } = reportOf(await loadConfiguration([{ name: 'x.cfg', text }], systemOptions()), false);
    for (const { severity, hint, message } of diagnostics) {
      if (severity === 'diag' || message.includes('not implemented yet')) continue;
      count++;
      if (hint !== undefined) hints++;
    }
  }
  test.ok(hints > count * 0.9, `${hints} of ${count}`);
});

/** Every mistake of the table is found at its place, in its words, with its hint. */

import t from 'tap';
import { textFiles } from '../../../src/vrrp/config/files.ts';
import { loadKeepalived } from '../../../src/vrrp/config/load.ts';
import { MISTAKES } from './mistakes-table.ts';
import { labHost } from './verdicts/play.ts';

t.test('there are more than sixty, each with a name of its own', async (test) => {
  test.ok(MISTAKES.length > 60, `${MISTAKES.length}`);
  test.equal(new Set(MISTAKES.map((mistake) => mistake.name)).size, MISTAKES.length);
});

for (const { name, text, at, severity, fatal, message, hint } of MISTAKES) {
  t.test(`the mistake is found and explained: ${name}`, async (test) => {
    const loaded = loadKeepalived('x.conf', { files: textFiles({ 'x.conf': text }), host: labHost(), configId: 'lab' });
    const { list } = loaded.diagnostics;
    const said = list.find((one) => one.message === message);
    const found = said && {
      line: said.line,
      column: said.column,
      severity: said.severity,
      fatal: said.fatal,
      hint: said.hint,
    };
    const [line, column] = at;
    test.same(
      found,
      { line, column, severity, fatal: fatal ?? false, hint },
      list.map((one) => `${one.line}:${one.column} ${one.text}`).join('\n'),
    );
    test.equal(said?.file, 'x.conf');
    test.equal(
      loaded.model === undefined,
      list.some((one) => one.fatal),
      'a fatal mistake leaves no model',
    );
  });
}

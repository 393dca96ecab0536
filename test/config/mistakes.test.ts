/**
 * What people get wrong, each with the line, the column, the message and the hint they get; and the real haproxy says the
 * same, where it says something.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { loadConfiguration } from '../../src/config/loader.ts';
import { reportOf } from '../../src/config/report.ts';
import { systemOptions } from '../../src/config/sources.ts';
import { ACL } from './mistakes/acl.ts';
import { ADDRESSES } from './mistakes/addresses.ts';
import { BACKENDS } from './mistakes/backends.ts';
import { FINDINGS } from './mistakes/findings.ts';
import { KEYWORDS } from './mistakes/keywords.ts';
import { QUOTES } from './mistakes/quotes.ts';
import { RULES } from './mistakes/rules.ts';
import { SECTIONS } from './mistakes/sections.ts';
import { VALUES } from './mistakes/values.ts';

const MISTAKES = [
  ...KEYWORDS,
  ...SECTIONS,
  ...QUOTES,
  ...ACL,
  ...BACKENDS,
  ...ADDRESSES,
  ...VALUES,
  ...RULES,
  ...FINDINGS,
];

const directory = mkdtempSync(join(tmpdir(), 'mahalo-mistakes-'));
t.teardown(() => rmSync(directory, { recursive: true }));

const haproxy = spawnSync('haproxy', ['-v'], { encoding: 'utf8' });
const comparable = haproxy.error === undefined && haproxy.stdout.includes('version 2.6');

function haproxySays(text: string): string {
  writeFileSync(join(directory, 'x.cfg'), text, 'latin1');
  const run = spawnSync('haproxy', ['-c', '-dD', '-f', 'x.cfg'], {
    cwd: directory,
    encoding: 'latin1',
    timeout: 120_000,
  });
  return run.stderr;
}

t.test('there are more than a hundred', async (test) => {
  test.ok(MISTAKES.length > 100, `${MISTAKES.length}`);
  test.equal(new Set(MISTAKES.map((mistake) => mistake.name)).size, MISTAKES.length, 'each has a name of its own');
});

for (const { name, text, at, severity, message, hint, own } of MISTAKES) {
  t.test(`the mistake is found and explained: ${name}`, async (test) => {
    const loaded = await loadConfiguration([{ name: 'x.cfg', text }], systemOptions());
    const { diagnostics } = reportOf(loaded, false);
    const [line, column] = at;
    const here = diagnostics.filter((found) => found.line === line && found.column === column);
    const said = here.find((found) => found.hint === hint) ?? here[0];
    test.match(said, { file: 'x.cfg', severity, message, hint }, JSON.stringify(diagnostics));
    if (own === true || !comparable) return;
    const theirs = haproxySays(text);
    const texts = loaded.everything.filter((found) => found.line === line && found.column === column);
    test.ok(
      texts.some((found) => theirs.includes(found.text)),
      `haproxy says the same: ${theirs}`,
    );
  });
}

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { KeywordEntry } from '../../src/config/keyword.ts';
import { keywordClasses, keywordsMarkdown, keywordsText, selectKeywords } from '../../src/config/keyword-table.ts';
import { allKeywords } from '../../src/config/registry.ts';
import { MAHALO_WORDS } from '../mahalo-words.ts';

const ROOT = join(import.meta.dirname, '../..');

function mahalo(...words: readonly string[]) {
  const [program, ...before] = MAHALO_WORDS;
  const run = spawnSync(program, [...before, ...words], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { code: run.status, out: run.stdout, said: run.stderr };
}

t.test('docs/keywords.md is what the registry says; if not, run "npm run keywords"', async (test) => {
  const { out, code } = mahalo('keywords', '--markdown');
  test.equal(code, 0);
  const stored = readFileSync(join(ROOT, 'docs/keywords.md'), 'utf8').split('\n');
  const lines = out.split('\n');
  // Only the lines that differ: the document is long.
  test.strictSame(
    lines.filter((line) => !stored.includes(line)),
    [],
    'lines to add',
  );
  test.strictSame(
    stored.filter((line) => !lines.includes(line)),
    [],
    'lines to remove',
  );
});

t.test('words select by name, kind and section', async (test) => {
  const names = (...words: readonly string[]): readonly string[] =>
    selectKeywords(allKeywords(), words).map((entry) => `${entry.kind} ${entry.name}`);
  test.ok(names('tcp-ut').includes('bind-option tcp-ut'));
  test.ok(names('tcp-ut').includes('server-option tcp-ut'));
  test.strictSame(names('TCP-UT', 'server-option'), ['server-option tcp-ut']);
  test.equal(names('directive').filter((name) => name.startsWith('directive ')).length, 8);
  test.strictSame(names('no such keyword'), []);
});

t.test('the JSON table has every keyword with its grammar', async (test) => {
  const { out, code } = mahalo('keywords', '--json');
  test.equal(code, 0);
  const table = JSON.parse(out) as readonly Record<string, unknown>[];
  test.equal(table.length, allKeywords().length);
  test.match(
    table.find((entry) => entry['name'] === 'maxconn' && entry['kind'] === 'global'),
    { grammar: 'maxconn <number>', sections: ['global'], implemented: true, since: '1.0' },
  );
});

t.test('nothing found is an exit code, a wrong flag a usage', async (test) => {
  test.equal(mahalo('keywords', 'xyzzy').code, 1);
  const wrong = mahalo('keywords', '--yaml');
  test.equal(wrong.code, 1);
  test.match(wrong.said, 'Usage: mahalo keywords');
});

const ENTRIES: readonly KeywordEntry[] = [
  {
    kind: 'proxy',
    name: 'monitor fail',
    sections: ['frontend', 'listen'],
    grammar: 'monitor fail {if | unless} <condition>',
    help: 'Says a|b <c>.',
    initially: '',
    since: '1.3',
    manual: '4.2',
    implemented: true,
  },
  {
    kind: 'converter',
    name: 'upper',
    sections: [],
    grammar: 'upper',
    help: 'Capitals.',
    initially: '',
    since: '1.5',
    manual: '7.3.1',
    implemented: false,
  },
];

t.test('Markdown keeps bars and angle brackets', async (test) => {
  const text = keywordsMarkdown(ENTRIES);
  test.match(
    text,
    '| `monitor fail {if \\| unless} <condition>` | frontend listen |  | 1.3 | 4.2 | yes | Says a\\|b &lt;c>. |',
  );
  test.match(text, '## Converters\n\n0 of 1 implemented.');
});

t.test('text for terminals says what is not there', async (test) => {
  test.match(
    keywordsText(ENTRIES),
    '  monitor fail {if | unless} <condition>  (frontend, listen)\n      Says a|b <c>.',
  );
  test.match(keywordsText(ENTRIES), '      NOT IMPLEMENTED. Capitals.');
  test.equal(keywordsText([]), '');
});

t.test('-dK lists what works, in classes', async (test) => {
  test.match(
    keywordClasses(ENTRIES, 'cfg'),
    '# List of registered configuration keywords:\nglobal\nlisten\n\tmonitor fail',
  );
  test.equal(keywordClasses(ENTRIES, 'cnv'), '# List of registered sample converter functions:\n');
  test.match(keywordClasses(ENTRIES, ''), /^# List of supported keyword classes:\nall/);
  test.equal(keywordClasses(ENTRIES, 'all').match(/^#/gm)?.length, 4);
});

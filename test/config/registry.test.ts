import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { CONVERTERS } from '../../src/config/keywords/converters.ts';
import { FETCHES } from '../../src/config/keywords/fetches.ts';
import { LOG_VARIABLES } from '../../src/config/keywords/log-variables.ts';
import { allKeywords } from '../../src/config/registry.ts';
import { CONVERTERS as COMPILED_CONVERTERS } from '../../src/sample/converters.ts';
import { FETCHES as COMPILED_FETCHES } from '../../src/sample/fetches.ts';
import { implementedVariables } from '../../src/sample/log-variables.ts';

t.test('every keyword is declared once', async (test) => {
  const seen = new Set<string>();
  for (const { kind, name } of allKeywords()) {
    const key = `${kind} ${name}`;
    if (seen.has(key)) test.fail(`${key} twice`);
    seen.add(key);
  }
  test.ok(seen.size > 800, `${seen.size} keywords`);
});

t.test('what is implemented says what it is for, how it is written and where it is explained', async (test) => {
  for (const entry of allKeywords()) {
    if (!entry.implemented) continue;
    const complete =
      entry.help.length > 3 && entry.grammar.includes(entry.name) && entry.manual !== '' && entry.since !== '';
    if (!complete) test.fail(`${entry.kind} ${entry.name}`);
  }
  test.pass();
});

t.test('the fetches, converters and variables that are offered can be compiled', async (test) => {
  for (const { name, meaning, implemented } of FETCHES.values()) {
    test.equal(COMPILED_FETCHES.has(meaning), implemented, name);
  }
  for (const { name, implemented } of CONVERTERS.values()) {
    test.equal(COMPILED_CONVERTERS.has(name), implemented, name);
  }
  for (const variable of LOG_VARIABLES.values()) {
    if (variable.implemented) test.ok(implementedVariables.has(variable.name), variable.name);
  }
});

/** The kinds of entries that may declare what the list calls so. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  fetch: ['fetch', 'acl-keyword'],
  'acl-derivative': ['acl-keyword', 'fetch'],
  'acl-matcher': ['acl-match'],
  'logformat-var': ['log-variable'],
  'logformat-flag': ['log-flag'],
  timeout: ['timeout', 'proxy'],
};

/** How the entry of a keyword with several words may be called: "proxy stats uri" is "stats uri". */
function entriesOf(category: string, name: string): readonly string[] {
  const [first = '', second = '', ...rest] = name.split(' ');
  const plain = name.replace(/^[%+]/, '').replace(/\(.*$/, '');
  const simple = (KINDS[category] ?? [category]).flatMap((kind) => [`${kind} ${name}`, `${kind} ${plain}`]);
  switch (category) {
    case 'action':
      return [
        [first, second, ...rest]
          .join(' ')
          .replace(/\(.*$/, '')
          .replace(/track-sc\d/, 'track-sc'),
      ];
    case 'section-keyword': {
      const [section = '', word = ''] = name.split(': ');
      const [keyword = ''] = word.split(' ');
      return section === word
        ? [`section ${section}`]
        : [...simple, `section-keyword ${section}: ${keyword}`, `proxy ${word}`, `section-keyword ${word}`];
    }
    case 'proxy':
      if (first === 'option' || first === 'stats') return [`${first} ${second}`];
      if (first === 'timeout') return [`timeout ${second}`, `proxy ${second}`];
      return [`proxy ${first}`];
    case 'global':
      return [`global ${first}`];
    default:
      return simple;
  }
}

t.test("every keyword of 1.9's manual is declared", async (test) => {
  const declared = new Set(allKeywords().map(({ kind, name }) => `${kind} ${name}`));
  const known = (category: string, name: string): boolean =>
    entriesOf(category, name).some((entry) => declared.has(entry));
  // The manual has a misprint, an option HAProxy refuses, and a variable that is only a carrier of flags.
  const odd = new Set(['peers: enable', 'no-verifyhost', '%o']);
  let category = '';
  let count = 0;
  for (const line of readFileSync(join(import.meta.dirname, 'keywords-1.9.txt'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)) {
    if (line.startsWith('[')) category = line.slice(1, -1);
    else if (++count > 0 && !odd.has(line) && !known(category, line)) test.fail(`${category}: ${line}`);
  }
  test.ok(count > 1300, `${count} names`);
});

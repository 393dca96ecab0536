import fc from 'fast-check';
import t from 'tap';
import { parseAddress } from '../../src/config/address.ts';
import { parseExpression } from '../../src/config/expression.ts';
import { parseFormat } from '../../src/config/format.ts';
import { lexLine } from '../../src/config/lexer.ts';
import { parseTime } from '../../src/config/numbers.ts';
import { allKeywords } from '../../src/config/registry.ts';
import { loadTexts, TIMEOUTS } from './loading.ts';

const variables = (name: string): string | undefined => (name === 'A' ? 'a b' : undefined);

/** Names of the language and what stands between them, so that random lines get far into the parsers. */
const WORDS = [
  ...new Set(allKeywords().flatMap((entry) => entry.name.split(' '))),
  ...[
    'global',
    'defaults',
    'frontend f',
    'backend b',
    'listen l',
    'userlist u',
    'from',
    'no',
    'default',
    'if',
    'unless',
  ],
  ...[
    '{',
    '}',
    '!',
    'or',
    '||',
    '-i',
    '-f',
    '-m',
    '--',
    '127.0.0.1:80',
    ':0',
    '::1',
    '1s',
    '-1',
    '0',
    '5',
    '99999999999',
  ],
  ...['%[src]', '%{+Q}o', '%', '"', "'", '\\', '#', '"$A"', '"${A[*]}"', '\\x4', '(', ')', ',', '/x', '10.0.0.0/8', ''],
];

const word = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12, unit: 'binary-ascii' }) },
);
const line = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));
const text = fc.array(line, { maxLength: 12 }).map((lines) => `${lines.join('\n')}\n`);

t.test('no text makes the loader throw, and it either gives a model or says why not', async (test) => {
  await fc.assert(
    fc.asyncProperty(text, async (lines) => {
      const result = await loadTexts([`defaults\n mode http\n${TIMEOUTS}`, lines]);
      const fatal = result.diagnostics.some((found) => found.fatal);
      return fatal === (result.model === undefined) && fatal === (result.exitCode === 1);
    }),
    { numRuns: 1500 },
  );
  test.pass('1500 texts');
});

t.test('no bytes make the loader throw', async (test) => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ maxLength: 300, unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }),
      async (bytes) => {
        await loadTexts([bytes]);
      },
    ),
    { numRuns: 500 },
  );
  test.pass('500 texts');
});

t.test('statements of every section take any words without throwing', async (test) => {
  const statement = fc.tuple(
    fc.constantFrom('global', 'defaults d', 'frontend f', 'backend b', 'listen l', 'userlist u'),
    fc.constantFrom(
      ...allKeywords()
        .filter((entry) => entry.kind === 'proxy' || entry.kind === 'global')
        .map((entry) => entry.name),
    ),
    line,
  );
  await fc.assert(
    fc.asyncProperty(statement, async ([section, keyword, rest]) => {
      await loadTexts([`${section}\n ${keyword} ${rest}\n`]);
    }),
    { numRuns: 3000 },
  );
  test.pass('3000 statements');
});

t.test('a word that is quoted strongly comes back as it was', async (test) => {
  const plain = fc.string({ unit: 'binary-ascii' }).filter((chosen) => !/['\n\r\0]/.test(chosen) && chosen !== '');
  fc.assert(
    fc.property(plain, (chosen) => {
      const result = lexLine(`a '${chosen}' b`, variables);
      return result.kind === 'words' && result.words[1]?.text === chosen && result.words.length === 3;
    }),
  );
  test.pass();
});

t.test('delays are the same in every unit that can say them', async (test) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), (days) => {
      const texts = [`${days}d`, `${days * 24}h`, `${days * 1440}m`, `${days * 86400}s`, `${days * 86400000}ms`];
      return texts.every((chosen) => {
        const time = parseTime(chosen);
        return time.kind === 'value' && time.value === days * 86_400_000;
      });
    }),
  );
  test.pass();
});

t.test('expressions, formats and addresses take any text without throwing', async (test) => {
  const any = fc.oneof(fc.string({ maxLength: 40, unit: 'binary-ascii' }), line);
  const rules = { port: 'optional', portRange: true, portOffset: true, stream: true, datagram: true } as const;
  fc.assert(
    fc.property(any, (chosen) => {
      parseExpression(chosen);
      parseExpression(chosen, true);
      parseFormat(chosen, { where: -1, http: true, use: 'log' });
      parseFormat(`%[${chosen}]`, { where: -1, http: false, use: 'header' });
      parseAddress(chosen, rules, { find: () => undefined }, variables);
    }),
    { numRuns: 3000 },
  );
  test.pass();
});

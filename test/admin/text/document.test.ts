import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { lineAt, offsetOfColumn, readDocument, sectionAt, wordTexts } from '../../../src/admin/text/document.ts';
import { SECTION_KEYWORDS } from '../../../src/admin/text/section-keywords.ts';
import { lexLine } from '../../../src/config/lexer.ts';
import { SECTION_NAMES } from '../../../src/config/registry.ts';
import { anyText } from './any-text.ts';

const joined = (text: string): string =>
  readDocument(text)
    .lines.flatMap((line) => line.parts.map((part) => part.text))
    .join('');

t.test('the parts of all lines are the text, byte for byte', async (test) => {
  fc.assert(
    fc.property(anyText, (text) => joined(text) === text),
    { numRuns: 3000 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => joined(text) === text),
    { numRuns: 1000 },
  );
  const seeds = join(import.meta.dirname, '../../config/seeds');
  for (const name of readdirSync(seeds)) {
    const text = readFileSync(join(seeds, name), 'latin1');
    test.equal(joined(text), text, name);
  }
});

t.test('parts, words and lines know where they stand', async () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { lines } = readDocument(text);
      for (const line of lines) {
        if (text.slice(line.start, line.end) !== line.text) throw new Error('line');
        for (const part of line.parts) {
          if (!text.startsWith(part.text, part.start) || part.text === '') throw new Error('part');
        }
        for (const word of line.words) if (text.slice(word.start, word.end) !== word.raw) throw new Error('word');
      }
    }),
    { numRuns: 2000 },
  );
});

t.test("words are the lexer's", async () => {
  const asWritten = (name: string): string => `\${${name}}`;
  fc.assert(
    fc.property(anyText, (text) => {
      for (const line of readDocument(text).lines) {
        const lexed = lexLine(line.text, asWritten);
        if (lexed.kind === 'error') {
          if (line.problem === '') throw new Error('a problem is missing');
          continue;
        }
        const given = lexed.words.map((word) => word.text);
        const ours = line.words.map((word) => word.text);
        // The lexer drops empty words at the end of a line.
        while (ours.at(-1) === '') ours.pop();
        if (JSON.stringify(ours) !== JSON.stringify(given)) throw new Error(`${JSON.stringify(ours)} ${line.text}`);
      }
    }),
    { numRuns: 3000 },
  );
});

t.test('a line is cut into blanks, words, a comment and its end', async (test) => {
  const [line] = readDocument('  server "my srv"  10.0.0.1:80\\ x""  "" # why\r\n').lines;
  test.strictSame(
    line?.parts.map((part) => [part.kind, part.text]),
    [
      ['blank', '  '],
      ['word', 'server'],
      ['blank', ' '],
      ['word', '"my srv"'],
      ['blank', '  '],
      ['word', '10.0.0.1:80\\ x""'],
      ['blank', '  '],
      ['word', '""'],
      ['blank', ' '],
      ['comment', '# why'],
      ['ending', '\r\n'],
    ],
  );
  test.strictSame(
    line?.words.map((word) => word.text),
    ['server', 'my srv', '10.0.0.1:80 x', ''],
  );
});

t.test('what cannot be read is kept as it is', async (test) => {
  const [open, nul] = readDocument('  acl "a b\nmode http\0tcp\n').lines;
  test.match(open, { problem: /^unmatched quote at position 7/, words: [], parts: [{}, { kind: 'other' }, {}] });
  test.match(nul, { problem: '', parts: [{}, {}, {}, { kind: 'other', text: '\0tcp' }, {}] });
});

t.test('sections have their keyword, name and lines', async (test) => {
  const document = readDocument(
    '# top\nglobal\n\ndefaults\ndefaults x from y\n mode tcp\nfrontend web # f\n no option a\n',
  );
  test.strictSame(
    document.sections.map(({ keyword, name, lines }) => [keyword, name, lines.length]),
    [
      ['global', '', 2],
      ['defaults', '', 1],
      ['defaults', 'x', 2],
      ['frontend', 'web', 2],
    ],
  );
  test.strictSame(wordTexts(document.lines[7]!), ['option', 'a']);
  test.equal(sectionAt(document, 0), undefined);
  test.equal(sectionAt(document, document.text.indexOf('mode'))?.name, 'x');
  test.equal(lineAt(document, document.text.indexOf('mode'))?.number, 6);
  test.equal(lineAt(document, document.text.length), undefined);
  test.equal(lineAt(readDocument('a\nb'), 3)?.number, 2);
});

t.test("columns of diagnostics count bytes, the editor's places characters", async (test) => {
  const document = readDocument('x\n # \u00e9\u20ac\ud83d\ude00 y\n');
  const line = document.lines[1]!;
  const bytes = Buffer.from(line.text, 'utf8');
  for (let at = 0; at <= line.text.length; at++) {
    const column = Buffer.byteLength(line.text.slice(0, at)) + 1;
    if (bytes.toString('utf8', 0, column - 1) === line.text.slice(0, at)) {
      test.equal(offsetOfColumn(line, column), line.start + at);
    }
  }
});

t.test("the sections are the language's", async (test) => {
  test.strictSame([...SECTION_KEYWORDS].sort(), [...SECTION_NAMES].sort());
});

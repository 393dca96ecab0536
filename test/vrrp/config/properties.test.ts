/** Whatever the text is, reading it ends, and does not throw. */

import fc from 'fast-check';
import t from 'tap';
import { addressText, parseAddress } from '../../../src/vrrp/config/addresses.ts';
import { decomment } from '../../../src/vrrp/config/comments.ts';
import { textFiles } from '../../../src/vrrp/config/files.ts';
import { loadKeepalived } from '../../../src/vrrp/config/load.ts';
import { KEYWORDS } from '../../../src/vrrp/config/table.ts';
import { textOf } from '../../../src/vrrp/config/text.ts';
import { splitCommand, splitWords } from '../../../src/vrrp/config/words.ts';
import { CASES } from './verdicts/cases.ts';
import { labHost } from './verdicts/play.ts';

const host = labHost();
t.setTimeout(600_000);

function load(text: string, more: Readonly<Record<string, string>> = {}): void {
  const files = textFiles({ 'x.conf': text, ...more });
  const { model, diagnostics, exitCode } = loadKeepalived('x.conf', { files, host, configId: 'lab' });
  const fatal = diagnostics.list.some((one) => one.fatal);
  if ((model === undefined) !== fatal) throw new Error('a model exactly where nothing is fatal');
  if (fatal && exitCode === 0) throw new Error('what is fatal shows in the exit code');
  for (const one of diagnostics.list) {
    if (one.line > 0 && one.column < 1) throw new Error(`no column: ${one.text}`);
  }
}

const words = [...KEYWORDS.blocks.values()].flatMap((block) => [...block.keys()]);
const piece = fc.oneof(
  fc.constantFrom('{', '}', '"', "'", '\\', '!', '#', '$', '@', '~', '\n', ' ', '\t', ';', '(', ')', ',', '=', '/'),
  fc.constantFrom(
    '~SEQ(N, 1, 3) ',
    '~LST(N, 1, 2) ',
    '$N=',
    '$N',
    '${N}',
    '@lab ',
    '@^lab ',
    'include ',
    'x.conf',
    '\\\n',
  ),
  fc.constantFrom(...words),
  fc.constantFrom(
    '10.0.0.1/24',
    'fe80::1',
    'eth0',
    'eth1',
    'weight',
    'dev',
    'via',
    'table',
    'A',
    'B',
    '5',
    '-1',
    '0.5',
  ),
  fc.string({ maxLength: 8 }),
);
const soup = fc.array(piece, { maxLength: 120 }).map((pieces) => pieces.join(' '));

t.test('any characters', async (test) => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (text) => load(text)),
    { numRuns: 400 },
  );
  test.pass('nothing was thrown');
});

t.test('words of the language in any order', async (test) => {
  fc.assert(
    fc.property(soup, (text) => load(text)),
    { numRuns: 1500 },
  );
  test.pass('nothing was thrown');
});

t.test('configurations with something cut out, doubled, or put in', async (test) => {
  const cases = CASES.map((one) => one.text).filter((text) => text.length > 20);
  const change = fc.record({
    text: fc.constantFrom(...cases),
    from: fc.nat(400),
    length: fc.nat(40),
    put: fc.oneof(fc.constant(''), soup),
  });
  fc.assert(
    fc.property(change, ({ text, from, length, put }) => load(text.slice(0, from) + put + text.slice(from + length))),
    { numRuns: 1500 },
  );
  test.pass('nothing was thrown');
});

t.test('files that include each other', async (test) => {
  load('include y.conf\n', { 'y.conf': 'include x.conf\n' });
  load('include *.conf\n', { 'y.conf': 'include *.conf\n' });
  test.pass('it ends');
});

t.test('definitions and sequences without an end', async (test) => {
  load('$A=$B\n$B=$A\n$A\n');
  load('$A= \\\n$B \\\nx\n\n$B= \\\n$A \\\ny\n\n$A\n');
  load('~SEQ(N, 1, 1, 1000000000) x\n');
  load('$A=~SEQ(N, 1, 1000000) $A\n$A\n');
  test.pass('it ends');
});

t.test('every word of a line knows its column, whatever comments stand in it', async (test) => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (line) => {
      const { text } = decomment(textOf(line));
      for (const word of splitWords({ text, file: 'x', line: 1 }).words) {
        if (word.quoted || word.text.includes('\\')) continue;
        const first = line[word.column - 1];
        if (first !== word.text[0] && first !== '\\') throw new Error(`${JSON.stringify(line)}: ${word.text}`);
      }
    }),
    { numRuns: 2000 },
  );
  test.pass('columns are those of the file');
});

t.test('commands: what is quoted comes out as it was', async (test) => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z !#$%&()*+,./:;<=>?@^_`{|}~-]+$/), { minLength: 1 }), (list) => {
      const { words: found, fault } = splitCommand(list.map((word) => `'${word}'`).join(' '));
      if (fault !== undefined || found.join('\0') !== list.join('\0')) throw new Error(JSON.stringify(found));
    }),
  );
  test.pass('all words');
});

t.test('addresses become text and bytes again', async (test) => {
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  );
  fc.assert(
    fc.property(bytes, (address) => {
      const again = parseAddress(addressText(address));
      if (again === undefined || Buffer.compare(again.bytes, address) !== 0) throw new Error(addressText(address));
    }),
  );
  test.pass('all of them');
});

import t from 'tap';
import { lexLine, splitLines, type Variables } from '../../src/config/lexer.ts';

const VALUES: Readonly<Record<string, string>> = { A: 'one', EMPTY: '', LIST: 'one  two three', '.LINE': '7' };
const variables: Variables = (name) => VALUES[name];

function wordsOf(line: string): readonly string[] | string {
  const result = lexLine(line, variables);
  return result.kind === 'words' ? result.words.map((word) => word.text) : result.message.split('\n')[0]!;
}

const TABLE: readonly (readonly [line: string, words: readonly string[], what: string])[] = [
  ['', [], 'nothing'],
  ['   \t ', [], 'blanks'],
  ['# a b', [], 'a comment'],
  ['a b\tc  d', ['a', 'b', 'c', 'd'], 'words between blanks and tabs'],
  ['  a  ', ['a'], 'blanks around'],
  ['a b# c', ['a', 'b'], 'a comment right after a word'],
  ['a b\\# c', ['a', 'b#', 'c'], 'an escaped sharp'],
  ["a 'b # c'", ['a', 'b # c'], 'a sharp in strong quotes'],
  ['a "b # c"', ['a', 'b # c'], 'a sharp in weak quotes'],
  ['a b\\ c', ['a', 'b c'], 'an escaped blank'],
  ['a b\\\\c', ['a', 'b\\c'], 'an escaped backslash'],
  ['a b\\qc', ['a', 'b\\qc'], 'a backslash before anything else'],
  ['a \\n\\r\\t', ['a', '\n\r\t'], 'control characters'],
  ['a \\x41\\xff', ['a', 'A\xff'], 'hexadecimal characters'],
  ['a "\\x41"', ['a', 'A'], 'escapes in weak quotes'],
  ["a '\\x41\\n'", ['a', '\\x41\\n'], 'no escapes in strong quotes'],
  ['a \\"b\\\'', ['a', '"b\''], 'escaped quotes'],
  ['a "b\\"c"', ['a', 'b"c'], 'an escaped quote within quotes'],
  ['a b\'c d\'e"f g"h', ['a', 'bc def gh'], 'quotes in the middle of a word'],
  ['a "it\'s"', ['a', "it's"], 'a strong quote within weak ones'],
  ['a "" b', ['a', '', 'b'], 'an empty word between others'],
  ['a ""', ['a'], 'an empty word at the end'],
  ['a "$A"', ['a', 'one'], 'a variable'],
  ['a "${A}b"', ['a', 'oneb'], 'a variable in braces'],
  ['a "$Ab"', ['a'], 'an unset variable'],
  ['a "${B-default value}"', ['a', 'default value'], 'the default of an unset variable'],
  ['a "${EMPTY-default}" b', ['a', '', 'b'], 'an empty variable is set'],
  ['a $A', ['a', '$A'], 'no variable outside quotes'],
  ["a '$A'", ['a', '$A'], 'no variable in strong quotes'],
  ['a "\\$A"', ['a', '$A'], 'an escaped dollar sign'],
  ['a \\$A', ['a', '\\$A'], 'a backslash before a dollar sign outside quotes'],
  ['a "${LIST}" b', ['a', 'one  two three', 'b'], 'a list is one word'],
  ['a "${LIST[*]}" b', ['a', 'one', 'two', 'three', 'b'], 'a list that is expanded into words'],
  ['a "${.LINE}"', ['a', '7'], 'a pseudo-variable'],
  ['a b\r', ['a', 'b'], 'a carriage return ends the line'],
  ['a b\r c', ['a', 'b'], 'even in the middle'],
];

for (const [line, words, what] of TABLE) {
  t.test(`a line is cut into words: ${what}`, async (test) => test.strictSame(wordsOf(line), words));
}

const ERRORS: readonly (readonly [line: string, message: string])[] = [
  ['a "b', 'unmatched quote at position 3:'],
  ["a 'b", 'unmatched quote at position 3:'],
  ['a \\x4', 'truncated or invalid hexadecimal sequence at position 3:'],
  ['a \\xg0', 'truncated or invalid hexadecimal sequence at position 3:'],
  ['a "$1"', 'forbidden first char in environment variable name at position 5:'],
  ['a "${}"', 'forbidden first char in environment variable name at position 6:'],
  ['a "${.X}"', 'forbidden first char in environment variable name at position 6:'],
  ['a "${A"', 'unmatched brace in environment variable name at position 5:'],
  ['a "${A-b"', 'unmatched brace in environment variable name at position 5:'],
  ['a "${A[1]}"', 'truncated or invalid word expansion sequence at position 7:'],
  [`a${' b'.repeat(64)}`, 'too many words, truncating after word 64, position 127: <b>.'],
];

for (const [line, message] of ERRORS) {
  t.test(`a line is refused: ${message}`, async (test) => test.equal(wordsOf(line), message));
}

t.test('the column of a word is where it starts in the line, quotes included', async (test) => {
  const result = lexLine('  bind  "a" b', variables);
  test.strictSame(result.kind === 'words' && result.words.map((word) => word.column), [3, 9, 13]);
});

t.test('a text is cut into lines that know their number and whether they are complete', async (test) => {
  test.strictSame(splitLines('a\n\nb\0c\nd'), [
    { number: 1, text: 'a', complete: true },
    { number: 2, text: '', complete: true },
    { number: 3, text: 'b', complete: false },
    { number: 4, text: 'd', complete: false },
  ]);
  test.strictSame(splitLines(''), []);
});

import fc from 'fast-check';
import t from 'tap';
import { commandEnd, commandWords } from '../../src/control/api-words.ts';

t.test('commands: end at a line feed or a semicolon that no backslash precedes', (t) => {
  t.equal(commandEnd('show info'), -1);
  t.equal(commandEnd('show info\n'), 9);
  t.equal(commandEnd('a;b\n'), 1);
  t.equal(commandEnd('a\\;b\n'), 4);
  t.equal(commandEnd('a\\\\;b\n'), 3);
  t.end();
});

t.test('words: blanks part them, a backslash keeps what follows', (t) => {
  t.same(commandWords('  show\t info '), ['show', 'info']);
  t.same(commandWords('add acl x a\\ b\\;c \\\\'), ['add', 'acl', 'x', 'a b;c', '\\']);
  t.same(commandWords(''), []);
  t.equal(commandWords('a '.repeat(100)).length, 64);
  t.end();
});

t.test('property: words that were escaped come back', (t) => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 60 }), (words) => {
      const escaped = words.map((word) => word.replace(/[\\ \t;\n]/g, '\\$&')).join(' ');
      t.same(commandWords(escaped), words);
      t.equal(commandEnd(`${escaped}\n`), escaped.length);
    }),
    { numRuns: 200 },
  );
  t.end();
});

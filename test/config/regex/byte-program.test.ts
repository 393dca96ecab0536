/** Programs over bytes find what the translated expressions find: same place, same groups. */
import fc from 'fast-check';
import t from 'tap';
import { compileByteProgram, compileRegex } from '../../../src/config/regex/regex.ts';

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', 'x', '\\.', '\\n');
const repeated = fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}')).map((parts) => parts.join(''));
const sequence = fc.array(repeated, { maxLength: 4 }).map((items) => items.join(''));
const part = fc.oneof(
  sequence,
  sequence.map((text) => `(${text})`),
  sequence.map((text) => `(?:${text})`),
  fc.tuple(sequence, sequence).map(([outer, inner]) => `(${outer}(${inner}))`),
);
const expression = fc
  .tuple(fc.constantFrom('', '', '^', '\\A'), fc.array(part, { maxLength: 3 }), fc.constantFrom('', '', '$', '\\z'))
  .map(([start, parts, end]) => start + parts.join('') + end);
const subject = fc
  .array(fc.constantFrom('a', 'b', 'A', '.', '1', 'x', '\n', '\xe9', '\0'), { maxLength: 12 })
  .map((letters) => letters.join(''));

function found(source: string, text: string, ignoreCase: boolean, notAtStart: boolean): unknown {
  const match = compileRegex(source, ignoreCase, { notAtStart }).exec(text);
  return match === null ? null : { index: match.index, groups: [...match] };
}

function foundInBytes(source: string, text: string, ignoreCase: boolean, notAtStart: boolean): unknown {
  const program = compileByteProgram(source, ignoreCase, notAtStart);
  if (program === null) return undefined;
  const bytes = Buffer.from(`zz${text}zz`, 'latin1');
  if (!program.exec(bytes, 2, bytes.length - 2)) return null;
  const groups = Array.from(program.starts, (start, group) => bytes.toString('latin1', start, program.ends[group]));
  return { index: (program.starts[0] as number) - 2, groups };
}

t.test('programs find what expressions find', (t) => {
  let programs = 0;
  fc.assert(
    fc.property(expression, subject, fc.boolean(), fc.boolean(), (source, text, ignoreCase, notAtStart) => {
      const actual = foundInBytes(source, text, ignoreCase, notAtStart);
      if (actual === undefined) return;
      programs++;
      t.strictSame(actual, found(source, text, ignoreCase, notAtStart), `${source} in ${JSON.stringify(text)}`);
    }),
    { numRuns: 5000 },
  );
  t.ok(programs > 1000, 'most expressions made have a program');
  t.end();
});

t.test('what is not a sequence has no program', (t) => {
  for (const source of ['a|b', '(a|b)', '(ab)*', 'a*?', 'a++', '(a)\\1', '(?=a)', '\\ba', '.*a.*b.*c.*']) {
    t.equal(compileByteProgram(source), null, source);
  }
  t.throws(() => compileByteProgram('('), /missing closing parenthesis/);
  t.end();
});

t.test('a subject without a match takes no longer than its length and the number of repeats allow', (t) => {
  const program = compileByteProgram('(.*)wrk(.*)');
  const bytes = Buffer.alloc(16_384, 'a');
  t.equal(program?.exec(bytes, 0, bytes.length), false);
  t.end();
});

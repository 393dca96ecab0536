import t from 'tap';
import { compileRegex } from '../../../src/config/regex/regex.ts';
import { type Answer, askPcre2, hasPcre2test, type Question } from './pcre2test.ts';
import { RandomRegexes } from './random-regexes.ts';

/** Right and wrong expressions whose verdict, words and offset must be PCRE's. */
const WRITTEN = String.raw`
^*a  \b+a  a**  a{2}{3}  (?=a)*b  x{,3}  (  )  a)b  [a  []a  [b-a]  *a  a|*  (?:*)  \1  a\  a{3,2}  a{70000}
[[:foo:]]  (?<=a*)b  ab(?<=a|bc*)b  (?y)  \i  (?P<a  (?P=b)  \k<b>  (?<1a>x)  a++b  [a-\d]  [\d-z]  \x{100}  [\x{100}]
\o{400}  \400  \Z+a  \A*a  $*a  a\Q*\E*  \G+  (?i)*a  (?#x)*a  a(?#x)*b  a(?i)*b  (?:)*  ()*  [[:alpha:]-z]
[z-[:alpha:]]  [a-z&&[b]]  \N+  (*FAIL)  (*FOO)  (?:a  (?<n>  (?<=a  a{1  a{1,  a{1}+  a+?+  \p{Foo}  \pL  \p  \c
\g{2}  \g  \k  (?-i-i)a  (?^i)a  [[.a.]]  [[=a=]]  [[:^alpha:]]  [[:alpha:]  [\b]  [\B]  [\R]  [\Qa]\E]  \L  \N{U+41}
\8  \81  \08  \E*a  a\E*  [\E]a]  [^]a]  []-a]  (?  (?P  (?P>  (?<  (?'  (?i  (?i-  /a\  \  a{1,70000}  x{2,1}?  [a\
(?x)a\ +  \x{  \x{4  \x{}  \x{zz}  \o  \o{9}  \g{  \g{a  \k<  \k<a  (?-  (?iz)  (*)  (*FOO  a|)  [  [^  [^]  [a-  [a-]
[a-\  [[:alpha:  (?<abc>a)\k<abd>  \y  a{2}{  }  a}  (?P=  +a  a||b  |  |a  \N{2}  \C  \ca  [\N]  [\X]  [a-z-9]  [--a]
(?s-m:a)  (?xx)[ab]  (?n)(a)\1  \18  \2(a)  \10(a)  (?<=a|bb)  (?<=(a|bb))  (?<=a{2})  (?<=a{2,3})  (?<!a+)
`
  .trim()
  .split(/\s+/);

function faultOf(pattern: string): string {
  try {
    compileRegex(pattern);
    return '';
  } catch (problem) {
    return (problem as Error).message;
  }
}

const skip = hasPcre2test() ? false : 'pcre2test is not installed';

t.test('what is invalid is refused in the words of PCRE', { skip }, async (t) => {
  const questions = WRITTEN.map((pattern) => ({ pattern, ignoreCase: false, capture: true, subjects: [] }));
  const answers = askPcre2(questions);
  t.equal(answers.length, questions.length);
  answers.forEach((answer, index) => {
    const { pattern } = questions[index] as Question;
    const wanted =
      'error' in answer ? `regex '${pattern}' is invalid (error=${answer.error}, erroffset=${answer.offset})` : '';
    t.equal(faultOf(pattern), wanted, pattern);
  });
});

t.test('random expressions match what PCRE matches', { skip }, async (t) => {
  const random = new RandomRegexes(20_181_205);
  const questions = Array.from({ length: 2000 }, () => random.question());
  const answers = askPcre2(questions);
  t.equal(answers.length, questions.length);
  let different = 0;
  answers.forEach((answer, index) => {
    const question = questions[index] as Question;
    const difference = differenceOf(question, answer);
    if (difference === undefined) return;
    different++;
    t.fail(`${JSON.stringify(question.pattern)}: ${difference}`);
  });
  t.equal(different, 0);
});

function differenceOf({ pattern, ignoreCase, capture, subjects }: Question, answer: Answer): string | undefined {
  let expression: RegExp;
  try {
    expression = compileRegex(pattern, ignoreCase, { capture });
  } catch (problem) {
    return 'error' in answer ? undefined : (problem as Error).message;
  }
  if ('error' in answer) return `PCRE says ${answer.error}`;
  for (const [index, subject] of subjects.entries()) {
    const real = answer.matches[index];
    const ours = expression.exec(subject);
    const [wanted, found] = [shown(real), shown(ours)];
    if (wanted !== found) return `${JSON.stringify(subject)}: ${wanted} but ${found}`;
  }
  return undefined;
}

/** Nobody tells a group that is unset from one that is empty. */
function shown(groups: readonly (string | undefined)[] | null | undefined): string {
  if (groups === null || groups === undefined) return 'no match';
  return JSON.stringify([...groups].map((group) => group ?? '')).replace(/(,"")+\]$/, ']');
}

t.test('groups keep their numbers beside atomic groups', async (t) => {
  const expression = compileRegex('(?>a+)(b)(?<name>c++)(d)?');
  t.same([...(expression.exec('xaabccd') ?? [])], ['aabccd', 'b', 'cc', 'd']);
  t.equal('xaabccd'.replace(expression, '<$1$2$3>'), 'x<bccd>');
  t.equal(compileRegex('(?>a+)ab').test('aaab'), false);
});

t.test('patterns without captures take no back references by number', async (t) => {
  t.throws(() => compileRegex('(a)\\1', false, { capture: false }), /reference to non-existent subpattern/);
  t.equal(compileRegex('(?<n>a)\\1', false, { capture: false }).test('aa'), true);
});

t.test('the rest of a text has no start', async (t) => {
  t.equal(compileRegex('^a', false, { notAtStart: true }).test('aa'), false);
  t.equal(compileRegex('a$', false, { singleLine: true }).test('aa'), true);
});

t.test('what JavaScript cannot do is refused by name', async (t) => {
  for (const pattern of ['(?R)', '(a)(?1)', '(?(1)a|b)', 'a\\Kb', '(?|(a)|(b))', '(?C1)a', '(*UTF)a', '\\X']) {
    t.throws(() => compileRegex(pattern), /is not implemented yet$/, pattern);
  }
});

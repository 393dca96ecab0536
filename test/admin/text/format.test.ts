import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { exampleAnswers } from '../../../src/admin/templates/answers.ts';
import { applyTemplate } from '../../../src/admin/templates/apply.ts';
import { TEMPLATES } from '../../../src/admin/templates/catalogue.ts';
import { readDocument } from '../../../src/admin/text/document.ts';
import { formatText } from '../../../src/admin/text/format.ts';
import { lexLine } from '../../../src/config/lexer.ts';
import { anyText } from './any-text.ts';

/** The lexer's words and the comments, line by line. */
function meaning(text: string): readonly unknown[] {
  const lines = text.split('\n').map((line) => {
    const lexed = lexLine(line, (name) => (name === 'A' ? 'x y' : undefined));
    return lexed.kind === 'error'
      ? lexed.message.split(':\n')[0]?.replace(/ at position .*/, '')
      : lexed.words.map((word) => word.text);
  });
  const comments = readDocument(text).lines.map((line) => line.comment.trimEnd());
  while (lines.length > 0 && lines.at(-1)?.length === 0) lines.pop();
  return [lines, comments];
}

function seeds(): readonly string[] {
  const directory = join(import.meta.dirname, '../../config/seeds');
  return readdirSync(directory).map((name) => readFileSync(join(directory, name), 'latin1'));
}

t.test('words and comments are the same before and after', async (test) => {
  fc.assert(
    fc.property(anyText, (text) => {
      const formatted = formatText(text);
      const [before, after] = [meaning(text), meaning(formatted)].map((one) => JSON.stringify(one));
      if (before !== after) throw new Error(`${before}\n${after}`);
    }),
    { numRuns: 4000 },
  );
  for (const text of seeds()) test.strictSame(meaning(formatText(text)), meaning(text));
});

t.test('nothing but blanks changes', async () => {
  const dense = (text: string): string => text.replace(/[ \t\v\f\r\n]/g, '');
  fc.assert(
    fc.property(anyText, (text) => dense(formatText(text)) === dense(text)),
    { numRuns: 3000 },
  );
});

t.test('lines keep their numbers', async () => {
  fc.assert(
    fc.property(anyText, (text) => readDocument(formatText(text)).lines.length === readDocument(text).lines.length),
    { numRuns: 1000 },
  );
});

t.test('formatting twice is formatting once', async (test) => {
  fc.assert(
    fc.property(anyText, (text) => {
      const once = formatText(text);
      return formatText(once) === once;
    }),
    { numRuns: 4000 },
  );
  for (const text of seeds()) test.equal(formatText(formatText(text)), formatText(text));
});

t.test('a file looks as a person would write it', async (test) => {
  const before = `# mine
global
 maxconn\t100   # few
   # of all
\tdaemon

#frontend old
# bind :1
defaults
mode http
  timeout client  1s
  timeout http-request 10s
  [x]
frontend "my web"
# where
bind :80
acl "a b\\ c" path   /
acl is_static   path_beg -i /static

   server s1 10.0.0.1:80    check
   server long_name 10.0.0.200:8080 check backup   

   # last words
   `;
  const after = `# mine
global
    maxconn 100 # few
    # of all
    daemon

#frontend old
# bind :1
defaults
    mode http
    timeout client       1s
    timeout http-request 10s
  [x]
frontend "my web"
    # where
    bind :80
    acl "a b\\ c"  path     /
    acl is_static path_beg -i /static

    server s1        10.0.0.1:80     check
    server long_name 10.0.0.200:8080 check backup

    # last words

`;
  test.equal(formatText(before), after);
});

t.test('what cannot be read stays as it is', async (test) => {
  for (const line of ['   acl  "a  b', 'mode  http\0tcp', ' a  \r b']) {
    test.equal(formatText(`global\n${line}\n`), `global\n${line}\n`);
  }
  test.equal(formatText('global\n  log  a\\\tb\n'), 'global\n  log  a\\\tb\n', 'a blank would be escaped');
});

t.test('what templates write is formatted already, but for the columns of tables', async (test) => {
  for (const template of TEMPLATES) {
    const result = applyTemplate(template, exampleAnswers(template.questions), { configuration: '' });
    if (result.kind === 'refused') throw new Error(template.id);
    const { text } = result.configuration;
    test.equal(formatText(text).replace(/(\S) +/g, '$1 '), text.replace(/(\S) +/g, '$1 '), template.id);
  }
});

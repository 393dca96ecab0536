/**
 * Whatever the answers are: messages, each at a question, or a text that the real parser accepts, with exactly the
 * sections and servers that were asked for.
 */
import fc from 'fast-check';
import t from 'tap';
import { exampleAnswers } from '../../../src/admin/templates/answers.ts';
import { applyTemplate } from '../../../src/admin/templates/apply.ts';
import { checkText } from '../../../src/admin/templates/availability.ts';
import { TEMPLATES } from '../../../src/admin/templates/catalogue.ts';
import type { Question } from '../../../src/admin/templates/question.ts';
import type { Template } from '../../../src/admin/templates/template.ts';
import { readDocument, wordTexts } from '../../../src/admin/text/document.ts';
import { textFiles } from '../../../src/vrrp/config/files.ts';
import type { Host } from '../../../src/vrrp/config/host.ts';
import { loadKeepalived } from '../../../src/vrrp/config/load.ts';

const NASTY = [
  '10.0.0.1:80\n    http-request deny',
  'web\nglobal\n    user root',
  'a b',
  'a#b',
  '# x',
  '"a',
  "'a'",
  'a\\',
  '\\x0a',
  '${HOME}',
  '"$HOME"',
  '%[src]',
  '%%',
  '-f',
  '--',
  '!a',
  '{',
  '}',
  'a,b',
  'a:b',
  'a(b)',
  '/a/../b',
  '/a b',
  '',
  ' ',
  '\t',
  '\r\n',
  '\0',
  'a\u2028b',
  '\u00e9',
  '10.0.0.1:80 check',
  'web 10.0.0.1:80 backup',
  '[::1]:80',
  '::1',
  '::ffff:1.2.3.4',
  '0.0.0.0',
  '@/etc/passwd',
  'unix@/a',
  'if',
  'unless',
  'or',
  'a'.repeat(3000),
  '__proto__',
];

const nasty = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .constantFrom('web', 'a.example', '10.0.0.1:80', '/a')
    .chain((good) => fc.constantFrom(...NASTY).map((bad) => good + bad)),
);
const anything = fc.oneof(nasty, fc.array(nasty, { maxLength: 3 }), fc.double(), fc.anything());

const port = fc.integer({ min: 1, max: 65535 });
const ipv4 = fc.ipV4();
const address = fc.oneof(ipv4, fc.ipV6());
const label = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/);
const domain = fc.domain().filter((name) => name.length < 100);
const endpoint = fc
  .tuple(
    fc.oneof(
      ipv4,
      domain,
      fc.ipV6().map((text) => `[${text}]`),
    ),
    port,
  )
  .map(([host, number]) => `${host}:${number}`);
const named = fc.tuple(label, endpoint).map((words) => words.join(' '));
const texts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  name: label,
  cookie: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,30}$/),
  path: fc.stringMatching(/^\/[A-Za-z0-9_.~/-]{0,40}$/),
  file: fc.stringMatching(/^\/[A-Za-z0-9_./-]{1,40}$/),
  extension: fc.stringMatching(/^[.][A-Za-z0-9]{1,8}$/),
  token: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,30}$/),
  user: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,30}$/),
  password: fc.stringMatching(/^[A-Za-z0-9_.,:;!?@+*=/-]{8,40}$/),
  interface: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/),
};

function list(one: fc.Arbitrary<string>, maxLength = 16): fc.Arbitrary<readonly string[]> {
  return fc.uniqueArray(one, { minLength: 1, maxLength });
}

function goodAnswer(question: Question): fc.Arbitrary<unknown> {
  switch (question.type) {
    case 'address':
      return question.any ? fc.oneof(address, fc.constant('*')) : address;
    case 'addresses':
      return list(address);
    case 'port':
      return fc.oneof(port, port.map(String));
    case 'host':
      return domain;
    case 'servers':
      return list(fc.oneof(endpoint, named), 32);
    case 'routes':
      return list(
        fc.tuple(domain, list(endpoint, 16)).map(([host, servers]) => [host, ...servers].join(' ')),
        8,
      );
    case 'choice':
      return fc.constantFrom(...question.choices.map((choice) => choice.value));
    case 'number':
      return fc.integer({ min: question.least, max: question.most });
    case 'text':
      return texts[question.shape] ?? nasty;
    case 'texts':
      return list(texts[question.shape] ?? nasty);
  }
}

/** Mostly good answers with few bad ones, or any. */
function answersTo(template: Template): fc.Arbitrary<Record<string, unknown>> {
  const good = Object.fromEntries(Object.entries(template.questions).map(([id, one]) => [id, goodAnswer(one)]));
  const bad = fc.dictionary(fc.constantFrom(...Object.keys(template.questions), 'x'), anything, { maxKeys: 2 });
  // The addresses of a pair are of one family.
  const pair = { firstAddress: ipv4, secondAddress: ipv4, floating: ipv4, prefix: fc.integer({ min: 1, max: 32 }) };
  const fitting = template.id === 'two-units' ? { ...good, ...pair } : good;
  return fc.oneof(
    { weight: 3, arbitrary: fc.record(fitting) },
    { weight: 3, arbitrary: fc.tuple(fc.record(good), bad).map(([first, second]) => ({ ...first, ...second })) },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom(...Object.keys(template.questions)), anything) },
  );
}

function sectionsOf(text: string): readonly string[] {
  return readDocument(text).sections.map((section) => section.keyword);
}

function expectedSections(template: Template, answers: Record<string, unknown>): readonly string[] {
  const example = applyTemplate(template, exampleAnswers(template.questions), { configuration: '' });
  const usual = example.kind === 'applied' ? sectionsOf(example.configuration.text) : [];
  if (template.id !== 'host-map') return usual;
  return [...usual.slice(0, 3), ...(answers['routes'] as readonly string[]).map(() => 'backend')];
}

async function judge(template: Template, answers: Record<string, unknown>): Promise<boolean> {
  const result = applyTemplate(template, answers, { configuration: '' });
  if (result.kind === 'refused') {
    for (const { question, message } of result.errors) {
      if (message === '' || (question !== '' && !Object.hasOwn(template.questions, question))) throw new Error(message);
    }
    return false;
  }
  const { text } = result.configuration;
  const loaded = await checkText(text, result.files);
  const complaints = loaded.diagnostics
    .flatMap((one) => (one.parts.length > 0 ? one.parts : [one]))
    .filter((one) => !one.summary)
    .map((one) => one.message)
    .filter((message) => !/is not implemented yet/.test(message))
    .filter((message) => !result.needs.some((file) => message.includes(file.path)));
  if (complaints.length > 0) throw new Error(`${complaints.join('\n')}\n${text}`);
  const expected = expectedSections(template, answers);
  if (sectionsOf(text).join() !== expected.join()) throw new Error(`other sections than ${expected.join()}:\n${text}`);
  if (!/^[\n\x20-\x7e]*$/.test(text)) throw new Error('control characters');
  const document = readDocument(text);
  const explained = new Set(result.configuration.explained.map((line) => line.number));
  for (const line of document.lines) {
    const isCode = line.words.length > 0;
    if (isCode !== explained.has(line.number)) throw new Error(`line ${line.number} is not the template's`);
    if (line.problem !== '' || (isCode && line.comment !== '')) throw new Error(`line ${line.number}: ${line.text}`);
  }
  const servers = document.lines.filter((line) => wordTexts(line)[0] === 'server').length;
  const wanted = Object.entries(template.questions).reduce((sum, [id, { type }]) => {
    const given = (answers[id] ?? template.questions[id]?.initially) as readonly string[];
    if (type === 'servers') return sum + given.length;
    return type === 'routes' ? sum + given.reduce((all, one) => all + one.split(' ').length - 1, 0) : sum;
  }, 0);
  const sources = template.id === 'mysql-read-farm' ? (answers['sources'] as readonly string[]).length : 1;
  if (servers !== wanted * sources) throw new Error(`${servers} servers instead of ${wanted * sources}:\n${text}`);
  if (result.keepalived !== undefined) judgeFloating(result.keepalived.text);
  return true;
}

/** A machine that has whatever interface is asked for. */
const HOST: Host = {
  interface: (name) => ({ name, mtu: 1500, loopback: false, multicast: true, ethernet: true }),
  interfaceNames: () => [],
  user: () => undefined,
  group: () => undefined,
  programExists: () => true,
  processors: 1,
  routingNames: () => undefined,
};

function judgeFloating(text: string): void {
  const { diagnostics, model } = loadKeepalived('x.conf', {
    files: textFiles({ 'x.conf': text }),
    host: HOST,
    configId: 'a',
  });
  const wrong = diagnostics.list.map((one) => one.message);
  const blocks = text.split('\n').filter((line) => /^\S.*\{$/.test(line)).length;
  if (model === undefined || wrong.length > 0 || blocks !== 2) throw new Error(`${wrong.join('\n')}\n${text}`);
}

for (const template of TEMPLATES) {
  t.test(`${template.id}: no answer makes anything but what the template says`, async (test) => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(answersTo(template), async (answers) => {
        if (await judge(template, answers)) accepted++;
      }),
      { numRuns: 120 },
    );
    test.ok(accepted > 10, `${accepted} of the answers were good`);
  });
}

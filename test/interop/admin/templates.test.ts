/**
 * From outside: the catalogue as the parser sees it today, answers refused at their questions, and every template that is
 * offered applied as the page does it, with traffic that shows what it promises.
 */
import t, { type Test } from 'tap';
import { ProxyLab } from '../../admin/proxy-lab.ts';
import { freePort } from '../differential/free-port.ts';
import { SCENARIOS } from '../templates/all-scenarios.ts';

const lab = await ProxyLab.open('--confirm-seconds', '600');
const { owner } = lab;
t.setTimeout(600_000);
t.teardown(() => lab.close());

interface Question {
  readonly label: string;
  readonly initially?: unknown;
  readonly example: unknown;
}

interface Described {
  readonly id: string;
  readonly availability: { readonly kind: string; readonly missing?: readonly string[] };
  readonly questions: readonly { readonly id: string; readonly question: Question }[];
  readonly example: { readonly configuration: { readonly lines: readonly { readonly explanation: string }[] } };
}

let catalogue: readonly Described[] = [];

await t.test(
  'every template tells its questions, an explained example, and what is missing where it cannot run',
  async (t) => {
    const { status, json } = await owner.call('GET', '/api/templates');
    t.equal(status, 200);
    catalogue = json as readonly Described[];
    t.ok(catalogue.length >= 15);
    for (const { id, availability, questions, example } of catalogue) {
      t.ok(questions.length > 0 && questions.every((one) => one.question.label !== ''), id);
      t.ok(
        example.configuration.lines.every((line) => line.explanation !== ''),
        id,
      );
      t.ok(['offered', 'not-yet'].includes(availability.kind), id);
      if (availability.kind === 'not-yet') t.ok((availability.missing ?? []).length > 0, id);
    }
  },
);

await t.test('answers are refused at their questions', async (t) => {
  const body = { answers: { port: 'ninety' }, text: '' };
  const { status, json } = await owner.call('POST', '/api/templates/smtp-by-source/text', { body });
  t.match([status, json.error.code], [422, 'refused']);
  const asked = json.error.errors.map((one: { question: string }) => one.question);
  t.ok(asked.includes('port') && asked.includes('servers'), asked);
  t.equal((await owner.call('POST', '/api/templates/no-such/text', { body })).status, 404);
});

await t.test('a text that serves, to which the others are added', async (t) => {
  await lab.apply('plain', 0);
  t.equal((await lab.confirm(1)).status, 200);
});

/** What the page does for a template: fill in, read, look at what will change, apply, confirm. */
async function apply(test: Test, id: string, answers: Readonly<Record<string, unknown>>): Promise<number> {
  const port = await freePort();
  const { number, text: before } = (await owner.call('GET', '/api/configuration')).json;
  const template = catalogue.find((one) => one.id === id);
  const initial = Object.fromEntries(
    (template?.questions ?? []).map(({ id: name, question }) => [name, question.initially ?? question.example]),
  );
  const given = { ...initial, address: '127.0.0.1', port, ...answers };
  const body = { answers: given, text: before, timeouts: 'add' };
  const written = await owner.call('POST', `/api/templates/${id}/text`, { body });
  test.equal(written.status, 200, written.text);
  const { configuration, files, report } = written.json;
  test.equal(report.verdict, 'valid');
  const { text } = configuration;
  test.equal(text, before + configuration.inserted, 'what is there is not touched');
  const begin = before.split('\n').length;
  const mistakes = report.diagnostics.filter(({ line }: { line: number }) => line >= begin);
  test.same(mistakes, [], 'there is nothing to say against it');
  const lines = text.split('\n');
  for (const line of configuration.lines) {
    test.ok(lines[line.number - 1].trim() === line.text && line.explanation !== '', line.text);
  }
  const sent = files.map((file: { path: string; text: string }) => ({ path: file.path, text: file.text }));
  const { preview } = (await owner.call('POST', '/api/configuration/preview', { body: { text, files: sent } })).json;
  test.match(JSON.stringify(preview.listeners.opened), `127.0.0.1:${port}`);
  test.same(preview.listeners.closed, []);
  test.match(JSON.stringify(preview.listeners.kept), `127.0.0.1:${lab.port}`);
  const wish = { text, parent: number, note: `template ${id}`, files: sent };
  const applied = await owner.call('POST', '/api/configuration/apply', { body: wish });
  test.equal(applied.status, 200, applied.text);
  test.equal((await lab.confirm(applied.json.revision)).status, 200);
  return port;
}

const offered = catalogue.filter(({ availability }) => availability.kind === 'offered');
for (const { id } of offered) {
  const scenarios = SCENARIOS.filter(({ template }) => template === id);
  await t.test(`${id}: is applied, and keeps its promise`, async (t) => {
    t.ok(scenarios.length > 0, 'there is a scenario for it in test/interop/templates');
    for (const { what, play } of scenarios) {
      await t.test(what, (test) => play(test, (answers) => apply(test, id, answers)));
    }
  });
}

await t.test('in the end all of them stand in one text, and what was there first serves', async (t) => {
  t.equal(await lab.mark(), 'plain');
  const { json } = await owner.call('GET', '/api/configuration/revisions');
  const notes = (json as { note: string }[]).map(({ note }) => note);
  for (const { id } of offered) t.ok(notes.includes(`template ${id}`), id);
});

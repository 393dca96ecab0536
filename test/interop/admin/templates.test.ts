// From outside: the catalogue as the parser sees it today, answers refused at their questions, and a text that serves.
import t from 'tap';
import { until } from '../../admin/admin-process.ts';
import { freePort, ProxyLab } from '../../admin/proxy-lab.ts';

const lab = await ProxyLab.open();
const { owner } = lab;
t.setTimeout(240_000);
t.teardown(() => lab.close());

interface Described {
  readonly id: string;
  readonly availability: { readonly kind: string; readonly missing?: readonly string[] };
  readonly questions: readonly { readonly id: string; readonly question: { readonly label: string } }[];
  readonly example: { readonly configuration: { readonly lines: readonly { readonly explanation: string }[] } };
}

await t.test(
  'every template tells its questions, an explained example, and what is missing where it cannot run',
  async (t) => {
    const { status, json } = await owner.call('GET', '/api/templates');
    t.equal(status, 200);
    const all = json as readonly Described[];
    t.ok(all.length >= 15);
    for (const { id, availability, questions, example } of all) {
      t.ok(questions.length > 0 && questions.every((one) => one.question.label !== ''), id);
      t.ok(
        example.configuration.lines.every((line) => line.explanation !== ''),
        id,
      );
      t.ok(['offered', 'not-yet'].includes(availability.kind), id);
      if (availability.kind === 'not-yet') t.ok((availability.missing ?? []).length > 0, id);
    }
    t.equal(all.find((one) => one.id === 'static-dynamic')?.availability.kind, 'offered');
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

await t.test(
  'what it writes stands behind the text, explained, judged by the parser, and serves when applied',
  async (t) => {
    const before = lab.text('plain');
    const origin = /server s1 (\S+)/.exec(before)?.[1] ?? '';
    const answers = { name: 'chat', address: '127.0.0.1', port: await freePort(), servers: [origin] };
    const body = { answers, text: before, timeouts: 'add' };
    const { status, json } = await owner.call('POST', '/api/templates/websocket-simple/text', { body });
    t.equal(status, 200, JSON.stringify(json));
    const { configuration, report } = json;
    t.equal(report.verdict, 'valid', JSON.stringify(report));
    t.equal(configuration.text, before + configuration.inserted);
    const lines = configuration.text.split('\n');
    for (const line of configuration.lines) {
      t.equal(lines[line.number - 1].trim(), line.text);
      t.ok(line.explanation !== '');
    }
    const apply = { text: configuration.text, parent: 0, note: 'a template' };
    const trial = await owner.call('POST', '/api/configuration/apply', { body: apply });
    t.equal(trial.status, 200, trial.text);
    await lab.processId();
    await until('the old part serves', async () => (await lab.mark()) === 'plain');
  },
);

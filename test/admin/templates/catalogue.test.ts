import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { exampleAnswers } from '../../../src/admin/templates/answers.ts';
import { applyTemplate } from '../../../src/admin/templates/apply.ts';
import { availabilityOf } from '../../../src/admin/templates/availability.ts';
import { TEMPLATES } from '../../../src/admin/templates/catalogue.ts';
import type { Template } from '../../../src/admin/templates/template.ts';

const MANUAL = '/usr/share/doc/haproxy/configuration.txt.gz';

function written(template: Template) {
  const result = applyTemplate(template, exampleAnswers(template.questions), { configuration: '' });
  if (result.kind === 'refused') throw new Error(result.errors.map((error) => error.message).join());
  return result;
}

t.test('the parser decides which templates are offered, and what the others wait for', async (test) => {
  const found: Record<string, unknown> = {};
  for (const template of TEMPLATES) {
    const availability = await availabilityOf(template);
    found[template.id] = availability.kind === 'not-yet' ? availability.missing : availability.kind;
  }
  // When a keyword is implemented this test fails: take the keyword (or the whole list) away here.
  test.strictSame(found, {
    'web-farm': 'offered',
    'web-farm-cookie': ['cookie'],
    'application-cookie': ['cookie'],
    'tls-termination': ['ssl'],
    're-encryption': ['ssl', 'verify'],
    'static-dynamic': 'offered',
    'host-map': 'offered',
    'varnish-farm': 'offered',
    'websocket-simple': 'offered',
    'websocket-advanced': 'offered',
    'tcp-service': 'offered',
    'smtp-by-source': 'offered',
    'redis-master': 'offered',
    'mysql-read-farm': 'offered',
    'rate-limit': ['stick-table', 'tcp-request connection track-sc0', 'sc_conn_cur', 'sc_http_req_rate'],
    'statistics-page': ['stats enable', 'stats uri', 'stats refresh', 'stats hide-version', 'stats auth'],
    'two-units': ['peers', 'stick-table', 'stick on'],
  });
});

t.test('a template that writes nonsense counts as broken, not as offered', async (test) => {
  const [first] = TEMPLATES;
  const nonsense: Template = {
    ...first!,
    write: (answers, names) => {
      const page = first!.write(answers, names);
      const [section] = page.sections;
      return { sections: [{ ...section!, body: [{ text: 'bnid :80', explanation: '', manual: '' }] }] };
    },
  };
  test.match(await availabilityOf(nonsense), { kind: 'broken', messages: [/unknown keyword 'bnid'/] });
});

t.test('each file of a scenario is one template of the catalogue', async (test) => {
  const files = readdirSync(join(import.meta.dirname, '../../../src/admin/templates/scenarios'));
  const scenarios = files.filter((name) => name.endsWith('.ts'));
  test.strictSame(TEMPLATES.map((template) => `${template.id}.ts`).sort(), scenarios.sort());
});

t.test('every line is explained, and every text is ASCII', async (test) => {
  for (const template of TEMPLATES) {
    const result = written(template);
    for (const page of [result.configuration, result.keepalived]) {
      if (page === undefined) continue;
      const lines = page.text.split('\n');
      const code = lines.flatMap((text, index) => (/^\s*(#|$)/.test(text) ? [] : [index + 1]));
      test.strictSame(
        page.explained.map((line) => line.number),
        code,
        `${template.id}: all lines, in their order`,
      );
      for (const line of page.explained) {
        test.equal(lines[line.number - 1]?.trim(), line.text, `${template.id}: line ${line.number}`);
        test.ok(line.explanation.length >= 5 && line.manual !== '', `${template.id}: ${line.text}`);
      }
      test.match(page.text, /^[\n\x20-\x7e]*$/, template.id);
      test.ok(
        lines.some((text) => text.startsWith('# ')),
        `${template.id} is commented`,
      );
    }
    const told = JSON.stringify(template);
    test.match(told, /^[\x20-\x7e]*$/, template.id);
    for (const question of Object.values(template.questions)) {
      test.ok(question.label !== '' && question.help !== '', `${template.id}: ${question.label}`);
    }
  }
});

t.test(
  'the places in the manual exist',
  { skip: existsSync(MANUAL) ? false : 'the manual of haproxy is not installed (haproxy-doc)' },
  async (test) => {
    const manual = gunzipSync(readFileSync(MANUAL)).toString('latin1');
    const body = manual.slice(manual.indexOf('\n1. Quick reminder about HTTP\n--'));
    const sections = new Set([...body.matchAll(/^([0-9](?:\.[0-9]+)*)\.? [A-Z]/gm)].map((found) => found[1]));
    const keywords = new Set(
      [...body.matchAll(/^(?:no )?([a-z][\w.-]*(?: [a-z][\w.-]*)*)/gm)].map((found) => found[1] ?? ''),
    );
    const starts = [...keywords];
    for (const template of TEMPLATES) {
      const { explained } = written(template).configuration;
      const places = [...explained.map((line) => line.manual), ...template.manual.map((one) => one.place)];
      for (const place of new Set(places)) {
        const [section = '', ...keyword] = place.split(' ');
        test.ok(sections.has(section), `${template.id}: section ${section}`);
        const name = keyword.join(' ');
        if (name !== '')
          test.ok(
            starts.some((one) => one === name || one.startsWith(`${name} `)),
            `${template.id}: ${place}`,
          );
      }
    }
  },
);

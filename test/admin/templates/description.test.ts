import t from 'tap';
import { TEMPLATES } from '../../../src/admin/templates/catalogue.ts';
import { describeTemplate, describeText } from '../../../src/admin/templates/description.ts';
import { TWO_UNITS } from '../../../src/admin/templates/scenarios/two-units.ts';

t.test('a description survives JSON, whole', async (test) => {
  for (const template of TEMPLATES) {
    const described = describeTemplate(template, { kind: 'offered' });
    const copy = JSON.parse(JSON.stringify(described));
    test.strictSame(
      copy.questions.map((one: { id: string }) => one.id),
      Object.keys(template.questions),
    );
    test.equal(copy.example.configuration.text, described.example.configuration.text);
    test.equal(copy.title, template.title);
  }
});

t.test('texts bring the pattern that a browser may check', async (test) => {
  const { questions } = describeTemplate(TWO_UNITS, { kind: 'not-yet', missing: ['peers'] });
  const find = (id: string) => questions.find((one) => one.id === id);
  test.match(find('firstName'), { pattern: '[A-Za-z][A-Za-z0-9_-]*', mostCharacters: 24 });
  test.equal(find('port')?.pattern, undefined);
});

t.test('lines have links to the manual, where it has something', async (test) => {
  const { example, manual } = describeTemplate(TWO_UNITS, { kind: 'offered' });
  test.match(manual[0]?.link, /configuration\.html#3\.5$/);
  test.ok(example.configuration.lines.every((line) => line.link.startsWith('https://')));
  test.ok(example.keepalived?.lines.every((line) => line.link === ''));
  test.strictSame(describeText('', []), { text: '', lines: [] });
});

/** Nothing is accepted in vain: every field of the model is read by the runtime and has a test that shows its effect. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { EFFECTS, UNREAD } from './effects.ts';
import { messagesOf, TIMEOUTS } from './loading.ts';
import { modelFields } from './model-fields.ts';

const tests = join(import.meta.dirname, '..');
const source = join(tests, '../src');
const fields = modelFields();

function lastName(field: string): string {
  return field.slice(field.lastIndexOf('.') + 1);
}

t.test('the fields of the model are found', async (t) => {
  t.ok(fields.length > 200, `${fields.length} fields`);
  for (const field of ['ServerModel.weight', 'ProxyModel.timeouts.client', 'AddressModel.portEnd']) {
    t.ok(fields.includes(field), field);
  }
});

t.test('every field names the test that proves it, and no other is named', async (t) => {
  t.strictSame(
    fields.filter((field) => !(field in EFFECTS)),
    [],
    'fields without a proof',
  );
  t.strictSame(
    [...Object.keys(EFFECTS), ...Object.keys(UNREAD)].filter((field) => !fields.includes(field)),
    [],
    'entries for fields that are gone',
  );
});

t.test('the tests that are named are there and are about it', async (t) => {
  for (const [field, { file, word }] of Object.entries(EFFECTS)) {
    const path = join(tests, file);
    if (!existsSync(path)) t.fail(`${field}: there is no ${file}`);
    else t.ok(readFileSync(path, 'utf8').includes(word), `${field}: ${file} has '${word}'`);
  }
});

t.test('code outside config reads every field that is not known to be unread', async (t) => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('config/'),
  );
  const text = files
    .map((file) => readFileSync(join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, ''))
    .join('\n');
  for (const field of fields) {
    if (field in UNREAD) continue;
    t.ok(new RegExp(`[.{,\\s]${lastName(field)}\\b`).test(text), field);
  }
});

t.test('what would be read by nobody is refused by name', async (t) => {
  const defaults = `defaults\n mode http\n${TIMEOUTS}`;
  const refused: readonly (readonly [string, string])[] = [
    ['option splice-auto', `${defaults}frontend f\n bind :80\n option splice-auto\n`],
    ['option splice-request', `${defaults}frontend f\n bind :80\n option splice-request\n`],
    ['option splice-response', `${defaults}frontend f\n bind :80\n option splice-response\n`],
    ['nice', `${defaults}frontend f\n bind :80 nice 1\n`],
    ['level', `${defaults}frontend f\n bind :80 level admin\n`],
    ['name', `global\n stats socket /s name api\n${defaults}frontend f\n bind :80\n`],
    ['id', `global\n stats socket /s id 4\n${defaults}frontend f\n bind :80\n`],
    ['accept-proxy', `global\n stats socket /s accept-proxy\n${defaults}frontend f\n bind :80\n`],
    ['tune.idletimer', `global\n tune.idletimer 5s\n${defaults}frontend f\n bind :80\n`],
    ['http-request set-nice', `${defaults}frontend f\n bind :80\n http-request set-nice 5\n`],
    ['tcp-request content set-nice', `${defaults}frontend f\n bind :80\n tcp-request content set-nice 5\n`],
    ['nbthread 2', `global\n nbthread 2\n${defaults}frontend f\n bind :80\n`],
  ];
  for (const [name, text] of refused) {
    const messages = await messagesOf(text);
    t.ok(
      messages.some((message) => message.includes(`'${name}' is not implemented yet`)),
      name,
    );
  }
});

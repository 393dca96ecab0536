import t from 'tap';
import { exampleAnswers, readAnswers } from '../../../src/admin/templates/answers.ts';
import { TEMPLATES } from '../../../src/admin/templates/catalogue.ts';
import type { Question, Questions } from '../../../src/admin/templates/question.ts';

const words = { label: 'It', help: '', initially: undefined };

const QUESTIONS: Readonly<Record<string, Question>> = {
  address: { ...words, type: 'address', any: true, example: '*' },
  own: { ...words, type: 'address', any: false, example: '10.0.0.1' },
  port: { ...words, type: 'port', example: 80 },
  host: { ...words, type: 'host', example: 'a.example' },
  servers: { ...words, type: 'servers', prefix: 'web', least: 1, example: [] },
  routes: { ...words, type: 'routes', least: 1, example: [] },
  choice: { ...words, type: 'choice', choices: [{ value: 'yes', label: '' }], example: 'yes' },
  number: { ...words, type: 'number', least: 1, most: 10, unit: 'seconds', example: 1 },
  path: { ...words, type: 'text', shape: 'path', example: '/' },
  addresses: { ...words, type: 'addresses', least: 1, example: [] },
  tokens: { ...words, type: 'texts', shape: 'token', least: 0, example: [] },
};

/** The value of one answer, or the message. */
function answer(id: string, given: unknown): unknown {
  const asked: Questions = { [id]: QUESTIONS[id]! };
  const read = readAnswers(asked, given === undefined ? {} : { [id]: given });
  return 'errors' in read ? read.errors.map((error) => error.message).join() : read.answers[id];
}

t.test('good answers become values', async (test) => {
  test.equal(answer('address', '*'), '*');
  test.equal(answer('address', '2001:db8::1'), '2001:db8::1');
  test.equal(answer('port', '443'), 443);
  test.equal(answer('port', 443), 443);
  test.equal(answer('host', 'Www-1.example.com'), 'Www-1.example.com');
  test.equal(answer('number', '10'), 10);
  test.equal(answer('path', '/a/b.php'), '/a/b.php');
  test.strictSame(answer('tokens', []), []);
  test.strictSame(answer('addresses', ['10.0.0.1', '::1']), ['10.0.0.1', '::1']);
});

t.test('servers are named by themselves or get the next free number', async (test) => {
  test.strictSame(answer('servers', ['10.0.0.1:80', 'web3 [::1]:81', 'nas.local:82', 'web4 10.0.0.9:1']), [
    { name: 'web1', address: '10.0.0.1:80' },
    { name: 'web3', address: '[::1]:81' },
    { name: 'web5', address: 'nas.local:82' },
    { name: 'web4', address: '10.0.0.9:1' },
  ]);
});

t.test('routes are a host name and servers', async (test) => {
  test.strictSame(answer('routes', ['WWW.example.com 10.0.0.1:80 10.0.0.2:80']), [
    {
      host: 'www.example.com',
      servers: [
        { name: 'server1', address: '10.0.0.1:80' },
        { name: 'server2', address: '10.0.0.2:80' },
      ],
    },
  ]);
});

t.test('wrong answers are told in words that name the question, no file and no line', async (test) => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['address', '10.0.0', '"It" must be an address, such as 192.168.1.10, or * for all addresses'],
    ['own', '*', '"It" must be an address, such as 192.168.1.10'],
    ['own', 'fe80::1%eth0', '"It" must be an address, such as 192.168.1.10'],
    ['port', 0, '"It" must be a port, from 1 to 65535'],
    ['port', '80 ', '"It" must be a port, from 1 to 65535'],
    ['port', 1.5, '"It" must be a port, from 1 to 65535'],
    ['host', '10.0.0.1', '"It" must be a host name, such as www.example.com'],
    ['host', 'a b', '"It" must be a host name, such as www.example.com'],
    ['host', 'a\n', '"It" must be a host name, such as www.example.com'],
    ['servers', [], '"It" needs at least one entry'],
    ['servers', '10.0.0.1:80', '"It" must be a list of texts'],
    ['servers', [1], '"It" must be a list of texts'],
    ['servers', ['10.0.0.1'], '"It" server 1 must be an address and a port, such as 10.0.0.1:80'],
    ['servers', ['::1:80'], '"It" server 1 is IPv6: put the address in brackets, such as [2001:db8::1]:80'],
    ['servers', ['[::g]:80'], '"It" server 1 has no valid IPv6 address in its brackets'],
    ['servers', ['a 10.0.0.1:80', 'a 10.0.0.2:80'], '"It" server 2: the name is given twice'],
    ['servers', ['a  10.0.0.1:80'], '"It" server 1 must be an address and a port, with a name before it at most'],
    [
      'servers',
      ['1a 10.0.0.1:80'],
      '"It" server 1: its name must be letters, digits, - and _, and begin with a letter',
    ],
    ['routes', ['a.example'], '"It" line 1 must have one to 16 servers behind the host name, each address:port'],
    ['routes', ['a.example 10.0.0.1:80', 'A.example 10.0.0.1:80'], '"It" line 2: the host name is given twice'],
    ['choice', 'no', '"It" must be one of: yes'],
    ['choice', null, '"It" must be answered'],
    ['number', 11, '"It" must be a whole number from 1 to 10 (seconds)'],
    ['number', -1, '"It" must be a whole number from 1 to 10 (seconds)'],
    ['path', '/a b', '"It" must begin with / and be letters, digits and . _ ~ - /'],
    ['path', `/${'a'.repeat(99)}`, '"It" must have at most 80 characters'],
    ['path', '/a\n', '"It" must begin with / and be letters, digits and . _ ~ - /'],
    ['path', undefined, '"It" must be answered'],
    ['addresses', ['10.0.0.1', '10.0.0.1'], '"It" address 2 is given twice'],
    ['tokens', ['-i'], '"It" entry 1 must begin with a letter or digit, then letters, digits, dots, - and _'],
    ['tokens', Array.from({ length: 17 }, (_, index) => `t${index}`), '"It" may have at most 16 entries'],
  ];
  for (const [id, given, message] of cases) test.equal(answer(id, given), message, `${id} ${JSON.stringify(given)}`);
});

t.test('an answer without a question is an error, names of the prototype included', async (test) => {
  for (const id of ['another', '__proto__', 'constructor', 'toString']) {
    const given = Object.fromEntries([
      ['port', 1],
      [id, 'x'],
    ]);
    test.match(readAnswers({ port: QUESTIONS['port']! }, given), {
      errors: [{ question: '', message: 'an answer belongs to no question' }],
    });
  }
});

t.test('every example and every default of every template is a good answer', async (test) => {
  for (const template of TEMPLATES) {
    test.match(readAnswers(template.questions, exampleAnswers(template.questions)), { answers: {} }, template.id);
    const examples = Object.fromEntries(Object.entries(template.questions).map(([id, one]) => [id, one.example]));
    test.match(readAnswers(template.questions, examples), { answers: {} }, `${template.id}: examples`);
  }
});

import { spawnSync } from 'node:child_process';
import t from 'tap';
import { type ConditionalFacts, evaluateConditional } from '../../src/config/conditional.ts';

const facts: ConditionalFacts = {
  environment: { HOME: '/root' },
  features: '+EPOLL -QUIC +NS',
  version: '2.6.12-mahalo-0.1.0',
  tlsVersion: undefined,
};

function value(text: string): boolean | string {
  const result = evaluateConditional(text, facts);
  return result.kind === 'value' ? result.value : result.message;
}

t.test('expressions: integers, negation, precedence, grouping', (t) => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['', false],
    ['1', true],
    ['0x0', false],
    ['-3', true],
    ['!1', false],
    ['! ! 1', true],
    ['0 && 1 || 1', true],
    ['1 || 0 && 0', true],
    ['0 && (1 || 1)', false],
    ['!1 || (2 && 0)', false],
    ['((1))', true],
  ];
  for (const [text, expected] of cases) {
    t.equal(value(text), expected, text);
  }
  t.end();
});

t.test('predicates: environment, features, versions, texts', (t) => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['defined(HOME)', true],
    ['defined(NOWHERE)', false],
    ['feature(EPOLL)', true],
    ['feature(QUIC)', false],
    ['feature(EPO)', false],
    ['streq(a,a)', true],
    ['strneq(a,a)', false],
    ['streq("a,b","a,b")', true],
    ['version_atleast(2.4)', true],
    ['version_atleast(2.6.12)', true],
    ['version_atleast(2.6.13)', false],
    ['version_atleast(2.7-dev1)', false],
    ['version_before(2.6-dev9)', false],
    ['version_before(3)', true],
  ];
  for (const [text, expected] of cases) {
    t.equal(value(text), expected, text);
  }
  t.end();
});

const missing = spawnSync('haproxy', ['-v']).error === undefined ? false : 'haproxy is not installed';

t.test('refusals: worded as the real haproxy words them', { skip: missing }, (t) => {
  for (const text of ['foo', '1 2', '(1', '!', '()', '1||foo', 'foo(1)', 'streq(a)', 'streq(a', 'feature(EPOLL', ' ']) {
    const real = spawnSync('haproxy', ['-cc', text], { encoding: 'utf8' });
    const said = /Failed to evaluate condition: (.*)/.exec(real.stderr)?.[1];
    t.equal(real.status, 2, `${text}: haproxy refuses`);
    t.equal(value(text), said, text);
  }
  t.end();
});

/** Fetches that ask nothing of proxies or traffic. */
import { hostname } from 'node:os';
import type { ExpressionCase, ExpressionTopic } from '../case.ts';

const EQUAL = [
  'always_true',
  'always_false',
  'bin(0a0bff),hex',
  'bool(true)',
  'bool(FALSE)',
  'bool(1)',
  'int(42)',
  'int(-9223372036854775808)',
  'int(9223372036854775807)',
  'int(99999999999999999999)',
  'int(+5)',
  'ipv4(192.0.2.1)',
  'ipv6(2001:db8::1)',
  'ipv6(::ffff:192.0.2.1)',
  'meth(GET)',
  'meth(brew)',
  'str(some text)',
  'str("with, comma")',
  'str(a\\ b)',
  'str()',
  'str',
  'env(HOME)',
  'env(NO_SUCH_VARIABLE)',
  'nbproc',
  'proc',
  'thread',
  'hostname',
  'rand(1)',
];

const REFUSED = [
  'bin(0)',
  'bin()',
  'bin(xx)',
  'bool(maybe)',
  'int(x)',
  'int',
  'ipv4(1.2.3)',
  'ipv6(1.2.3.4)',
  'meth(a b)',
  'date(0,min)',
  'uuid(3)',
  'int(1',
  'str(a,b)',
  'always_true(1)',
  'no_such_fetch',
];

const SHAPES: readonly (readonly [string, RegExp])[] = [
  ['date', /^<\d{10}>$/],
  ['date(-3600)', /^<\d{10}>$/],
  ['date(0,ms)', /^<\d{13}>$/],
  ['date(5,us)', /^<\d{16}>$/],
  ['date_us', /^<\d{1,6}>$/],
  ['rand', /^<\d{1,10}>$/],
  ['rand(10)', /^<\d>$/],
  ['uuid', /^<[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>$/],
  ['uuid(4)', /^<[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>$/],
  ['hostname', new RegExp(`^<${hostname()}>$`)],
];

const refused = (expression: string): ExpressionCase => ({ expression, refused: true });

export const CONSTANTS: ExpressionTopic = {
  name: 'constants',
  cases: [
    ...EQUAL.map((expression) => ({ expression })),
    ...SHAPES.map(([expression, shape]) => ({ expression, shape })),
    ...REFUSED.map(refused),
  ],
};

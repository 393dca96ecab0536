/** Converters of numbers: arithmetic at the limits of 64 bits, logic, dates, addresses. */
import type { ExpressionTopic } from '../case.ts';

const MAX = '9223372036854775807';
const MIN = '-9223372036854775808';
const NUMBERS = ['0', '1', '-1', '7', '-7', '2147483648', '9007199254740993', MAX, MIN];
const OPERANDS = ['0', '1', '-1', '3', '-4', '4294967296', MAX, MIN];

const arithmetic = ['add', 'sub', 'mul', 'div', 'mod', 'and', 'or', 'xor'].flatMap((name) =>
  NUMBERS.flatMap((number) => OPERANDS.map((operand) => `int(${number}),${name}(${operand})`)),
);

const unary = ['neg', 'cpl', 'bool', 'not', 'odd', 'even', 'htonl,hex', 'hex', 'iif(yes,no)'].flatMap((name) =>
  NUMBERS.map((number) => `int(${number}),${name}`),
);

const variables = ['add(txn.seven)', 'sub(txn.text)', 'mul(txn.none)', 'and(txn.address)', 'xor(txn.empty)'].map(
  (name) => `int(12),${name}`,
);

const chains = [
  'always_true,add(1)',
  'always_false,iif(,no)',
  'str(12abc),add(1)',
  'str(abc),add(1)',
  'str(),add(1)',
  'str(-5),neg',
  'str(99999999999999999999),add(0)',
  'int(5),add(+3)',
  'int(5),add(-)',
  'int(5),add()',
  'int(1),add',
  'src,add(1)',
  'int(1),iif(a,b),upper',
  'int(300),bool,not,add(5)',
];

const masks = [
  'ipv4(192.168.37.201),ipmask(24)',
  'ipv4(192.168.37.201),ipmask(0)',
  'ipv4(192.168.37.201),ipmask(32)',
  'ipv4(192.168.37.201),ipmask(255.0.255.0)',
  'ipv6(2001:db8:1:2:3:4:5:6),ipmask(24,64)',
  'ipv6(2001:db8:1:2:3:4:5:6),ipmask(24,ffff::ff00)',
  'ipv6(2001:db8:1:2:3:4:5:6),ipmask(24)',
  'ipv6(::ffff:192.168.37.201),ipmask(24,64)',
  'str(10.20.30.40),ipmask(16)',
  'str(2001:db8::1),ipmask(16,32)',
  'str(nonsense),ipmask(16,32)',
  'int(167772161),ipmask(8)',
];

const refused = [
  'int(1),add(abc)',
  'int(1),add(1x)',
  'int(1),add(1,2)',
  'int(1),and(foo.bar)',
  'ipv4(1.2.3.4),ipmask(33)',
  'ipv4(1.2.3.4),ipmask(24,129)',
  'ipv4(1.2.3.4),ipmask',
  'bin(ff),add(1)',
  'int(1),neg(2)',
  'int(1),nonsense',
  'int(1)add(2)',
  'int(1),iif(a)',
];

export const CONVERTERS_NUMBERS: ExpressionTopic = {
  name: 'converters of numbers',
  lines: [
    'http-request set-var(txn.seven) int(7)',
    'http-request set-var(txn.text) str(5)',
    'http-request set-var(txn.address) ipv4(0.0.0.12)',
    'http-request set-var(txn.empty) str()',
  ],
  cases: [
    ...[...arithmetic, ...unary, ...variables, ...chains, ...masks].map((expression) => ({ expression })),
    ...refused.map((expression) => ({ expression, refused: true })),
  ],
};

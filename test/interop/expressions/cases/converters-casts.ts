/** Every type of sample before converters that take every type: the implicit casts, and which of them do not exist. */
import { canCast, type SampleType } from '../../../../src/config/sample-types.ts';
import type { ExpressionTopic } from '../case.ts';

const SOURCES: readonly (readonly [string, SampleType])[] = [
  ['always_true', 'bool'],
  ['always_false', 'bool'],
  ['int(5)', 'sint'],
  ['int(-5)', 'sint'],
  ['int(9223372036854775807)', 'sint'],
  ['int(4294967297)', 'sint'],
  ['ipv4(192.168.0.1)', 'ipv4'],
  ['ipv4(0.0.0.0)', 'ipv4'],
  ['ipv6(2001:db8::1)', 'ipv6'],
  ['ipv6(::ffff:10.0.0.1)', 'ipv6'],
  ['ipv6(::10.0.0.1)', 'ipv6'],
  ['src', 'ipv4'],
  ['str()', 'str'],
  ['str(text)', 'str'],
  ['str(12)', 'str'],
  ['str(-12x)', 'str'],
  ['str(+7)', 'str'],
  ['str("  7")', 'str'],
  ['str(0x10)', 'str'],
  ['str(true)', 'str'],
  ['str(99999999999999999999999)', 'str'],
  ['str(-99999999999999999999999)', 'str'],
  ['str(9223372036854775808)', 'str'],
  ['str(10.0.0.1)', 'str'],
  ['str(10.0.0.1x)', 'str'],
  ['str(10.0.0)', 'str'],
  ['str(010.0.0.1)', 'str'],
  ['str(256.0.0.1)', 'str'],
  ['str(2001:db8::1)', 'str'],
  ['str(::ffff:1.2.3.4)', 'str'],
  ['str(fe80::1%eth0)', 'str'],
  ['str([::1])', 'str'],
  ['bin(00)', 'bin'],
  ['bin(616200)', 'bin'],
  ['bin(31322e)', 'bin'],
  ['bin(c3a4ff)', 'bin'],
  ['method', 'meth'],
];

const STEPS: readonly (readonly [string, SampleType])[] = [
  ['hex', 'bin'],
  ['base64', 'bin'],
  ['bytes(0),hex', 'bin'],
  ['length', 'str'],
  ['lower', 'str'],
  ['add(1)', 'sint'],
  ['odd', 'sint'],
  ['bool', 'sint'],
  ['iif(yes,no)', 'bool'],
  ['ipmask(24,64)', 'addr'],
  ['set-var(txn.kept),crc32', 'bin'],
];

const chains = [
  'int(5),bool,hex',
  'ipv6(::1:0),lower',
  'ipv6(::1),lower',
  'ipv6(::1.0.0.0),lower',
  'int(167772161),ipmask(8),hex',
  'ipv4(10.0.0.1),ipmask(32),add(1),ipmask(32)',
  'ipv6(::ffff:10.0.0.1),ipmask(32,128),add(1)',
  'ipv6(2001:db8::1),ipmask(32,128),add(1)',
  'str(12),crc32,hex,lower,length,neg',
  'bin(3132),length,add(1)',
  'str(5),json_query("$"),hex',
  'method,set-var(txn.m),upper',
  'src,set-var(txn.s),length',
];

export const CONVERTERS_CASTS: ExpressionTopic = {
  name: 'casts between converters',
  cases: [
    ...SOURCES.flatMap(([source, from]) =>
      STEPS.map(([step, to]) => {
        const expression = `${source},${step}`;
        return canCast(from, to) ? { expression } : { expression, refused: true };
      }),
    ),
    ...chains.map((expression) => ({ expression })),
  ],
};

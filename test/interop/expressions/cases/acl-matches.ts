/** Ways to match (`-m`) against samples of every type: the cast is part of the comparison. The value is a constant. */
import { type ExpressionCase, type ExpressionTopic, requestOf } from '../case.ts';

const REQUEST = requestOf('GET /a/b.c/index.html?q=1', [
  'Host: www.Example.com',
  'X-Number: 42',
  'X-Word: 17abc',
  'X-Address: 10.1.2.3',
  'X-Six: 2001:db8::5',
  'X-List: one, 5 ,three.four,',
  'X-Empty:',
]);

const SAMPLES = [
  ...['str(abc)', 'str(42)', 'str(10.1.2.3)', 'str("")', 'int(42)', 'int(-5)', 'bool(true)', 'bool(false)'],
  ...['ipv4(10.1.2.3)', 'ipv6(2001:db8::5)', 'bin(616263)', 'bin(3432)', 'method', 'path', 'req.hdr(x-number)'],
  ...[
    'req.hdr(x-word)',
    'req.hdr(x-address)',
    'req.hdr(x-six)',
    'req.hdr(x-list)',
    'req.hdr(x-empty)',
    'req.hdr(x-none)',
  ],
  ...['path,length', 'path,lower', 'req.hdr(x-address),ipmask(8)', 'str(abc),base64', 'str(abc),hex'],
];

const MATCHES = [
  ...[
    '-m found',
    '-m bool',
    '-m int 42',
    '-m int 17',
    '-m int 1:',
    '-m int :0',
    '-m ip 10.0.0.0/8',
    '-m ip 2001:db8::/32',
  ],
  ...[
    '-m bin 616263',
    '-m bin 3432',
    '-m len 0',
    '-m len 3:8',
    '-m str abc',
    '-m str -i ABC',
    '-m str 42',
    '-m str GET',
  ],
  ...[
    '-m beg a',
    '-m beg /a',
    '-m end c',
    '-m end html',
    '-m sub b',
    '-m sub .',
    '-m dir b.c',
    '-m dom b',
    '-m dom four',
  ],
  ...['-m reg ^[0-9]+$', '-m reg -i ^A', '-m str 0.0.0.42', '-m ip 0.0.0.42'],
];

/** What `haproxy -c` refuses is compared there, not here. */
function isRefused(sample: string, match: string): boolean {
  if (sample.startsWith('bool(')) return match.startsWith('-m ip');
  if (sample.startsWith('ipv6(')) return /^-m (?:bool|int)/.test(match);
  return (sample.startsWith('bin(') || sample === 'method') && /^-m (?:bool|int|ip)/.test(match);
}

const AGAINST: readonly ExpressionCase[] = SAMPLES.flatMap((sample) =>
  MATCHES.filter((match) => !isRefused(sample, match)).map((match) => {
    const title = `${sample} ${match}`.replace(/[^A-Za-z0-9 ]/g, '_');
    return { expression: `str("${title}")`, acl: `${sample} ${match}`, request: REQUEST };
  }),
);

export const ACL_MATCHES: ExpressionTopic = { name: 'ways to match', cases: AGAINST };

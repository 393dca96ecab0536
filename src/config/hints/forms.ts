/** How values are written: quotes, delays, addresses, conditions, numbers, names of files. */

import { LOG_FACILITIES } from '../../net/syslog-header.ts';
import { wordOf } from '../source-lines.ts';
import { nearestWord } from '../word-distance.ts';
import { type HintRule, indexAt, keywordOf, type Mistake, textFrom, wordAt } from './rule.ts';

const DELAYS = "a delay is a whole number and a unit (us, ms, s, m, h, d): '30s'";

const LONG_UNITS: readonly (readonly [RegExp, string])[] = [
  [/^(?:milli|msec)/i, 'ms'],
  [/^(?:micro|usec)/i, 'us'],
  [/^s/i, 's'],
  [/^m/i, 'm'],
  [/^h/i, 'h'],
  [/^d/i, 'd'],
];

function delayHint(text: string): string {
  const parts = /^(\d+)(?:\.(\d+))?([a-z]*)$/i.exec(text);
  if (parts === null) return DELAYS;
  const [, whole = '', fraction, unit = ''] = parts;
  const short = LONG_UNITS.find(([pattern]) => pattern.test(unit))?.[1];
  if (short === undefined) return DELAYS;
  if (fraction === undefined) return `did you mean '${whole}${short}'?`;
  const smaller: Readonly<Record<string, readonly [number, string]>> = {
    s: [1000, 'ms'],
    m: [60, 's'],
    h: [60, 'm'],
    d: [24, 'h'],
  };
  const [factor, name] = smaller[short] ?? [1, short];
  const value = Number(`${whole}.${fraction}`) * factor;
  return Number.isInteger(value) ? `delays are whole numbers: '${value}${name}'` : DELAYS;
}

function conditionHint(found: string, mistake: Mistake): string {
  if (found === '{' || found.startsWith('{')) return "write 'if' before the condition";
  const near = { iff: 'if', when: 'if', If: 'if', IF: 'if', unles: 'unless', except: 'unless' }[found];
  if (near !== undefined) return `did you mean '${near}'?`;
  const word = nearestWord(found, ['if', 'unless'], () => 1);
  if (word !== undefined) return `did you mean '${word}'?`;
  const at = indexAt(mistake);
  const before = mistake.line === undefined || at < 1 ? '' : wordOf(mistake.line, at - 1);
  if (/^(http|tcp)-/.test(keywordOf(mistake.line)) && at > 3)
    return `a value with blanks stands in quotes: "${before} ${found}"`;
  return "a condition starts with 'if' or 'unless'";
}

const OPERATORS: Readonly<Record<string, string>> = {
  '=': 'eq',
  '==': 'eq',
  '>': 'gt',
  '>=': 'ge',
  '=>': 'ge',
  '<': 'lt',
  '<=': 'le',
  '=<': 'le',
};

function addressHint(text: string): string | undefined {
  const mask = /^(.+)\/(\d+)$/.exec(text);
  if (mask !== null)
    return `the mask of an IPv${text.includes(':') ? '6 network is 0 to 128' : '4 network is 0 to 32'}`;
  if (/^\d+(\.\d+)+$/.test(text)) return 'an IPv4 address has four numbers from 0 to 255';
  if (/^[<>=!]/.test(text)) return 'write the addresses or networks one after the other, without an operator';
  return undefined;
}

const SERVICES: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ssh: 22,
  smtp: 25,
  mysql: 3306,
  redis: 6379,
};

function withoutScheme(text: string): string {
  return text.replace(/^\w+:\/\//, '').replace(/\/.*$/, '');
}

function unresolved(name: string): string {
  if (name.includes('://')) return `an address has no scheme: '${withoutScheme(name)}'`;
  return 'is the name spelt right? Names are looked up when the configuration is loaded';
}

const MATCH_NAMES = ['found', 'bool', 'int', 'ip', 'bin', 'len', 'str', 'sub', 'reg', 'beg', 'end', 'dir', 'dom'];

const PREDICATES = [
  'defined',
  'feature',
  'streq',
  'strneq',
  'version_atleast',
  'version_before',
  'openssl_version_atleast',
  'openssl_version_before',
];

function modeHint(mode: string): string {
  if (/^(https|ssl|tls|h2|http2)$/i.test(mode))
    return "the mode is 'http'; TLS is an option of the 'bind' line: 'ssl crt <file>'";
  const best = /^(ht|we)/i.test(mode) ? 'http' : /^t/i.test(mode) ? 'tcp' : undefined;
  return best === undefined ? "it is 'http' or 'tcp'" : `did you mean '${best}'?`;
}

const ALGORITHMS = [
  ...[
    'roundrobin',
    'static-rr',
    'leastconn',
    'first',
    'source',
    'uri',
    'url_param',
    'hdr',
    'random',
    'rdp-cookie',
    'hash',
  ],
];
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  rr: 'roundrobin',
  'round-robin': 'roundrobin',
  least_conn: 'leastconn',
  'least-conn': 'leastconn',
  ip_hash: 'source',
  'ip-hash': 'source',
};

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

function nearest(word: string, names: readonly string[]): string {
  const best = nearestWord(word, names);
  return best === undefined ? `it is one of ${names.join(', ')}` : `did you mean '${best}'?`;
}

export const FORM_HINTS: readonly HintRule[] = [
  [/^unmatched quote/, () => "close the quote; an apostrophe that is none is written \\'"],
  [/^unmatched brace/, () => "close the brace: '${NAME}'"],
  [
    /^forbidden first char/,
    () => "a dollar sign is written '\\$' in double quotes; in single quotes nothing is special",
  ],
  [/hexadecimal sequence/, () => "'\\x' takes two hexadecimal digits; a backslash is written '\\\\'"],
  [/^Missing LF on last line/, () => 'end the last line with a line feed'],
  [/^Stray NUL/, () => 'remove the NUL: configuration files are text'],
  [/^too many words/, () => "put the patterns in a file ('-f <file>'), or on several 'acl' lines of the same name"],
  [/^unparsable conditional expression '(\w+)/, ([, word = '']) => nearest(word, PREDICATES)],
  [
    /in '\.(?:el)?if' at position/,
    (match) => (/expected '\)'/.test(match.input) ? "close the bracket with ')'" : undefined),
  ],
  [/after the timer value '(.*?)'/, ([, text = '']) => delayHint(text)],
  [/timer (?:over|under)flow/, () => DELAYS],
  [
    /unexpected character '.*' in (?:argument to )?['<].*/,
    (_, mistake) => (/^[\d.]*[a-z]*$/i.test(wordAt(mistake)) ? delayHint(wordAt(mistake)) : DELAYS),
  ],
  [
    /unexpected extra argument '(.*)' after value '(\d+)'/,
    ([, unit = '', value = '']) => `no blank between a number and its unit: '${value}${unit}'`,
  ],
  [
    /(?:either 'if' or 'unless' followed by a condition but found|^unexpected keyword) '(.*?)'/,
    ([, found = ''], mistake) => conditionHint(found, mistake),
  ],
  [
    /requires either 'if' or 'unless' followed by a condition/,
    (_, { line }) => `write 'if' before the condition: '${textFrom(line, 0).replace(/ (\S+)$/, ' if $1')}'`,
  ],
  [/regex .*missing terminating \]/, () => "close the class with ']'; a bracket that is meant itself is written '\\['"],
  [/regex .*(?:missing|unmatched) .*parenthes/, () => "a parenthesis that is meant itself is written '\\(' or '\\)'"],
  [/^acl name 'or' will never match/, () => 'choose another name'],
  [/missing closing '}' in condition/, () => "end the condition with a '}' as a word of its own"],
  [/expected '\)'/, () => "close the bracket with ')'"],
  [
    /matching '(.*)' for pattern '(\(.*)' is likely a mistake/,
    ([, name = '', pattern = '']) => `no blank before the bracket: '${name}${pattern}'`,
  ],
  [
    /no pattern to match against were provided/,
    () => "add what to match, or '-m found' to ask whether it is there at all",
  ],
  [
    /unknown matching method '(.*)'/,
    ([, word = '']) => (/^beg/.test(word) ? "did you mean 'beg'?" : nearest(word, MATCH_NAMES)),
  ],
  [
    /is not a valid ACL option/,
    (_, mistake) => `the flags are -i, -f, -m, -n, -u, -M; as a pattern: '-- ${wordAt(mistake)}'`,
  ],
  [
    /'([^']*)' is not a number/,
    ([, text = '']) =>
      OPERATORS[text] === undefined
        ? 'write a number, or a range such as 1024:65535'
        : `did you mean '${OPERATORS[text]}'?`,
  ],
  [/'([^']*)' is not a valid IPv4 or IPv6 address/, ([, text = '']) => addressHint(text)],
  [
    /missing port specification in '(.*)'/,
    ([, text = '']) => (/^\d+$/.test(text) ? `did you mean ':${text}'?` : `add the port: '${text}:80'`),
  ],
  [/invalid port '(.*)'/, () => 'a port is a number from 1 to 65535'],
  [
    /in port number '(\w+)' in '(.*)'/,
    ([, name = '', text = '']) =>
      SERVICES[name] === undefined
        ? 'a port is a number'
        : `ports are numbers: '${text.slice(0, text.length - name.length)}${SERVICES[name]}'`,
  ],
  [
    /invalid address: '(.*)' in '(.*)'/,
    ([, , text = '']) => (text.includes('://') ? `an address has no scheme: '${withoutScheme(text)}'` : undefined),
  ],
  [/could not resolve address '(.*)'/, ([, name = '']) => unresolved(name)],
  [/port range not permitted/, () => 'a server has one port'],
  [
    /^'server' expects <name> and <addr>/,
    (_, { line }) => {
      const word = line === undefined ? '' : wordOf(line, 1);
      return /[:.]/.test(word) ? `give the server a name: 'server s1 ${textFrom(line, 1)}'` : undefined;
    },
  ],
  [/^unknown proxy mode '(.*)'/, ([, mode = '']) => modeHint(mode)],
  [
    /^balance only supports/,
    (_, mistake) => {
      const word = wordAt(mistake);
      return ABBREVIATIONS[word] === undefined ? nearest(word, ALGORITHMS) : `did you mean '${ABBREVIATIONS[word]}'?`;
    },
  ],
  [/unknown log facility '(.*)'/, ([, word = '']) => nearest(word, LOG_FACILITIES)],
  [/unknown optional log (?:minimum )?level '(.*)'/, ([, word = '']) => nearest(word, LEVELS)],
  [
    /cannot find (user|group) id for '(.*)'/,
    ([, kind = '', name = '']) =>
      `there is no such ${kind} on this machine: 'getent ${kind === 'user' ? 'passwd' : 'group'} ${name}'`,
  ],
  [
    /error opening file|failed to open pattern file|unable to open file/i,
    () => "is the path right? A relative one starts in the working directory, or where 'default-path' says",
  ],
  [
    /which is incompatible with '.*request/,
    () => "there is no response yet when this is evaluated: use 'http-response', or 'http-after-response'",
  ],
];

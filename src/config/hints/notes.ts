/** Messages that have one remedy, whatever the line. */

import { nearestWord } from '../word-distance.ts';
import { type HintRule, keywordOf, textFrom } from './rule.ts';

const NOTES: readonly (readonly [RegExp, string])[] = [
  [
    /custom id .* already used at|reuses same custom id as/,
    'give each a number of its own, or leave the number to the program',
  ],
  [/custom id has to be > 0/, 'numbers start at 1'],
  [/has to be > 0/, 'use at least 1'],
  [/Hint: no address was expected/, 'options of default-server have no address before them'],
  [/option is not accepted in default-server sections/, "say it on the 'server' line"],
  [/server has tfo activated/, "add 'retry-on conn-failure empty-response response-timeout'"],
  [/only on pattern expected/, 'put a pattern with blanks in quotes'],
  [/'Host' header already defined/, 'say it once'],
  [/an even number of hex digit is expected/, 'two hexadecimal digits make a byte: 0a1b2c'],
  [/an hex digit is expected/, 'a byte is two of 0-9 and a-f'],
  [/Can't create DNS resolution/, 'is the name a host name? Letters, digits, dashes and dots'],
  [/^lone '\.(?:elif|else|endif)'/, "start the block with '.if <condition>'"],
  [/^'\.(?:else|elif)' after '\.else'/, "end the block with '.endif' first, or put '.elif' before '.else'"],
  [/Use quotes if the message should contain spaces/, 'put the text in double quotes'],
  [/referenced in arg .* has not (?:backend|frontend) capability/, 'name a section that has that side'],
  [
    /unable to (?:stat|load) |No such file or directory/,
    'is the path right? Relative ones start in the working directory',
  ],
  [/is deprecated(?:, and will be removed|\. It has no effect)|has no effect, is deprecated/, 'leave the line out'],
  [/tune\.bufsize is used instead/, 'leave the line out'],
  [/missing regex in arg/, 'give it an expression, such as ^/api/'],
  [/is not allowed in '.*' rules/, 'this action belongs to another kind of rule'],
  [/is not a valid number\/range/, 'write a number, a range such as 1-4, or all, odd, even'],
  [/stick-table: unknown type/, 'types are ip, ipv6, integer, string and binary'],
  [/Unexpected status code/, 'a status is a number from 200 to 599'],
  [/unsupported HTTP code/, '301 and 308 move for good, 302, 303 and 307 for now'],
  [/^missing arguments \(got .* of predicate/, 'both are needed: streq(<text>,<text>)'],
  [/^Unexpected argument '.*' for '\.(?:else|endif)'/, 'it stands alone; what was meant as a remark starts with #'],
  [/is not permitted in '.*' name '/, "names are made of letters, digits, '-', '_', '.' and ':'"],
  [/^unknown directive/, 'there are .if .elif .else .endif, and .alert .warning .notice .diag'],
  [
    /scope name is forbidden|permitted in a scope name|permitted after scope declaration/,
    "a scope stands alone on its line: '[name]'",
  ],
  [/^couldn't set 'default-path'/, 'is the directory there?'],
  [/port offset not permitted here/, "offsets are for servers; write a port: ':80'"],
  [/unknown (?:user|group)(?: name)?|unknown (?:user|group)\./, 'there is no such account on this machine'],
  [/[Cc]annot open namespace|error encountered while processing 'namespace'/, "make it first: 'ip netns add <name>'"],
  [/already specified\. Continuing/, 'the first one counts; leave this line out'],
  [/ignored by the http reply/, 'leave it out, or give the reply a payload of its own'],
  [/No body expected for \d+ responses/, 'leave the payload out, or choose another status'],
  [/unexpected '.*' argument, '.*' already defined/, 'a reply has one payload'],
  [/time overflow/, 'a delay is at most 24 days'],
  [/Only 'on' and 'off' are supported/, "write 'on' or 'off'"],
  [/unable to find capture id/, "declare it: 'declare capture request len <length>', or 'len' instead of 'id'"],
  [/null value is not valid/, 'the delay must be more than 0'],
  [/not declared in http-errors section/, "add 'errorfile <status> <file>' to that section"],
  [/http-errors section '.*' already exists/, 'put the lines of both together'],
  [/word expansion sequence/, 'the only form is "${NAME[*]}": one word for each part'],
  [/'global' is not supported for a global syslog server/, "in 'global' name the address: 'log 127.0.0.1 local0'"],
  [/negation\/default is not supported for option|does not expect arguments/, 'leave the line out to keep the default'],
  [/^'.*' directive is ignored in backends|directive is ignored in backends/, 'move it to the frontend or to defaults'],
  [/is not supported any more since/, 'leave the line out'],
  [/overrides previous 'option/, 'keep one of the two'],
  [/hiding headers or body at the end of the version string/, "'http-check send meth GET uri / hdr Host example.com'"],
  [/which was already specified$/, 'keep one of the two'],
  [/doesn't exist anymore/, 'write the line the message names'],
  [/is neither a number nor a supported operator/, 'operators are eq, ge, gt, le, lt'],
  [/is not a valid number range/, 'the smaller number comes first: 1:5'],
  [
    /redirection type expected/,
    "write 'redirect location <target>', 'redirect prefix <target>' or 'redirect scheme <scheme>'",
  ],
  [/unexpected variable name near|truncated line after '%'/, "a percent sign is written '%%'"],
  [/parse argument modifier without variable name/, "the variable follows the flags: '%{+Q}r'"],
  [/^ignoring duplicated userlist/, 'put the users of both together'],
  [/only allowed in 'backend' sections or 'defaults' section with a name/, 'move it to the backend'],
  [
    /only involves keywords that are incompatible with '.*(?:tcp-request|session|connection)/,
    'the request is not there yet',
  ],
  [
    /incompatible with 'frontend use-backend rule'/,
    'only the request is there: what the response or the server says comes later',
  ],
  [
    /incompatible with '.*http-response/,
    "the request is gone: keep what you need with 'http-request set-var(txn.x) ...'",
  ],
  [
    /fetch method .* extracts information from '.*', none of which is available/,
    'it is not there yet, or no more, when the rule is evaluated',
  ],
];

export const NOTE_HINTS: readonly HintRule[] = [
  [
    /(?:fetch method|ACL keyword|converter) '(.*?)' : expected type '(.*?)' at position (\d+), but got nothing/,
    ([, name = '', type = '', position = '']) => `argument ${position} of '${name}' must be there: its type is ${type}`,
  ],
  [
    /matching method '(.*)' cannot be used with fetch keyword '(.*)'/,
    ([, , name = '']) => `leave '-m' out to compare in the way of '${name}', or use '-m found'`,
  ],
  [
    /uses (\w+)-check rules without/,
    ([, kind = '']) => `add 'option ${kind === 'http' ? 'httpchk' : `${kind}-check`}'`,
  ],
  [/please use '([^']+)' instead/, ([, line = '']) => `write '${line}'`],
  [/Use '([^']+)' (?:instead|in the global section)/, ([, line = '']) => `write '${line}'`],
  ...NOTES.map(([pattern, text]): HintRule => [pattern, () => text]),
  [/^overwriting '(.*)' which was already specified/, ([, what = '']) => `keep one '${what}' in the section`],
  [
    /directive is (?:now )?deprecated in favor of '([^']+)'/,
    ([, keyword = ''], { line }) => `write '${`${keyword} ${textFrom(line, 1)}`.trim()}'`,
  ],
  [/^The '(.*)' directive is deprecated\. Use '([^']+)'/, ([, , keyword = '']) => `write '${keyword} ...'`],
  [
    /^keyword '.*' is deprecated in favor of '([^']+)'/,
    ([, word = ''], { line }) => `write '${keywordOf(line)} ${word}'`,
  ],
  [
    /expects 'code', 'prefix', 'location'.* \(was '(.*)'\)/,
    ([, word = '']) => {
      if (/^https?$/.test(word)) return `did you mean 'scheme ${word}'?`;
      const best = nearestWord(word, ['code', 'prefix', 'location', 'scheme', 'drop-query', 'append-slash']);
      return best === undefined
        ? "write 'location <url>', 'prefix <prefix>' or 'scheme <scheme>'"
        : `did you mean '${best}'?`;
    },
  ],
  [
    /unexpected extra argument '(\d.*)' after value '(.*)'/,
    ([, second = '', first = '']) => `one delay only: '${first}' or '${second}'`,
  ],
];

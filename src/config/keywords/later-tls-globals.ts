/** Keywords of the global section about TLS, HTTP/2 and device detection, which are not implemented yet (manual 3). */

import type { GlobalDraft } from '../draft.ts';
import type { StatementKeyword } from '../keyword.ts';
import { readInt32 } from '../numbers.ts';
import { all, anything, atMost, type Check, delay, inRange, needs, oneOf, onOrOff } from './grammar.ts';
import { laterGlobal } from './later-globals.ts';
import { checkVersion, isVersionSwitch } from './tls-words.ts';

function statementNeeds(what: string): Check {
  return needs(`global statement '%' expects ${what} as an argument.`);
}

const directory = all(atMost(1), statementNeeds('a directory path'));
const ciphers = all(atMost(1), statementNeeds('a cipher suite'));

const positive: Check = all(
  atMost(1),
  needs("'%' expects an integer argument."),
  inRange({ low: 0, refusal: "'%' expects a positive numeric value." }),
);

/** HAProxy reads nothing as 0 here. */
function bounded(low: number, high: number, refusal: string): Check {
  return all(atMost(1), inRange({ low, high, refusal: `'%' expects a ${refusal}.` }));
}

function optionList(extra: readonly string[]): Check {
  return all(statementNeeds('an option'), (statement) => {
    for (let at = 1; statement.word(at) !== ''; at++) {
      const word = statement.word(at);
      if (word === 'ssl-min-ver' || word === 'ssl-max-ver') {
        const wrong = checkVersion(word, statement.word(++at));
        if (wrong !== undefined) return `${wrong} on global statement '${statement.keyword}'.`;
      } else if (!extra.includes(word) && !isVersionSwitch(word)) {
        return { message: `unknown option '${word}' on global statement '${statement.keyword}'.`, index: at };
      }
    }
    return undefined;
  });
}

const extraFiles: Check = (statement) => {
  const words = statement.from(1);
  const known = ['bundle', 'sctl', 'ocsp', 'issuer', 'key'];
  const alone = words.findIndex((word) => word === 'none' || word === 'all');
  const strange = words.findIndex((word, at) => !known.includes(word) && at !== alone);
  if (words.length === 0 || (strange >= 0 && (alone < 0 || strange < alone))) {
    return "'ssl-load-extra-files' expects one or multiple arguments (none, all, bundle, sctl, ocsp, issuer).";
  }
  return alone >= 0 && words.length > 1 ? "'ssl-load-extra-files' 'none' and 'all' can be only used alone" : undefined;
};

const diffieHellmanFile: Check = all(needs("'%' expects a file path as an argument."), (statement) => {
  const path = statement.word(1);
  const file = statement.state.ports.readFile(path);
  const good = 'bytes' in file && Buffer.from(file.bytes).includes('PARAMETERS-----');
  return good ? undefined : `'ssl-dh-param-file': unable to load DH parameters from file <${path}>.`;
});

const lifetime: Check = all(
  needs("'%' expects ssl sessions <lifetime> in seconds as argument."),
  delay({
    unit: 's',
    over: "timer overflow in argument '#' to <tune.ssl.lifetime> (maximum value is 2147483647 s or ~68 years).",
    under: "timer underflow in argument '#' to <tune.ssl.lifetime> (minimum non-null value is 1 s).",
    character: "unexpected character '%' in argument to <tune.ssl.lifetime>.",
  }),
);

const caseAdjust: Check = all(atMost(2), (statement) => {
  const [from = '', to = ''] = statement.from(1);
  if (to === '') return "'h1-case-adjust' expects <from> and <to> as argument.";
  return from.toLowerCase() === to.toLowerCase() ? undefined : '<from> and <to> must not differ execpt the case';
});

const strict = (name: string, values: readonly string[]): Check =>
  all(
    atMost(1),
    oneOf(values, () => `'${name}' expects ${values.map((word) => `'${word}'`).join(' or ')} as argument.`),
  );

const device = 'Device detection.';
const tls = (since: string) => ({ since });

export const LATER_TLS_GLOBALS: readonly StatementKeyword<GlobalDraft>[] = [
  laterGlobal('ca-base', '<directory>', 'Where relative paths of CA and CRL files start.', directory, tls('1.5')),
  laterGlobal('crt-base', '<directory>', 'Where relative paths of certificates start.', directory, tls('1.5')),
  laterGlobal('issuers-chain-path', '<directory>', 'Certificates that complete chains.', directory, tls('2.2')),
  laterGlobal('maxsslconn', '<number>', 'TLS connections at most.', positive, tls('1.5')),
  laterGlobal(
    'maxsslrate',
    '<number>',
    'TLS sessions a second, at most.',
    all(atMost(1), needs("'%' expects an integer argument.")),
    tls('1.5'),
  ),
  ...['bind', 'server'].flatMap((side) => [
    laterGlobal(
      `ssl-default-${side}-ciphers`,
      '<ciphers>',
      `Ciphers of ${side} lines that name none.`,
      ciphers,
      tls('1.5'),
    ),
    laterGlobal(
      `ssl-default-${side}-ciphersuites`,
      '<suites>',
      `TLS 1.3 suites of ${side} lines that name none.`,
      ciphers,
      tls('1.8'),
    ),
    laterGlobal(
      `ssl-default-${side}-options`,
      '<option>...',
      `Options of all ${side} lines.`,
      optionList(side === 'bind' ? ['no-tls-tickets', 'prefer-client-ciphers'] : ['no-tls-tickets']),
      tls('1.5'),
    ),
  ]),
  laterGlobal(
    'ssl-default-bind-curves',
    '<curves>',
    'Curves of bind lines that name none.',
    all(atMost(1), needs("global statement '%' expects a curves suite as an arguments.")),
    tls('2.2'),
  ),
  laterGlobal('ssl-dh-param-file', '<file>', 'Diffie-Hellman parameters.', diffieHellmanFile, tls('1.6')),
  laterGlobal('ssl-engine', '<name> [algo <algorithms>]', 'An engine of OpenSSL.', anything, tls('1.8')),
  laterGlobal('ssl-load-extra-del-ext', '', 'Extra files replace the extension.', anything, tls('2.2')),
  laterGlobal('ssl-load-extra-files', '<type>...', 'Files looked for beside certificates.', extraFiles, tls('2.1')),
  laterGlobal('ssl-mode-async', '', 'Asynchronous TLS engines.', anything, tls('1.8')),
  laterGlobal('ssl-propquery', '<query>', 'Chooses among providers.', statementNeeds('a property string'), tls('2.6')),
  laterGlobal(
    'ssl-provider',
    '<name>',
    'A provider of OpenSSL.',
    statementNeeds('a valid engine provider name'),
    tls('2.6'),
  ),
  laterGlobal('ssl-provider-path', '<path>', 'Where providers are.', statementNeeds('a directory path'), tls('2.6')),
  laterGlobal(
    'ssl-server-verify',
    '{none | required}',
    'Whether certificates of servers are verified.',
    all(atMost(1), needs("'%' expects an integer argument."), strict('ssl-server-verify', ['none', 'required'])),
    { since: '1.5', initially: 'required' },
  ),
  laterGlobal('ssl-skip-self-issued-ca', '', 'Leave self-issued CAs out of chains.', anything, tls('2.0')),
  laterGlobal('tune.ssl.cachesize', '<number>', 'Entries of the session cache.', positive, tls('1.5')),
  laterGlobal('tune.ssl.capture-buffer-size', '<bytes>', 'Bytes kept of hellos.', positive, tls('2.5')),
  laterGlobal('tune.ssl.capture-cipherlist-size', '<bytes>', 'Bytes kept of cipher lists.', positive, tls('1.8')),
  laterGlobal(
    'tune.ssl.default-dh-param',
    '<bits>',
    'The size of temporary Diffie-Hellman keys.',
    all(
      atMost(1),
      needs("'%' expects an integer argument."),
      // Unsigned in HAProxy: what is negative is large.
      (statement) =>
        readInt32(statement.word(1)) >>> 0 < 1024 ? "'tune.ssl.default-dh-param' expects a value >= 1024." : undefined,
    ),
    { since: '1.5', initially: '2048' },
  ),
  laterGlobal('tune.ssl.force-private-cache', '', 'Processes share no sessions.', atMost(0), tls('1.5')),
  laterGlobal('tune.ssl.hard-maxrecord', '<bytes>', 'The size of records, at most.', positive, tls('2.6')),
  laterGlobal('tune.ssl.keylog', '{on | off}', 'Keep the keys for samples.', onOrOff, tls('2.2')),
  laterGlobal('tune.ssl.lifetime', '<delay>', 'How long sessions are cached.', lifetime, {
    since: '1.5',
    initially: '300s',
  }),
  laterGlobal('tune.ssl.maxrecord', '<bytes>', 'The size of records early on.', positive, tls('1.5')),
  laterGlobal('tune.ssl.ssl-ctx-cache-size', '<number>', 'Generated certificates kept.', positive, tls('1.6')),
  laterGlobal(
    'tune.h2.header-table-size',
    '<bytes>',
    'The dynamic header table of HTTP/2.',
    bounded(4096, 65536, 'numeric value between 4096 and 65536'),
    { since: '1.8', initially: '4096' },
  ),
  ...['initial-window-size', 'max-concurrent-streams'].map((name) =>
    laterGlobal(
      `tune.h2.${name}`,
      '<number>',
      'A setting of HTTP/2.',
      bounded(0, 0x7fffffff, 'positive numeric value'),
      tls('1.8'),
    ),
  ),
  laterGlobal(
    'tune.h2.max-frame-size',
    '<bytes>',
    'The largest frame of HTTP/2.',
    bounded(16384, 16777215, 'numeric value between 16384 and 16777215'),
    { since: '2.0', initially: '16384' },
  ),
  laterGlobal('h1-case-adjust', '<from> <to>', 'How a header name is written.', caseAdjust, tls('2.1')),
  laterGlobal(
    'h1-case-adjust-file',
    '<file>',
    'How header names are written.',
    all(atMost(1), needs("'%' expects <file> as argument.")),
    tls('2.1'),
  ),
  laterGlobal('httpclient.resolvers.id', '<resolvers>', 'Resolvers of the HTTP client.', atMost(1), tls('2.6')),
  laterGlobal(
    'httpclient.resolvers.prefer',
    '{ipv4 | ipv6}',
    'The family the HTTP client prefers.',
    strict('httpclient.resolvers.prefer', ['ipv4', 'ipv6']),
    tls('2.6'),
  ),
  laterGlobal('httpclient.ssl.ca-file', '<file>', 'Whom the HTTP client trusts.', atMost(1), tls('2.6')),
  laterGlobal(
    'httpclient.ssl.verify',
    '{none | required}',
    'Whether the HTTP client verifies servers.',
    strict('httpclient.ssl.verify', ['none', 'required']),
    tls('2.6'),
  ),
  ...['json-file <path>', 'log-level <number>', 'separator <character>', 'properties-cookie <name>'].map((text) => {
    const [name = '', argument = ''] = text.split(' ');
    return laterGlobal(`deviceatlas-${name}`, argument, device, anything, tls('1.6'));
  }),
  ...['data-file <path>', 'property-name-list <name>...', 'property-separator <character>', 'cache-size <number>'].map(
    (text) => {
      const [name = '', argument = ''] = text.split(' ');
      return laterGlobal(`51degrees-${name}`, argument, device, anything, tls('1.6'));
    },
  ),
  ...[
    'data-file <path>',
    'information-list <capability>...',
    'information-list-separator <character>',
    'patch-file <path>...',
    'engine-mode {accuracy | performance}',
    'cache-size <number>',
    'useragent-priority {plain | sideloaded_browser}',
  ].map((text) => {
    const space = text.indexOf(' ');
    return laterGlobal(`wurfl-${text.slice(0, space)}`, text.slice(space + 1), device, anything, tls('1.7'));
  }),
];

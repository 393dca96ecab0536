/**
 * Where `mahalo proxy -c` and `haproxy -c` (2.6.12) do not say the same, and why. A refusal of ours that only says `not
 * implemented yet` needs no exception where HAProxy takes the configuration: it is counted apart.
 */

import type { VerdictException } from './comparison.ts';

const NOT_BUILT_IN = 'Debian builds HAProxy without it, so that it does not know the word; we know it and name it';
const LATER_CHECK =
  'what it names, or needs beside it, is looked for once everything is read; we refuse the keyword itself before that';
const FORMER = 'a spelling of 1.9 that works here and is gone in 2.6';

export const EXCEPTIONS: readonly VerdictException[] = [
  {
    pattern: /^global: (?:deviceatlas-|51degrees-|wurfl-|ssl-engine|tune\.zlib\.)/,
    reason: NOT_BUILT_IN,
  },
  {
    pattern: /^global: debug/,
    reason: 'gone since 2.0; 1.9 writes every message to the terminal, which we do not yet',
  },
  { pattern: /^global: nbproc 1$/, reason: 'one process is what there is, so 1.9 files that ask for it run' },
  {
    pattern: /^global: tune\.bufsize 100$/,
    reason: 'its built-in error messages do not fit into 100 bytes; ours do not need to',
  },
  { pattern: /^global: httpclient\.(?:resolvers\.id|ssl\.ca-file)$/, reason: LATER_CHECK },
  { pattern: /^global: h1-case-adjust-file nosuchfile$/, reason: LATER_CHECK },
  { pattern: /^global: lua-load nosuchfile$/, reason: 'there is no Lua that could read the file' },
  { pattern: /^global: ssl-propquery a=b$/, reason: 'OpenSSL looks at the query when it makes a context' },
  { pattern: /^global: thread-group 1 1$/, reason: LATER_CHECK },
  {
    pattern: /^listen: default option /,
    reason: 'HAProxy 2.6 leaves the last word twice on a line that begins with `default`, and then refuses the second',
  },
  { pattern: /: option external-check$/, reason: LATER_CHECK },
  { pattern: /: option httpslog$/, reason: 'HAProxy 2.6.12 dies of it in a backend' },
  {
    pattern: /: (?:stick (?:on|match|store-\w+)|stick-table .* peers|use-fcgi-app|filter (?:spoe|cache|fcgi-app))/,
    reason: LATER_CHECK,
  },
  {
    pattern: /stick-table .*\\n stick-table/,
    reason: 'the second table of a proxy: there is not even a first one here',
  },
  { pattern: /: (?:ssl|check-ssl)(?: crt cert\.pem)?(?: verify required)?$/, reason: LATER_CHECK },
  { pattern: /^(?:default-)?server: (?:agent-check|track |resolvers)/, reason: LATER_CHECK },
  { pattern: /^bind: proto none$/, reason: LATER_CHECK },
  {
    pattern: /^section: (?:frontend a b|listen l extra)$/,
    reason: 'HAProxy complains, goes on, and gives the lines below to the section above: we refuse',
  },
  { pattern: /^program p: /, reason: 'no program without a master process, which there is not' },
  { pattern: /^fcgi-app a: .*max-reqs 5$/, reason: 'HAProxy refuses it without a word about the reason' },
  {
    pattern: /^log-forward l: bind nonsense$/,
    reason: 'HAProxy complains and goes on; the section is not implemented here anyway',
  },
  {
    pattern:
      /: (?:i?req|rsp)(?:i?(?:add|allow|del|deny|pass|rep|tarpit))\b|: (?:reqi|rspi)\w+|: (?:block|redisp|redispatch)\b|: (?:timeout )?(?:cli|con|srv)timeout |: grace |: monitor-net |: mode health$|option (?:forceclose|http-use-htx)/,
    reason: FORMER,
  },
];

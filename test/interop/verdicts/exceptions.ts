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
    theirs: /unable to find (?:required |the )?(?:stick-|store )?(?:table|cache|SPOE|OpenTracing|resolvers|sync peers)/,
    reason: LATER_CHECK,
  },
  {
    theirs: /Can't find resolvers section|fcgi-app '.*' not found|unknown backend '.*' used by SPOE/,
    reason: LATER_CHECK,
  },
  { theirs: /'option external-check' unable to find|h1-headers-case-adjust-file/, reason: LATER_CHECK },
  { theirs: /no SSL certificate specified|no CA file specified|is not usable for 'bind/, reason: LATER_CHECK },
  { theirs: /does not have agent port|for tracking/, reason: LATER_CHECK },
  { theirs: /Couldn't open the ca-file ''|Remaining unassigned threads found/, reason: LATER_CHECK },
  { theirs: /Can't use a 'program' section without master/, reason: 'there is no master process that could run one' },
  {
    theirs: /stick-table name '.*' conflicts/,
    reason: 'the second table of a proxy: there is not even a first one here',
  },
  {
    pattern:
      /^global: (?:deviceatlas-|51degrees-|wurfl-|ssl-engine|tune\.zlib\.)|^(?:fetch|converter): .*(?:51d\.|da-csv|wurfl-)/,
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
  { pattern: /^global: lua-load nosuchfile$/, reason: 'there is no Lua that could read the file' },
  { pattern: /^global: ssl-propquery a=b$/, reason: 'OpenSSL looks at the query when it makes a context' },
  {
    pattern: /^listen: default option /,
    reason: 'HAProxy 2.6 leaves the last word twice on a line that begins with `default`, and then refuses the second',
  },
  { pattern: /: option httpslog$/, reason: 'HAProxy 2.6.12 dies of it in a backend' },
  {
    pattern: /^section: (?:frontend a b|listen l extra)$/,
    reason: 'HAProxy complains, goes on, and gives the lines below to the section above: we refuse',
  },
  { pattern: /^fcgi-app a: .*max-reqs 5$/, reason: 'HAProxy refuses it without a word about the reason' },
  {
    pattern: /^log-forward l: bind nonsense$/,
    reason: 'HAProxy complains and goes on; the section is not implemented here anyway',
  },
  { pattern: /^fetch: acl a set-cookie/, reason: FORMER },
  {
    pattern: /: (?:reqi?(?:add|allow|del|deny|pass|rep|tarpit)|rspi?(?:add|del|deny|rep)|block|redisp(?:atch)?)\b/,
    reason: FORMER,
  },
  {
    pattern: /: (?:(?:timeout )?(?:cli|con|srv)timeout|grace) 1s$|: (?:no |)option (?:forceclose|http-use-htx)/,
    reason: FORMER,
  },
];

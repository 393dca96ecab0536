/** Fetches of headers and cookies, of requests and of responses, and of what else a response has (manual 7.3.6). */
import { type FetchEntry, type FetchFacts, fetch, type MoreFacts, synonyms } from './fetch-entry.ts';

/** HAProxy remembers the last ten occurrences of a header when it is asked from the end. */
function validateOccurrence([, occurrence = '0']: readonly string[]): string | undefined {
  return Number(occurrence) < -10 ? 'header occurrence must be >= -10' : undefined;
}

const OCCURRENCE: MoreFacts = { arguments: ['string', 'integer'], validate: validateOccurrence };
const NAME: MoreFacts = { arguments: ['string'] };

/** The same of both directions; `side` is `req` or `res`. */
function headersOf(side: 'req' | 'res', message: string, source: FetchFacts['source']): readonly FetchFacts[] {
  const of = (name: string, output: FetchFacts['output'], help: string, more: MoreFacts): FetchFacts => ({
    name: `${side}.${name}`,
    output,
    source,
    help,
    ...more,
  });
  return [
    of(
      'hdr',
      'str',
      `A value of a ${message} header (values are what commas separate), the last or the given one.`,
      OCCURRENCE,
    ),
    of('hdr_cnt', 'sint', `How many values a ${message} header has in all.`, NAME),
    of('hdr_ip', 'ipv4', `A value of a ${message} header that is an address.`, OCCURRENCE),
    of('hdr_val', 'sint', `A value of a ${message} header as a number.`, OCCURRENCE),
    of('hdr_names', 'str', `The names of all ${message} headers, separated by commas or what is given.`, NAME),
    of('fhdr', 'str', `A whole ${message} header line, the last or the given one.`, OCCURRENCE),
    of('fhdr_cnt', 'sint', `How many ${message} header lines of a name there are.`, NAME),
    of('hdrs', 'bin', `All ${message} headers as text, with the empty line.`, { since: '1.8' }),
    of('hdrs_bin', 'bin', `All ${message} headers, names and values with their lengths before them.`, { since: '1.8' }),
    of('cook', 'str', `The value of a ${message} cookie, the last one or, without a name, the first.`, NAME),
    of('cook_cnt', 'sint', `How many ${message} cookies of a name there are.`, NAME),
    of('cook_val', 'sint', `The value of a ${message} cookie as a number.`, NAME),
  ];
}

/** `req.hdr_ip` is also called `hdr_ip`, `res.cook` is also called `scook`. */
function shorter(facts: readonly FetchFacts[], prefix: string, names: readonly string[]): readonly FetchFacts[] {
  return names.flatMap((name) => {
    const of = facts.find((one) => one.name.slice(4) === name);
    return of === undefined ? [] : synonyms(of, `${prefix}${name}`);
  });
}

const REQUEST = headersOf('req', 'request', 'requestHeaders');
const RESPONSE = headersOf('res', 'response', 'responseHeaders');
const COOKIES = ['cook', 'cook_cnt', 'cook_val'];
const BOTH: MoreFacts = { source: ['requestHeaders', 'responseHeaders'] };

function response(name: string, output: FetchFacts['output'], help: string, more: MoreFacts = {}): FetchFacts {
  return { name, output, source: 'responseHeaders', help, ...more };
}

const VERSION = response('res.ver', 'str', 'The HTTP version of the response: "1.0", "1.1".');

const FACTS: readonly FetchFacts[] = [
  ...REQUEST,
  ...shorter(REQUEST, '', ['hdr_cnt', 'hdr_ip', 'hdr_val', ...COOKIES]),
  ...RESPONSE,
  ...shorter(RESPONSE, 's', ['hdr', 'hdr_cnt', 'hdr_ip', 'hdr_val', ...COOKIES]),
  // 1.9 has it, 2.6 no more.
  ...RESPONSE.filter(({ name }) => name === 'res.cook').flatMap((cookie) => synonyms(cookie, 'set-cookie')),
  {
    name: 'hdr',
    output: 'str',
    source: [],
    help: 'req.hdr in requests, res.hdr in responses.',
    ...OCCURRENCE,
    ...BOTH,
  },
  { name: 'cookie', output: 'str', source: [], help: 'req.cook in requests, res.cook in responses.', ...NAME, ...BOTH },
  response('status', 'sint', 'The status code of the response.', { source: 'response' }),
  VERSION,
  ...synonyms(VERSION, 'resp_ver'),
  response('res.body', 'bin', 'What has arrived of the response body.', { since: '2.2' }),
  response('res.body_len', 'sint', 'How many bytes of the response body have arrived.', { since: '2.2' }),
  response('res.body_size', 'sint', 'How long the response body is said to be, or what has arrived of it.', {
    since: '2.2',
  }),
];

export const HEADER_FETCHES: readonly FetchEntry[] = FACTS.map(fetch);

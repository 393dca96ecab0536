/** Fetches that look at bytes before anybody has parsed them (manual 7.3.5). */
import { isInteger } from '../numbers.ts';
import { type FetchEntry, type FetchFacts, fetch, type MoreFacts, synonyms } from './fetch-entry.ts';

function bytes(name: string, output: FetchFacts['output'], help: string, more: MoreFacts = {}): FetchFacts {
  return { name, output, source: 'requestBytes', manual: '7.3.5', help, ...more };
}

/** (offset of the length, its size[, offset of the payload, relative with a sign]) */
function validateLengthValue([offset = '0', size = '0', place = '']: readonly string[]): string | undefined {
  if (offset.startsWith('-')) return 'payload offset1 must be positive';
  if (size === '0') return 'payload length must be > 0';
  if (place === '') return undefined;
  if (!isInteger(place) && !/^[+-]?$/.test(place)) return 'payload offset2 is not a number';
  const relative = BigInt(place.replace(/^\+/, '').replace(/^-?$/, '0'));
  return BigInt(offset) + BigInt(size) + relative < 0n ? 'payload offset2 too negative' : undefined;
}

function validateToken([token = '']: readonly string[]): string | undefined {
  return token.length === 4 ? undefined : 'token name must be exactly 4 characters';
}

const PAYLOAD: MoreFacts = { arguments: ['integer', 'integer'], least: 2 };
const LENGTH_VALUE: MoreFacts = {
  arguments: ['integer', 'integer', 'string'],
  least: 2,
  validate: validateLengthValue,
};
const COOKIE: MoreFacts = { arguments: ['string'] };
const RESPONSE: MoreFacts = { source: 'responseBytes' };
const BOTH: MoreFacts = { source: ['requestBytes', 'responseBytes'] };
const TOKEN: MoreFacts = {
  ...BOTH,
  arguments: ['string', 'integer'],
  least: 1,
  validate: validateToken,
  implemented: false,
  since: '2.0',
};

const HELLO_TYPE = bytes('req.ssl_hello_type', 'sint', 'The type of the TLS handshake message the client sent.');
const SNI = bytes('req.ssl_sni', 'str', 'The server name in the TLS hello that the client sent.');
const VERSION = bytes('req.ssl_ver', 'sint', 'The TLS version of the hello, major and minor in 16 bits each.');
const LENGTH = bytes('req.len', 'sint', 'Bytes that have arrived from the client.');
const RDP_COOKIE = bytes('req.rdp_cookie', 'str', 'An RDP cookie, the first one or the named one.', COOKIE);
const RDP_COUNT = bytes('req.rdp_cookie_cnt', 'sint', 'Whether there is such an RDP cookie: 1 or 0.', COOKIE);
const RESPONSE_HELLO = bytes(
  'res.ssl_hello_type',
  'sint',
  'The type of the TLS handshake message the server sent.',
  RESPONSE,
);

const FACTS: readonly FetchFacts[] = [
  LENGTH,
  ...synonyms(LENGTH, 'req_len'),
  bytes('req.payload', 'bin', 'Bytes from the client: from an offset, so many (0: all there are).', PAYLOAD),
  bytes('req.payload_lv', 'bin', 'Bytes from the client whose length stands before them.', LENGTH_VALUE),
  RDP_COOKIE,
  ...synonyms(RDP_COOKIE, 'rdp_cookie'),
  RDP_COUNT,
  ...synonyms(RDP_COUNT, 'rdp_cookie_cnt'),
  HELLO_TYPE,
  ...synonyms(HELLO_TYPE, 'req_ssl_hello_type'),
  SNI,
  ...synonyms(SNI, 'req_ssl_sni'),
  VERSION,
  ...synonyms(VERSION, 'req_ssl_ver'),
  bytes('req.ssl_alpn', 'str', 'The protocols that the TLS hello of the client offers.', { since: '2.0' }),
  bytes('req.ssl_ec_ext', 'bool', 'The TLS hello of the client has the elliptic curves extension.'),
  bytes('req.ssl_st_ext', 'sint', 'The session ticket extension of the TLS hello: 0 none, 1 empty, 2 with a ticket.', {
    since: '1.6',
  }),
  bytes('res.len', 'sint', 'Bytes that have arrived from the server.', RESPONSE),
  bytes('res.payload', 'bin', 'Bytes from the server: from an offset, so many (0: all there are).', {
    ...PAYLOAD,
    ...RESPONSE,
  }),
  bytes('res.payload_lv', 'bin', 'Bytes from the server whose length stands before them.', {
    ...LENGTH_VALUE,
    ...RESPONSE,
  }),
  RESPONSE_HELLO,
  ...synonyms(RESPONSE_HELLO, 'rep_ssl_hello_type'),
  bytes('payload', 'bin', 'req.payload in requests, res.payload in responses.', { ...PAYLOAD, ...BOTH }),
  bytes('payload_lv', 'bin', 'req.payload_lv in requests, res.payload_lv in responses.', { ...LENGTH_VALUE, ...BOTH }),
  bytes('wait_end', 'bool', 'True once waiting for more data has ended.', { source: 'internal' }),
  bytes('distcc_body', 'bin', 'The body of a token of a distcc message.', TOKEN),
  bytes('distcc_param', 'sint', 'The parameter of a token of a distcc message.', TOKEN),
];

export const PAYLOAD_FETCHES: readonly FetchEntry[] = FACTS.map(fetch);

/** Fetches of HTTP requests that are not headers or cookies, and of captures and the transaction (manual 7.3.6). */
import { type FetchEntry, type FetchFacts, fetch, type MoreFacts, synonyms } from './fetch-entry.ts';

function request(name: string, output: FetchFacts['output'], help: string, more: MoreFacts = {}): FetchFacts {
  return { name, output, source: 'requestHeaders', help, ...more };
}

const LASTING: MoreFacts = { source: 'request' };
const USERLIST: MoreFacts = { arguments: ['userlist'], least: 1 };
const CAPTURE: MoreFacts = { arguments: ['integer'], least: 1 };
const PARAMETER: MoreFacts = { arguments: ['string', 'string'] };
const CREDENTIALS: MoreFacts = { since: '2.0' };

const VERSION = request('req.ver', 'str', 'The HTTP version of the request: "1.0", "1.1".');
const PROTOCOL = request(
  'req.proto_http',
  'bool',
  'The request is HTTP, which it is wherever HTTP rules run.',
  LASTING,
);
const URL_PARAMETER = request('url_param', 'str', 'A parameter of the query, the named one or any.', PARAMETER);

const FACTS: readonly FetchFacts[] = [
  request('method', 'meth', 'The request method, such as GET.', LASTING),
  VERSION,
  ...synonyms(VERSION, 'req_ver'),
  PROTOCOL,
  ...synonyms(PROTOCOL, 'req_proto_http'),
  request('http_first_req', 'bool', 'It is the first request of the connection.', LASTING),
  request('base', 'str', 'Host header and path.'),
  request('baseq', 'str', 'Host header, path and query.', { since: '2.4' }),
  request('base32', 'sint', 'A 32-bit hash of host header and path.'),
  request('base32+src', 'bin', 'That hash followed by the address of the client.'),
  request('path', 'str', 'The path of the request: from the first slash up to the question mark.'),
  request('pathq', 'str', 'Path and query of the request.', { since: '2.3' }),
  request('query', 'str', 'What follows the first question mark of the request target.', { since: '1.8' }),
  request('url', 'str', 'The whole request target as it was received.'),
  request('url32', 'sint', 'A 32-bit hash of host header, path and query.'),
  request('url32+src', 'bin', 'That hash followed by the address of the client.'),
  request('url_ip', 'ipv4', 'The IPv4 address in an absolute request target.'),
  request('url_port', 'sint', 'The port in an absolute request target with an IPv4 address.'),
  URL_PARAMETER,
  ...synonyms(URL_PARAMETER, 'urlp'),
  request('urlp_val', 'sint', 'A parameter of the query as a number.', PARAMETER),
  request('http_auth', 'bool', 'User and password of the request are in a user list.', USERLIST),
  request(
    'http_auth_group',
    'str',
    'The user of the request, if in a user list; matches the groups the user is in.',
    USERLIST,
  ),
  request('http_auth_bearer', 'str', 'The bearer token of the request, from Authorization or the named header.', {
    arguments: ['string'],
    since: '2.5',
  }),
  request('http_auth_pass', 'str', 'The password of the request.', CREDENTIALS),
  request('http_auth_type', 'str', 'How the request authenticates: Basic or Bearer.', CREDENTIALS),
  request('http_auth_user', 'str', 'The user name of the request.', CREDENTIALS),
  request('req.body', 'bin', 'What has arrived of the request body.', { since: '1.6' }),
  request('req.body_len', 'sint', 'How many bytes of the request body have arrived.', { since: '1.6' }),
  request('req.body_param', 'bin', 'A parameter of a form in the body, the named one or any.', {
    arguments: ['string'],
    since: '1.6',
  }),
  request('req.body_size', 'sint', 'How long the request body is said to be, or what has arrived of it.', {
    since: '1.6',
  }),
  request('capture.req.hdr', 'str', 'What capture request header number so kept.', { ...LASTING, ...CAPTURE }),
  request('capture.req.method', 'str', 'The method of the request, also later.', LASTING),
  request('capture.req.uri', 'str', 'Path and query of the request, also later.', LASTING),
  request('capture.req.ver', 'str', 'The version of the request, also later.', LASTING),
  request('capture.res.hdr', 'str', 'What capture response header number so kept.', { source: 'response', ...CAPTURE }),
  request('capture.res.ver', 'str', 'The version of the response, also later.', LASTING),
];

export const HTTP_FETCHES: readonly FetchEntry[] = FACTS.map(fetch);

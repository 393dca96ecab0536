/** Requests that are malformed, or that smuggling attacks use: what is refused, and how the accepted ones are forwarded. */
import { closed, type DifferentialCase, get, head, httpCase, send } from '../case.ts';

/** Sends the bytes and waits for the proxy to close: after its error, or when the kept connection times out. */
function bytes(name: string, expect: string, text: string, more: { logs?: number } = {}): DifferentialCase {
  return httpCase({ name: `bad-${name}`, expect, client: [send(text), closed], ...more });
}

/** A well-formed POST but for its framing lines. */
const post = (framing: readonly string[], body: string): string =>
  head('POST /form HTTP/1.1', 'Host: example.test', ...framing) + body;

const CL5 = 'Content-Length: 5';
const CHUNKED = 'Transfer-Encoding: chunked';
const withHeader = (line: string): string => get('/', line);

const framing: readonly DifferentialCase[] = [
  bytes('cl-and-te', '200', post([CL5, CHUNKED], '0\r\n\r\n')),
  bytes('te-and-cl', '200', post([CHUNKED, CL5], '5\r\nhello\r\n0\r\n\r\n')),
  bytes('cl-and-te-smuggled', '200', post(['Content-Length: 40', CHUNKED], `0\r\n\r\n${get('/smuggled')}`)),
  bytes('cl-and-te-http10', '200', `${head('POST / HTTP/1.0', CL5, CHUNKED)}0\r\n\r\n`),
  bytes('te-http10', '200', `${head('POST / HTTP/1.0', 'Host: example.test', CHUNKED)}0\r\n\r\n`),
  bytes('cl-differing', '400', post([CL5, 'Content-Length: 6'], 'hello!')),
  bytes('cl-duplicated', '200', post([CL5, CL5], 'hello')),
  bytes('cl-list-same', '200', post(['Content-Length: 5, 5'], 'hello')),
  bytes('cl-list-differing', '400', post(['Content-Length: 5, 6'], 'hello!')),
  bytes('cl-list-empty-member', '400', post(['Content-Length: 5,'], 'hello')),
  bytes('cl-empty', '400', post(['Content-Length:'], '')),
  bytes('cl-negative', '400', post(['Content-Length: -5'], 'hello')),
  bytes('cl-plus', '400', post(['Content-Length: +5'], 'hello')),
  bytes('cl-hexadecimal', '400', post(['Content-Length: 0x5'], 'hello')),
  bytes('cl-letters', '400', post(['Content-Length: five'], 'hello')),
  bytes('cl-leading-zeros', '200', post(['Content-Length: 005'], 'hello')),
  bytes('cl-overflow', '400', post(['Content-Length: 99999999999999999999'], 'hello')),
  bytes('cl-inner-blank', '400', post(['Content-Length: 1 5'], 'hello')),
  bytes('cl-on-get', '200', `${get('/', CL5)}hello`),
  bytes('te-unknown', '400', post(['Transfer-Encoding: foobar'], 'hello')),
  bytes('te-gzip-chunked', '422', post(['Transfer-Encoding: gzip, chunked'], '5\r\nhello\r\n0\r\n\r\n')),
  bytes('te-chunked-gzip', '400', post(['Transfer-Encoding: chunked, gzip'], '5\r\nhello\r\n0\r\n\r\n')),
  bytes('te-chunked-twice', '400', post([CHUNKED, CHUNKED], '5\r\nhello\r\n0\r\n\r\n')),
  bytes('te-upper-case', '200', post(['TRANSFER-ENCODING: CHUNKED'], '5\r\nhello\r\n0\r\n\r\n')),
  bytes('te-vertical-tab', '400', post(['Transfer-Encoding: \x0bchunked'], '0\r\n\r\n')),
  bytes('te-empty', '400', post(['Transfer-Encoding:'], '')),
];

const chunks: readonly DifferentialCase[] = [
  bytes('chunk-size-letters', '400', post([CHUNKED], 'xyz\r\nhello\r\n0\r\n\r\n')),
  bytes('chunk-size-empty', '400', post([CHUNKED], '\r\nhello\r\n0\r\n\r\n')),
  bytes('chunk-size-negative', '400', post([CHUNKED], '-5\r\nhello\r\n0\r\n\r\n')),
  bytes('chunk-size-prefix', '400', post([CHUNKED], '0x5\r\nhello\r\n0\r\n\r\n')),
  bytes('chunk-size-overflow', '400', post([CHUNKED], 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n')),
  bytes('chunk-size-32-bits', '504', post([CHUNKED], '100000000\r\nhello\r\n0\r\n\r\n')),
  bytes('chunk-size-leading-zeros', '200', post([CHUNKED], '0000000005\r\nhello\r\n0\r\n\r\n')),
  bytes('chunk-size-trailing-blank', '200', post([CHUNKED], '5 \r\nhello\r\n0\r\n\r\n')),
  bytes('chunk-size-leading-blank', '400', post([CHUNKED], ' 5\r\nhello\r\n0\r\n\r\n')),
  bytes('chunk-extension', '200', post([CHUNKED], '5;name=value\r\nhello\r\n0;last\r\n\r\n')),
  bytes('chunk-extension-quoted', '200', post([CHUNKED], '5;name="a;b"\r\nhello\r\n0\r\n\r\n')),
  bytes('chunk-extension-bare-lf', '200', post([CHUNKED], '5;name\nhello\r\n0\r\n\r\n')),
  bytes('chunk-bare-lf', '200', post([CHUNKED], '5\nhello\n0\n\n')),
  bytes('chunk-data-too-long', '400', post([CHUNKED], '5\r\nhello!\r\n0\r\n\r\n')),
  bytes('chunk-data-no-line-end', '400', post([CHUNKED], '5\r\nhello0\r\n\r\n')),
  // A trailer line with a blank in its name is not here: haproxy 2.6.12 accepts or refuses it by what its stack held.
  bytes('chunk-trailer-folded', '200', post([CHUNKED], '5\r\nhello\r\n0\r\nX-T: one\r\n two\r\n\r\n')),
];

const heads: readonly DifferentialCase[] = [
  bytes('fold', '200', withHeader('X-Folded: one\r\n two')),
  bytes('fold-tab', '200', withHeader('X-Folded: one\r\n\ttwo')),
  bytes('fold-first-line', '400', 'GET / HTTP/1.1\r\n Host: example.test\r\n\r\n'),
  bytes('fold-blank-only', '200', withHeader('X-Folded: one\r\n \r\nX-Other: two')),
  bytes('nul-in-name', '400', withHeader('X-A\0B: value')),
  bytes('nul-in-value', '200', withHeader('X-A: val\0ue')),
  bytes('nul-in-uri', '400', 'GET /a\0b HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('cr-in-value', '400', withHeader('X-A: val\rue')),
  bytes('cr-only-line-end', '400', 'GET / HTTP/1.1\rHost: example.test\r\r'),
  bytes('lf-only-line-ends', '200', 'GET / HTTP/1.1\nHost: example.test\nX-A: b\n\n'),
  bytes('lf-mixed', '200', 'GET / HTTP/1.1\r\nHost: example.test\nX-A: b\r\n\n'),
  bytes('space-before-colon', '400', withHeader('X-A : value')),
  bytes('tab-before-colon', '400', withHeader('X-A\t: value')),
  bytes('space-in-name', '400', withHeader('X A: value')),
  bytes('no-colon', '400', withHeader('just words')),
  bytes('empty-name', '400', withHeader(': value')),
  bytes('empty-value', '200', withHeader('X-Empty:')),
  bytes('no-blank-after-colon', '200', withHeader('X-A:value')),
  bytes('blanks-around-value', '200', withHeader('X-A: \t value \t ')),
  bytes('control-in-name', '400', withHeader('X-\x01A: value')),
  bytes('control-in-value', '200', withHeader('X-A: va\x01lue')),
  bytes('delete-in-value', '200', withHeader('X-A: va\x7flue')),
  bytes('eight-bit-in-value', '200', withHeader('X-A: caf\xe9')),
  bytes('eight-bit-in-name', '400', withHeader('X-\xe9: value')),
  bytes('separators-in-name', '400', withHeader('X-(A)/B: value')),
  bytes('token-characters-in-name', '200', withHeader("X-!#$%&'*+.^_`|~9: value")),
  bytes('head-too-large', '400', withHeader(`X-Large: ${'a'.repeat(17_000)}`)),
  bytes('head-just-fits', '200', withHeader(`X-Large: ${'a'.repeat(15_000)}`)),
  bytes('head-over-reserve', '400', withHeader(`X-Large: ${'a'.repeat(15_900)}`)),
  bytes('uri-too-large', '400', get(`/${'a'.repeat(17_000)}`)),
  bytes('headers-101', '400', get('/', ...Array.from({ length: 100 }, (_, index) => `X-${index}: v`))),
  bytes('headers-102', '400', get('/', ...Array.from({ length: 101 }, (_, index) => `X-${index}: v`))),
  bytes('headers-200', '400', get('/', ...Array.from({ length: 199 }, (_, index) => `X-${index}: v`))),
];

const startLines: readonly DifferentialCase[] = [
  bytes('line-garbage', '400', 'garbage\r\n\r\n'),
  bytes('line-binary', '400', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
  bytes('line-two-words', '400', 'GET /\r\nHost: example.test\r\n\r\n'),
  bytes('line-http09', '400', 'GET /\r\n'),
  bytes('line-http09-bare-lf', '400', 'GET /\n'),
  bytes('line-four-words', '400', 'GET / extra HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('line-two-blanks', '200', 'GET  /  HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('line-tab', '200', 'GET\t/\tHTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('line-trailing-blank', '400', 'GET / HTTP/1.1 \r\nHost: example.test\r\n\r\n'),
  bytes('line-leading-blank', '400', ' GET / HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('line-leading-crlf', '200', `\r\n\r\n${get('/')}`),
  bytes('line-leading-lf', '200', `\n${get('/')}`),
  bytes('line-lower-case-method', '200', 'get / HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('line-unknown-method', '200', 'BREW /pot HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('line-method-punctuation', '400', 'GE(T / HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('line-http12', '200', 'GET / HTTP/1.2\r\nHost: example.test\r\n\r\n'),
  bytes('line-http19', '200', 'GET / HTTP/1.9\r\nHost: example.test\r\n\r\n'),
  bytes('line-http20', '200', 'GET / HTTP/2.0\r\nHost: example.test\r\n\r\n'),
  bytes('line-http30', '200', 'GET / HTTP/3.0\r\nHost: example.test\r\n\r\n'),
  bytes('line-http11-digits', '400', 'GET / HTTP/1.10\r\nHost: example.test\r\n\r\n'),
  bytes('line-lower-case-version', '400', 'GET / http/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('line-rtsp', '400', 'OPTIONS * RTSP/1.0\r\nHost: example.test\r\n\r\n'),
  bytes('line-h2-preface', '', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', { logs: 0 }),
  bytes('host-missing', '200', 'GET / HTTP/1.1\r\nX-A: b\r\n\r\n'),
  bytes('host-missing-http10', '200', 'GET / HTTP/1.0\r\n\r\n'),
  bytes('host-empty', '200', 'GET / HTTP/1.1\r\nHost:\r\n\r\n'),
  bytes('host-twice-same', '200', get('/', 'Host: example.test')),
  bytes('host-twice-differing', '400', get('/', 'Host: other.test')),
  bytes('host-with-blank', '200', 'GET / HTTP/1.1\r\nHost: exam ple.test\r\n\r\n'),
  bytes('host-with-port', '200', 'GET / HTTP/1.1\r\nHost: example.test:8080\r\n\r\n'),
  bytes('uri-absolute', '200', 'GET http://example.test/path?q HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('uri-absolute-other-host', '400', 'GET http://other.test/path HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('uri-absolute-no-host', '200', 'GET http://example.test/path HTTP/1.1\r\n\r\n'),
  bytes('uri-absolute-no-path', '200', 'GET http://example.test HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('uri-absolute-default-port', '200', 'GET http://example.test:80/ HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('uri-star-options', '200', 'OPTIONS * HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('uri-star-get', '200', 'GET * HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('uri-no-slash', '400', 'GET path HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('uri-fragment', '400', 'GET /path#fragment HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('uri-eight-bit', '400', 'GET /caf\xe9 HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('uri-control', '400', 'GET /a\x01b HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('uri-dots', '200', get('/a/../b//c/%2e%2e/%00')),
  bytes('connect-no-port', '400', 'CONNECT example.test HTTP/1.1\r\nHost: example.test\r\n\r\n'),
  bytes('connect-host-differs', '400', 'CONNECT example.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n'),
  bytes('connect-path', '400', 'CONNECT /path HTTP/1.1\r\nHost: example.test\r\n\r\n'),
];

export const malformedRequests: readonly DifferentialCase[] = [...framing, ...chunks, ...heads, ...startLines];

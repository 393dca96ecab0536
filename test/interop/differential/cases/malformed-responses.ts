/** Responses that are malformed or unusual: which become 502, and how the accepted ones are forwarded. */
import { closed, type DifferentialCase, get, head, httpCase, messages, send } from '../case.ts';

const LENGTH = 'Content-Length: 5';
const CHUNKED = 'Transfer-Encoding: chunked';

/** The origin answers the only request with these bytes and leaves closing to the proxy. */
function answer(name: string, expect: string, text: string): DifferentialCase {
  return httpCase({
    name: `resp-${name}`,
    expect,
    client: [send(get('/')), closed],
    origin: [messages(1), send(text), closed],
  });
}

const ok = (lines: readonly string[], body: string): string => head('HTTP/1.1 200 OK', ...lines) + body;
const withHeader = (line: string): string => ok([LENGTH, line], 'hello');
const withLine = (line: string): string => `${head(line, LENGTH)}hello`;

const framing: readonly DifferentialCase[] = [
  answer('cl-and-te', '?', ok([LENGTH, CHUNKED], '3\r\nabc\r\n0\r\n\r\n')),
  answer('te-and-cl', '?', ok([CHUNKED, LENGTH], '3\r\nabc\r\n0\r\n\r\n')),
  answer('cl-differing', '?', ok([LENGTH, 'Content-Length: 6'], 'hello!')),
  answer('cl-duplicated', '?', ok([LENGTH, LENGTH], 'hello')),
  answer('cl-list-same', '?', ok(['Content-Length: 5, 5'], 'hello')),
  answer('cl-list-differing', '?', ok(['Content-Length: 5, 6'], 'hello!')),
  answer('cl-empty', '?', ok(['Content-Length:'], '')),
  answer('cl-negative', '?', ok(['Content-Length: -5'], 'hello')),
  answer('cl-letters', '?', ok(['Content-Length: five'], 'hello')),
  answer('cl-overflow', '?', ok(['Content-Length: 99999999999999999999'], 'hello')),
  answer('te-unknown', '?', ok(['Transfer-Encoding: foobar'], 'hello')),
  answer('te-gzip-chunked', '?', ok(['Transfer-Encoding: gzip, chunked'], '5\r\nhello\r\n0\r\n\r\n')),
  answer('te-chunked-gzip', '?', ok(['Transfer-Encoding: chunked, gzip'], '5\r\nhello\r\n0\r\n\r\n')),
  answer('te-http10', '?', `${head('HTTP/1.0 200 OK', CHUNKED)}5\r\nhello\r\n0\r\n\r\n`),
  answer('te-upper-case', '?', ok(['TRANSFER-ENCODING: CHUNKED'], '5\r\nhello\r\n0\r\n\r\n')),
];

const chunks: readonly DifferentialCase[] = [
  answer('chunk-size-letters', '?', ok([CHUNKED], 'xyz\r\nhello\r\n0\r\n\r\n')),
  answer('chunk-size-overflow', '?', ok([CHUNKED], 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n')),
  answer('chunk-size-leading-zeros', '?', ok([CHUNKED], '0000000005\r\nhello\r\n0\r\n\r\n')),
  answer('chunk-second-malformed', '?', ok([CHUNKED], '5\r\nhello\r\n-1\r\nworld\r\n0\r\n\r\n')),
  answer('chunk-extension', '?', ok([CHUNKED], '5;name=value\r\nhello\r\n0;last\r\n\r\n')),
  answer('chunk-bare-lf', '?', ok([CHUNKED], '5\nhello\n0\n\n')),
  answer('chunk-data-too-long', '?', ok([CHUNKED], '5\r\nhello!\r\n0\r\n\r\n')),
  answer('chunk-many-small', '?', ok([CHUNKED], `${'1\r\na\r\n'.repeat(50)}0\r\n\r\n`)),
];

const heads: readonly DifferentialCase[] = [
  answer('fold', '?', withHeader('X-Folded: one\r\n two')),
  answer('fold-first-line', '?', 'HTTP/1.1 200 OK\r\n X-A: b\r\nContent-Length: 5\r\n\r\nhello'),
  answer('nul-in-name', '?', withHeader('X-A\0B: value')),
  answer('nul-in-value', '?', withHeader('X-A: val\0ue')),
  answer('cr-in-value', '?', withHeader('X-A: val\rue')),
  answer('lf-only-line-ends', '?', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'),
  answer('space-before-colon', '?', withHeader('X-A : value')),
  answer('space-in-name', '?', withHeader('X A: value')),
  answer('no-colon', '?', withHeader('just words')),
  answer('empty-name', '?', withHeader(': value')),
  answer('empty-value', '?', withHeader('X-Empty:')),
  answer('blanks-around-value', '?', withHeader('X-A: \t value \t ')),
  answer('control-in-name', '?', withHeader('X-\x01A: value')),
  answer('control-in-value', '?', withHeader('X-A: va\x01lue')),
  answer('eight-bit-in-value', '?', withHeader('X-A: caf\xe9')),
  answer('eight-bit-in-name', '?', withHeader('X-\xe9: value')),
  answer('head-too-large', '?', withHeader(`X-Large: ${'a'.repeat(17_000)}`)),
  answer('head-just-fits', '?', withHeader(`X-Large: ${'a'.repeat(15_000)}`)),
  answer('head-over-reserve', '?', withHeader(`X-Large: ${'a'.repeat(15_900)}`)),
  answer('headers-100', '?', ok([LENGTH, ...Array.from({ length: 99 }, (_, index) => `X-${index}: v`)], 'hello')),
  answer('headers-200', '?', ok([LENGTH, ...Array.from({ length: 199 }, (_, index) => `X-${index}: v`)], 'hello')),
  answer('headers-repeated', '?', ok([LENGTH, 'Set-Cookie: a=1', 'Set-Cookie: b=2', 'X-Z: z', 'X-A: a'], 'hello')),
  answer('connection-tokens', '?', ok([LENGTH, 'Connection: close, X-Hop', 'X-Hop: value'], 'hello')),
  answer('keep-alive-header', '?', ok([LENGTH, 'Connection: Keep-Alive', 'Keep-Alive: timeout=5'], 'hello')),
];

const startLines: readonly DifferentialCase[] = [
  answer('line-garbage', '?', 'garbage\r\n\r\n'),
  answer('line-binary', '?', '\x00\x01\x02\x03'),
  answer('line-http09-body', '?', '<html>no head at all</html>\r\n'),
  answer('line-no-reason', '?', withLine('HTTP/1.1 200')),
  answer('line-empty-reason', '?', withLine('HTTP/1.1 200 ')),
  answer('line-two-digits', '?', withLine('HTTP/1.1 20 OK')),
  answer('line-four-digits', '?', withLine('HTTP/1.1 2000 OK')),
  answer('line-letters', '?', withLine('HTTP/1.1 abc OK')),
  answer('line-status-000', '?', withLine('HTTP/1.1 000 Zero')),
  answer('line-status-099', '?', withLine('HTTP/1.1 099 Low')),
  answer('line-status-599', '?', withLine('HTTP/1.1 599 High')),
  answer('line-status-999', '?', withLine('HTTP/1.1 999 Highest')),
  answer('line-two-blanks', '?', withLine('HTTP/1.1  200  OK')),
  answer('line-tab', '?', withLine('HTTP/1.1\t200\tOK')),
  answer('line-leading-crlf', '?', `\r\n${withLine('HTTP/1.1 200 OK')}`),
  answer('line-http09', '?', withLine('HTTP/0.9 200 OK')),
  answer('line-http10', '?', withLine('HTTP/1.0 200 OK')),
  answer('line-http12', '?', withLine('HTTP/1.2 200 OK')),
  answer('line-http20', '?', withLine('HTTP/2.0 200 OK')),
  answer('line-lower-case', '?', withLine('http/1.1 200 OK')),
  answer('line-icy', '?', withLine('ICY 200 OK')),
  answer('line-eight-bit-reason', '?', withLine('HTTP/1.1 200 Tr\xe8s bien')),
  answer('line-long-reason', '?', withLine(`HTTP/1.1 200 ${'very '.repeat(100)}long`)),
];

/** Bodies that the status or the request's method forbids. */
const bodies: readonly DifferentialCase[] = [
  answer('204-with-length', '?', head('HTTP/1.1 204 No Content', 'Content-Length: 0')),
  answer('204-with-body', '?', `${head('HTTP/1.1 204 No Content', LENGTH)}hello`),
  answer('204-chunked', '?', `${head('HTTP/1.1 204 No Content', CHUNKED)}0\r\n\r\n`),
  answer('304-with-length', '?', head('HTTP/1.1 304 Not Modified', LENGTH, 'ETag: "a"')),
  answer('304-plain', '?', head('HTTP/1.1 304 Not Modified')),
  answer('205-with-length', '?', head('HTTP/1.1 205 Reset Content', 'Content-Length: 0')),
  answer('data-after-response', '?', ok([LENGTH], 'helloEXTRA')),
  answer('two-responses', '?', ok([LENGTH], 'first') + ok([LENGTH], 'other')),
  answer('101-not-asked', '?', head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: x')),
  httpCase({
    name: 'resp-before-request',
    expect: '?',
    client: [send(get('/')), closed],
    origin: [send(ok([LENGTH], 'eager')), messages(1), closed],
  }),
  httpCase({
    name: 'resp-length-and-close-header',
    expect: '?',
    client: [send(get('/')), closed],
    origin: [messages(1), send(ok([LENGTH, 'Connection: close'], 'hello')), closed],
  }),
];

export const malformedResponses: readonly DifferentialCase[] = [
  ...framing,
  ...chunks,
  ...heads,
  ...startLines,
  ...bodies,
];

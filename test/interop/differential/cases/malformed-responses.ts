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
  answer('cl-and-te', '200', ok([LENGTH, CHUNKED], '3\r\nabc\r\n0\r\n\r\n')),
  answer('te-and-cl', '200', ok([CHUNKED, LENGTH], '3\r\nabc\r\n0\r\n\r\n')),
  answer('cl-differing', '502', ok([LENGTH, 'Content-Length: 6'], 'hello!')),
  answer('cl-duplicated', '200', ok([LENGTH, LENGTH], 'hello')),
  answer('cl-list-same', '200', ok(['Content-Length: 5, 5'], 'hello')),
  answer('cl-list-differing', '502', ok(['Content-Length: 5, 6'], 'hello!')),
  answer('cl-empty', '502', ok(['Content-Length:'], '')),
  answer('cl-negative', '502', ok(['Content-Length: -5'], 'hello')),
  answer('cl-letters', '502', ok(['Content-Length: five'], 'hello')),
  answer('cl-overflow', '502', ok(['Content-Length: 99999999999999999999'], 'hello')),
  answer('te-unknown', '502', ok(['Transfer-Encoding: foobar'], 'hello')),
  answer('te-gzip-chunked', '502', ok(['Transfer-Encoding: gzip, chunked'], '5\r\nhello\r\n0\r\n\r\n')),
  answer('te-chunked-gzip', '502', ok(['Transfer-Encoding: chunked, gzip'], '5\r\nhello\r\n0\r\n\r\n')),
  answer('te-http10', '200', `${head('HTTP/1.0 200 OK', CHUNKED)}5\r\nhello\r\n0\r\n\r\n`),
  answer('te-upper-case', '200', ok(['TRANSFER-ENCODING: CHUNKED'], '5\r\nhello\r\n0\r\n\r\n')),
];

const chunks: readonly DifferentialCase[] = [
  answer('chunk-size-letters', '502', ok([CHUNKED], 'xyz\r\nhello\r\n0\r\n\r\n')),
  answer('chunk-size-overflow', '502', ok([CHUNKED], 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n')),
  answer('chunk-size-leading-zeros', '200', ok([CHUNKED], '0000000005\r\nhello\r\n0\r\n\r\n')),
  answer('chunk-second-malformed', '502', ok([CHUNKED], '5\r\nhello\r\n-1\r\nworld\r\n0\r\n\r\n')),
  answer('chunk-extension', '200', ok([CHUNKED], '5;name=value\r\nhello\r\n0;last\r\n\r\n')),
  answer('chunk-bare-lf', '200', ok([CHUNKED], '5\nhello\n0\n\n')),
  answer('chunk-data-too-long', '502', ok([CHUNKED], '5\r\nhello!\r\n0\r\n\r\n')),
  answer('chunk-many-small', '200', ok([CHUNKED], `${'1\r\na\r\n'.repeat(50)}0\r\n\r\n`)),
];

const heads: readonly DifferentialCase[] = [
  answer('fold', '200', withHeader('X-Folded: one\r\n two')),
  answer('fold-first-line', '502', 'HTTP/1.1 200 OK\r\n X-A: b\r\nContent-Length: 5\r\n\r\nhello'),
  answer('nul-in-name', '502', withHeader('X-A\0B: value')),
  answer('nul-in-value', '200', withHeader('X-A: val\0ue')),
  answer('cr-in-value', '502', withHeader('X-A: val\rue')),
  answer('lf-only-line-ends', '200', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'),
  answer('space-before-colon', '502', withHeader('X-A : value')),
  answer('space-in-name', '502', withHeader('X A: value')),
  answer('no-colon', '502', withHeader('just words')),
  answer('empty-name', '502', withHeader(': value')),
  answer('empty-value', '200', withHeader('X-Empty:')),
  answer('blanks-around-value', '200', withHeader('X-A: \t value \t ')),
  answer('control-in-name', '502', withHeader('X-\x01A: value')),
  answer('control-in-value', '200', withHeader('X-A: va\x01lue')),
  answer('eight-bit-in-value', '200', withHeader('X-A: caf\xe9')),
  answer('eight-bit-in-name', '502', withHeader('X-\xe9: value')),
  answer('head-too-large', '502', withHeader(`X-Large: ${'a'.repeat(17_000)}`)),
  answer('head-just-fits', '200', withHeader(`X-Large: ${'a'.repeat(15_000)}`)),
  answer('head-over-reserve', '502', withHeader(`X-Large: ${'a'.repeat(15_900)}`)),
  answer('headers-100', '200', ok([LENGTH, ...Array.from({ length: 99 }, (_, index) => `X-${index}: v`)], 'hello')),
  answer('headers-200', '502', ok([LENGTH, ...Array.from({ length: 199 }, (_, index) => `X-${index}: v`)], 'hello')),
  answer('headers-repeated', '200', ok([LENGTH, 'Set-Cookie: a=1', 'Set-Cookie: b=2', 'X-Z: z', 'X-A: a'], 'hello')),
  answer('connection-tokens', '200', ok([LENGTH, 'Connection: close, X-Hop', 'X-Hop: value'], 'hello')),
  answer('keep-alive-header', '200', ok([LENGTH, 'Connection: Keep-Alive', 'Keep-Alive: timeout=5'], 'hello')),
];

const startLines: readonly DifferentialCase[] = [
  answer('line-garbage', '502', 'garbage\r\n\r\n'),
  answer('line-binary', '502', '\x00\x01\x02\x03'),
  answer('line-http09-body', '502', '<html>no head at all</html>\r\n'),
  answer('line-no-reason', '200', withLine('HTTP/1.1 200')),
  answer('line-empty-reason', '200', withLine('HTTP/1.1 200 ')),
  answer('line-two-digits', '20', withLine('HTTP/1.1 20 OK')),
  answer('line-four-digits', '2000', withLine('HTTP/1.1 2000 OK')),
  answer('line-letters', '502', withLine('HTTP/1.1 abc OK')),
  answer('line-status-000', '000', withLine('HTTP/1.1 000 Zero')),
  answer('line-status-099', '099', withLine('HTTP/1.1 099 Low')),
  answer('line-status-599', '599', withLine('HTTP/1.1 599 High')),
  answer('line-status-999', '999', withLine('HTTP/1.1 999 Highest')),
  answer('line-two-blanks', '200', withLine('HTTP/1.1  200  OK')),
  answer('line-tab', '200', withLine('HTTP/1.1\t200\tOK')),
  answer('line-leading-crlf', '200', `\r\n${withLine('HTTP/1.1 200 OK')}`),
  answer('line-http09', '200', withLine('HTTP/0.9 200 OK')),
  answer('line-http10', '200', withLine('HTTP/1.0 200 OK')),
  answer('line-http12', '200', withLine('HTTP/1.2 200 OK')),
  answer('line-http20', '200', withLine('HTTP/2.0 200 OK')),
  answer('line-lower-case', '502', withLine('http/1.1 200 OK')),
  answer('line-icy', '502', withLine('ICY 200 OK')),
  answer('line-eight-bit-reason', '200', withLine('HTTP/1.1 200 Tr\xe8s bien')),
  answer('line-long-reason', '200', withLine(`HTTP/1.1 200 ${'very '.repeat(100)}long`)),
];

/** Bodies that the status or the request's method forbids. */
const bodies: readonly DifferentialCase[] = [
  answer('204-with-length', '204', head('HTTP/1.1 204 No Content', 'Content-Length: 0')),
  answer('204-with-body', '204', `${head('HTTP/1.1 204 No Content', LENGTH)}hello`),
  answer('204-chunked', '204', `${head('HTTP/1.1 204 No Content', CHUNKED)}0\r\n\r\n`),
  answer('304-with-length', '304', head('HTTP/1.1 304 Not Modified', LENGTH, 'ETag: "a"')),
  answer('304-plain', '304', head('HTTP/1.1 304 Not Modified')),
  answer('205-with-length', '205', head('HTTP/1.1 205 Reset Content', 'Content-Length: 0')),
  answer('data-after-response', '200', ok([LENGTH], 'helloEXTRA')),
  answer('two-responses', '200', ok([LENGTH], 'first') + ok([LENGTH], 'other')),
  answer('101-not-asked', '502', head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: x')),
  httpCase({
    name: 'resp-before-request',
    expect: '200',
    client: [send(get('/')), closed],
    origin: [send(ok([LENGTH], 'eager')), messages(1), closed],
  }),
  httpCase({
    name: 'resp-length-and-close-header',
    expect: '200',
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

/** Fetches of message bodies. */
import { type ExpressionTopic, onRequest, onResponse, requestOf } from '../case.ts';

const REQUESTS = ['req.body', 'req.body_len', 'req.body_size', 'req.body,hex', 'req.body_param', 'req.body_param(a)'];
const PARAMETERS = ['req.body_param(b)', 'req.body_param(none)', 'req.body_param()'];
const RESPONSES = ['res.body', 'res.body_len', 'res.body_size'];

function chunked(line: string, chunks: readonly string[]): string {
  const coded = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
  return `${line} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${coded}0\r\n\r\n`;
}

const BODIES = ['a=1&b=2', 'b=x;a=y?a=z', '', '&&a=', 'no parameters at all', '\0\xff\r\n'];

export const BODY_CASES: ExpressionTopic = {
  name: 'bodies',
  lines: ['option http-buffer-request'],
  cases: [
    ...BODIES.flatMap((body) => onRequest(requestOf('POST /form', ['Host: h'], body), [...REQUESTS, ...PARAMETERS])),
    ...onRequest(requestOf('GET /', ['Host: h']), REQUESTS),
    ...onRequest(chunked('POST /chunks', ['a=1&', 'b=2', '&c=3']), [...REQUESTS, ...PARAMETERS]),
    ...onRequest(chunked('POST /chunks', []), REQUESTS),
    ...onResponse('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', RESPONSES),
    ...onResponse('HTTP/1.1 204 No Content\r\n\r\n', RESPONSES),
    ...onResponse('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n', RESPONSES),
  ],
};

/** What looks at raw bytes finds none where HTTP is parsed; only the length is told, as HAProxy counts it. */
export const RAW_IN_HTTP: ExpressionTopic = {
  name: 'raw-bytes-in-http',
  lines: ['option http-buffer-request'],
  cases: [
    ...onRequest(requestOf('POST /x?y', ['Host: h', 'X-Y:   z  '], 'body'), ['req.len', 'req_len']),
    ...onRequest(chunked('POST /chunks', ['a=1&', 'b=2', '&c=3']), ['req.len']),
    ...onRequest(requestOf('GET /x', ['Host: h']), [
      'req.payload(0,1)',
      'req.payload_lv(0,1)',
      'req.ssl_sni',
      'req.ssl_hello_type',
      'req.rdp_cookie',
      'req.rdp_cookie_cnt',
      'req.ssl_ver',
      'wait_end',
      'req.len',
    ]),
    ...onResponse('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n\r\nok', [
      'res.len',
      'res.payload(0,1)',
      'res.ssl_hello_type',
    ]),
  ],
};

/** Fetches of the request line, and what is made of host and path. */
import { type ExpressionTopic, onRequest, requestOf } from '../case.ts';

const LINE = [
  'method',
  'path',
  'pathq',
  'query',
  'url',
  'base',
  'baseq',
  'base32',
  'url32',
  'base32+src,hex',
  'url32+src,hex',
  'url_ip',
  'url_port',
  'req.ver',
  'req_ver',
  'req.proto_http',
  'http_first_req',
  'capture.req.method',
  'capture.req.uri',
  'capture.req.ver',
];

const TARGETS = [
  'GET /',
  'GET /path/to/page.html?one=1&two=2',
  'GET /?',
  'GET /a?b?c',
  'POST http://www.example.com/over/there?x=y',
  'GET http://192.0.2.7:8080/x?y',
  'GET http://192.0.2.7/',
  'GET https://192.0.2.7/secure',
  'GET http://user@192.0.2.7:81/',
  'GET http://www.example.com',
  'GET http://www.example.com?query=only',
  'GET http://[2001:db8::1]:8080/six',
  'GET ftp://192.0.2.7/file',
  'OPTIONS *',
  'PATCH /patched',
  'BREW /coffee',
  'GET //double//slash',
  'GET /%41%2f%00?%26=%3d',
];

const HOSTS = [['Host: www.example.com'], ['Host: WWW.Example.com:8080'], ['Host: a.b, c.d'], ['Host: '], []];

/** With the host that the target names, or HAProxy refuses the request. */
function requestFor(target: string): string {
  const authority = /\/\/(?:[^@/]*@)?([^/?]+)/.exec(target)?.[1];
  return requestOf(target, [`Host: ${authority ?? 'www.example.com'}`]);
}

export const HTTP_REQUESTS: ExpressionTopic = {
  name: 'http-requests',
  cases: [
    ...TARGETS.flatMap((target) => onRequest(requestFor(target), LINE)),
    ...HOSTS.flatMap((lines) =>
      onRequest(requestOf('GET /hosts/here?q=1', lines), ['base', 'baseq', 'base32', 'url32', 'req.hdr(host)']),
    ),
    ...onRequest('GET /old HTTP/1.0\r\n\r\n', LINE),
  ],
};

/** Bytes above 127 count as negative in the hashes. */
export const ODD_REQUESTS: ExpressionTopic = {
  name: 'odd-requests',
  lines: ['option accept-invalid-http-request'],
  cases: onRequest('GET /bytes/\xe9\xff HTTP/1.1\r\nHost: \xe9.example\r\n\r\n', LINE),
};

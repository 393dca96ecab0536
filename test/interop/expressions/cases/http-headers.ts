/** Fetches of header values. */
import { type ExpressionTopic, onRequest, onResponse, requestOf, responseOf } from '../case.ts';

const REQUEST = requestOf('GET /', [
  'Host: www.example.com',
  'X-List: one, two ,"thr,ee", ,five',
  'X-Empty:',
  'X-Number: 42abc',
  'X-Twice: first',
  'x-twice: second',
  'X-Forwarded-For: 10.0.0.1, ::1, nothing, 192.168.7.8',
]);

const RESPONSE = responseOf('200 OK', ['X-List: a, b', 'X-List: c', 'Set-Cookie: s=1; path=/', 'Server: test/1.0']);

export const HTTP_HEADERS: ExpressionTopic = {
  name: 'http-headers',
  cases: [
    ...onRequest(REQUEST, [
      'req.hdr(x-list)',
      'req.hdr(x-list,1)',
      'req.hdr(x-list,3)',
      'req.hdr(x-list,4)',
      'req.hdr(x-list,6)',
      'req.hdr(x-list,-1)',
      'req.hdr(x-list,-5)',
      'req.hdr(x-list,-6)',
      'req.hdr(x-empty)',
      'req.hdr(x-none)',
      'req.hdr_cnt(x-list)',
      'req.hdr_cnt(x-empty)',
      'req.hdr_cnt(x-none)',
      'req.hdr(x-twice,1)',
      'req.hdr(x-twice)',
      'hdr(x-twice)',
    ]),
    ...onResponse(RESPONSE, ['res.hdr(x-list)', 'res.hdr(x-list,2)', 'res.hdr_cnt(x-list)', 'hdr(server)', 'status']),
  ],
};

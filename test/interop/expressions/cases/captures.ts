/** Fetches of what was kept of the request and the response, and of which rule had the last word. */
import { type ExpressionTopic, onRequest, onResponse, PLAIN_REQUEST, requestOf, responseOf } from '../case.ts';

const REQUEST = requestOf('GET /captured?yes', ['Host: www.example.com', 'X-Kept: first', 'X-Kept: second value']);
const RESPONSE = responseOf('200 OK', ['Server: an-origin/1.0']);

const CAPTURED = ['capture.req.hdr(0)', 'capture.req.hdr(1)', 'capture.req.hdr(2)', 'capture.req.hdr(3)'];

export const CAPTURES: ExpressionTopic = {
  name: 'captures',
  lines: [
    'capture request header Host len 8',
    'capture request header X-Kept len 32',
    'capture request header X-None len 8',
    'capture response header Server len 9',
    'unique-id-format %[req.hdr(host)]-%ci',
  ],
  cases: [
    ...onRequest(REQUEST, [...CAPTURED, 'unique-id', 'capture.req.method', 'capture.req.uri']),
    ...[...CAPTURED, 'capture.res.hdr(0)', 'capture.res.hdr(1)', 'unique-id', 'capture.req.uri', 'capture.res.ver'].map(
      (expression) => ({ expression, request: REQUEST, response: RESPONSE, direction: 'response' as const }),
    ),
    ...['capture.req.hdr', 'capture.req.hdr(x)', 'capture.res.hdr(0)'].map((expression) => ({
      expression,
      refused: true,
    })),
  ],
};

export const LAST_RULE: ExpressionTopic = {
  name: 'last-rule',
  lines: ['http-request set-header X-A b', 'http-request allow if { path /path/to/page.html }'],
  cases: [
    ...onResponse(RESPONSE, ['last_rule_line']),
    {
      expression: 'last_rule_file',
      request: PLAIN_REQUEST,
      response: RESPONSE,
      direction: 'response',
      shape: /proxy\.cfg>$/,
    },
  ],
};

/** Rules on content have a last word too, until others speak. */
export const LAST_CONTENT_RULE: ExpressionTopic = {
  name: 'last-content-rule',
  lines: ['tcp-request content set-var(txn.a) int(1)', 'tcp-request content accept if TRUE'],
  cases: [...onRequest(PLAIN_REQUEST, ['last_rule_line', 'var(txn.a)']), ...onResponse(RESPONSE, ['last_rule_line'])],
};

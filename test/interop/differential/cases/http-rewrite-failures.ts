/** Rewrites that fail, strictly and softly. */
import { type DifferentialCase, get } from '../case.ts';
import { action, after, answer, ask, respond } from './http-action-case.ts';

const big = 'x'.repeat(8000);

export const rewriteFailures: readonly DifferentialCase[] = [
  action(
    'rewrite-fails',
    '500',
    ask('set-header X-A %[hdr(X-Big)]', 'set-header X-B %[hdr(X-Big)]'),
    get('/', `X-Big: ${big}`),
  ),
  action(
    'rewrite-fails-softly',
    '200',
    ask('strict-mode off', 'set-header X-A %[hdr(X-Big)]', 'set-header X-B %[hdr(X-Big)]', 'set-header X-C 1'),
    get('/', `X-Big: ${big}`),
  ),
  action(
    'rewrite-strict-again',
    '500',
    ask('strict-mode off', 'set-header X-A %[hdr(X-Big)]', 'strict-mode on', 'set-header X-B %[hdr(X-Big)]'),
    get('/', `X-Big: ${big}`),
  ),
  action(
    'rewrite-strict-in-backend',
    '500',
    {
      frontend: ['http-request strict-mode off'],
      backend: ['http-request set-header X-A %[hdr(X-Big)]', 'http-request set-header X-B %[hdr(X-Big)]'],
    },
    get('/', `X-Big: ${big}`),
  ),
  action(
    'rewrite-response-fails',
    '500',
    answer('set-header X-A %[res.hdr(X-Big)]', 'set-header X-B %[res.hdr(X-Big)]'),
    get('/'),
    respond(`X-Big: ${big}`),
  ),
  action(
    'rewrite-response-softly',
    '200',
    answer('strict-mode off', 'set-header X-A %[res.hdr(X-Big)]', 'set-header X-B %[res.hdr(X-Big)]'),
    get('/'),
    respond(`X-Big: ${big}`),
  ),
  action(
    'rewrite-after-fails',
    '500',
    after('set-header X-A %[res.hdr(X-Big)]', 'set-header X-B %[res.hdr(X-Big)]'),
    get('/'),
    respond(`X-Big: ${big}`),
  ),
  action('replace-bad-escape', '500', ask("replace-header X-A (.*) 'a\\'"), get('/', 'X-A: v')),
  action('set-uri-without-authority', '500', ask('set-uri http:///x')),
];

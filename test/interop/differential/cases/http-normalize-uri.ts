/** `http-request normalize-uri`, which haproxy calls experimental. */
import { type DifferentialCase, get, head } from '../case.ts';
import { action, ask } from './http-action-case.ts';

const normalized = (name: string, rule: string, path: string, expect = '200'): DifferentialCase =>
  action(`normalize-${name}`, expect, ask(`normalize-uri ${rule}`), get(path));

/** Their group allows experimental actions. */
export const normalizers: readonly DifferentialCase[] = [
  normalized('merge-slashes', 'path-merge-slashes', '//a///b//?x=//'),
  normalized('strip-dot', 'path-strip-dot', '/./a/./b/.'),
  normalized('strip-dotdot', 'path-strip-dotdot', '/../a/b/../../c/..'),
  normalized('strip-dotdot-full', 'path-strip-dotdot full', '/../../a/../b?/../c'),
  normalized('query-sort', 'query-sort-by-name', '/p?b=2&a=1&b=1&=0&aa'),
  normalized('query-sort-none', 'query-sort-by-name', '/p'),
  normalized('uppercase', 'percent-to-uppercase', '/%c3%a4?%2f%zz'),
  normalized('uppercase-strict', 'percent-to-uppercase strict', '/%2f%2', '400'),
  normalized('decode', 'percent-decode-unreserved', '/%41%2D%2f?%7e%'),
  normalized('decode-strict', 'percent-decode-unreserved strict', '/%41%4', '400'),
  normalized('strict-if', 'percent-to-uppercase strict if { path /no }', '/%2'),
  normalized('fragment-strip', 'fragment-strip', '/a?b'),
  normalized('fragment-encode', 'fragment-encode', '/a?b'),
  action(
    'normalize-absolute',
    '200',
    ask('normalize-uri path-merge-slashes'),
    head('GET http://example.test//a//b HTTP/1.1', 'Host: example.test'),
  ),
  action('normalize-asterisk', '200', ask('normalize-uri path-strip-dot'), head('OPTIONS * HTTP/1.1', 'Host: h')),
];

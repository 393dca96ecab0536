/** Fetches of parameters of queries. */
import { type ExpressionTopic, onRequest, requestOf } from '../case.ts';

const FETCHES = [
  'url_param',
  'url_param()',
  'url_param(a)',
  'url_param(b)',
  'urlp(bb)',
  'urlp(a,;)',
  'urlp(a,/)',
  'urlp(,/)',
  'urlp(none)',
  'urlp_val(a)',
  'urlp_val(b)',
  'urlp(A)',
];

const TARGETS = [
  '/?a=1&b=2&bb=3',
  '/?bb=3&b=2&a=-17x',
  '/?a=1;b=2;a=3',
  '/path;a=5;b=6?a=7',
  '/?a=&b',
  '/?ab=1&aa=2&a=3',
  '/?=x&a==y=',
  '/?a',
  '/',
  '/?',
  '/?&&&a=1',
  '/?x=1?a=2&a=3',
  '/?a=%20+&b=%26',
];

export const PARAMETERS: ExpressionTopic = {
  name: 'parameters',
  cases: TARGETS.flatMap((target) => onRequest(requestOf(`GET ${target}`, ['Host: h']), FETCHES)),
};

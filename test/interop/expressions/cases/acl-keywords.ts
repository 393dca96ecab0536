/** Keywords that only ACLs know: a fetch and a way to match in one word. The value beside them is a constant. */
import { type ExpressionCase, type ExpressionTopic, requestOf, responseOf } from '../case.ts';

const REQUEST = requestOf('GET /static/images/Logo.png?size=big&name=a/b', [
  'Host: www.Example.com',
  'X-List: alpha, beta.gamma ,delta/epsilon',
  'Cookie: session=abc.def; other=/x/y',
]);
const RESPONSE = responseOf('200 OK', ['Set-Cookie: sid=one.two/three; path=/', 'X-Kind: text/plain, image.png']);

function matched(acl: string, direction: ExpressionCase['direction'] = 'request'): ExpressionCase {
  return {
    expression: `str(${acl.replaceAll(/[^a-z0-9_ .-]/gi, '')})`,
    acl,
    direction,
    request: REQUEST,
    response: RESPONSE,
  };
}

/** Patterns that match and ones that do not, for each suffix of a keyword. */
function family(
  keyword: string,
  args: string,
  patterns: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  return Object.entries(patterns).flatMap(([suffix, list]) =>
    list.flatMap((pattern) => [`${keyword}${suffix}${args} ${pattern}`, `${keyword}${suffix}${args} -i ${pattern}`]),
  );
}

const PATH = {
  '': ['/static/images/Logo.png', '/static/images/logo.png', '/static'],
  _beg: ['/static', '/STATIC', 'static'],
  _dir: ['images', 'static', 'Logo.png', 'IMAGES', 'mage', 'static/images'],
  _dom: ['static', 'Logo', 'logo.png', 'age'],
  _end: ['.png', '.PNG', '.gif'],
  _len: ['23', '1:30', '24'],
  _reg: ['^/static/.*[.]png$', 'LOGO', '^static'],
  _sub: ['images', 'IMAGES', 'video'],
};

const LIST = {
  '': ['alpha', 'beta.gamma', 'Beta.Gamma', 'alpha,'],
  _beg: ['alp', 'beta', 'gamma'],
  _dir: ['epsilon', 'delta', 'eps'],
  _dom: ['gamma', 'beta', 'mma'],
  _end: ['lon', 'mma', 'alp'],
  _len: ['5', '10', '99'],
  _reg: ['^b.*a$', '^x', 'delta/'],
  _sub: ['ta.ga', 'ON', 'zeta'],
};

const HOST = {
  '': ['www.Example.com', 'www.example.com'],
  _beg: ['www.', 'WWW'],
  _dom: ['Example', 'example.com', 'exam'],
  _end: ['.com', '.COM', 'www'],
  _sub: ['xamp'],
};

const SESSION = {
  '': ['abc.def', 'abc'],
  _beg: ['abc'],
  _dom: ['def'],
  _end: ['def'],
  _len: ['7'],
  _reg: ['^a.*f$'],
  _sub: ['c.d'],
};

const REQUESTS = [
  ...family('path', '', PATH),
  ...family('hdr', '(x-list)', LIST),
  ...family('hdr', '(host)', HOST),
  ...family('url', '', { _beg: ['/static'], _end: ['a/b'], _sub: ['size=big'], _reg: ['name=.*b$'], _dir: ['b', 'a'] }),
  ...family('base', '', { _beg: ['www.Example.com/static'], _end: ['png'], _dom: ['Example'], _dir: ['images'] }),
  ...family('cook', '(session)', SESSION),
  ...family('cook', '', SESSION),
  ...family('urlp', '(size)', {
    '': ['big', 'small'],
    _beg: ['b'],
    _end: ['g'],
    _len: ['3'],
    _reg: ['^b'],
    _sub: ['i'],
  }),
  ...family('urlp', '(name)', { _dir: ['a', 'b'] }),
  'method GET',
  'method POST',
  'method -i get',
  'req_ver 1.1',
  'req_ver 1.0',
  'hdr_cnt(x-list) 3',
  'hdr_cnt(x-list) gt 3',
  'hdr_val(content-length) 0',
  'hdr_ip(x-list) 10.0.0.0/8',
  'src 127.0.0.0/8',
  'src 10.0.0.0/8',
  'dst_port 1:65535',
  'nbsrv ge 1',
  'always_true',
];

const RESPONSES = [
  ...family('shdr', '(x-kind)', {
    '': ['text/plain'],
    _beg: ['image'],
    _dir: ['plain'],
    _dom: ['png'],
    _end: ['png'],
    _len: ['9'],
    _sub: ['xt/p'],
    _reg: ['^i'],
  }),
  ...family('scook', '(sid)', {
    '': ['one.two/three'],
    _beg: ['one'],
    _dir: ['three'],
    _dom: ['two'],
    _end: ['three'],
    _sub: ['e.t'],
  }),
  'resp_ver 1.1',
  'status 200',
  'status ge 400',
  'shdr_cnt(x-kind) 2',
];

export const ACL_KEYWORD_CASES: ExpressionTopic = {
  name: 'acl-keywords',
  cases: [...REQUESTS.map((acl) => matched(acl)), ...RESPONSES.map((acl) => matched(acl, 'response'))],
};

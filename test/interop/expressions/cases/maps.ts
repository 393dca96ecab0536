/** Maps: every way to match, every kind of value. */
import { join } from 'node:path';
import { type ExpressionCase, type ExpressionTopic, requestOf } from '../case.ts';

const DATA = join(import.meta.dirname, '../data');

function file(name: string): string {
  return join(DATA, `${name}.map`);
}

const TEXTS = ['www.example.com', 'WWW.EXAMPLE.COM', 'www.example.org', 'a.example.com:80', 'no', 'my-exam', 'example'];
/** HAProxy's cache takes `sub` and `end` on the same file for one another, hence a file of its own for `end`. */
const TEXT_MATCHES = ['', '_str', '_beg', '_sub', '_dir', '_dom', '_end', '_reg'];
const NUMBERS = ['12', '15', '-3', '42', '1000', '50', '5x', 'x', ''];
const ADDRESSES = [
  ...['10.1.2.3', '10.2.0.7', '10.2.0.8', '192.0.2.9', '198.51.100.1', '203.0.113.1', '2001:db8::1', '2001:db8:1::1'],
  ...['::ffff:10.1.2.3', '::10.2.0.7', '2002:0a01:0203::1', '2001:db9::1', 'nowhere'],
];
const PATHS = ['/item/17/thing', '/item/17/', '/x/logo.png', '/case', '/nothing', '/bbb', '/item/x'];

function of(value: string, converters: string): ExpressionCase {
  return { expression: `str("${value}"),${converters}` };
}

export const MAPS: ExpressionTopic = {
  name: 'maps',
  cases: [
    ...TEXTS.flatMap((text) =>
      TEXT_MATCHES.map((match) => of(text, `map${match}(${file(match === '_end' ? 'endings' : 'texts')},none)`)),
    ),
    ...TEXTS.map((text) => of(text, `map_dom(${file('texts')})`)),
    ...NUMBERS.map((number) => of(number, `map_int(${file('numbers')},none)`)),
    ...NUMBERS.map((number) => of(number, `map_int(${file('numbers')})`)),
    ...ADDRESSES.map((address) => of(address, `map_ip(${file('networks')},none)`)),
    ...PATHS.map((path) => of(path, `map_reg(${file('expressions')},none)`)),
    ...PATHS.map((path) => of(path, `map_regm(${file('expressions')},none)`)),
    ...['one', 'negative', 'plus', 'large', 'empty', 'missing'].flatMap((key) => [
      of(key, `map_str_int(${file('counts')})`),
      of(key, `map_str_int(${file('counts')},-9)`),
      of(key, `map_str_int(${file('counts')}),add(1)`),
    ]),
    ...['four', 'six', 'mapped', 'missing'].flatMap((key) => [
      of(key, `map_str_ip(${file('addresses')})`),
      of(key, `map_str_ip(${file('addresses')},192.0.2.99)`),
      of(key, `map_str_ip(${file('addresses')},2001:db8::99)`),
    ]),
    { expression: `req.hdr(host),lower,map(${file('texts')},none),length` },
    { expression: `int(15),map_int(${file('numbers')})` },
    { expression: `ipv4(10.1.2.3),map_ip(${file('networks')})` },
    { expression: `ipv6(2001:db8:1::7),map_ip(${file('networks')})` },
    { expression: `req.hdr(x-none),map(${file('texts')},none)` },
    {
      expression: `req.hdr(x-list),map(${file('texts')},none)`,
      request: requestOf('GET /', ['X-List: a, exam', 'X-List: .com']),
    },
  ],
};

/** The normal forms of `http-request normalize-uri`; the pairs are those of RFC 3986 and of HAProxy's manual. */
import t from 'tap';
import * as normal from '../../src/http/uri-normalizer.ts';

function table(
  name: string,
  make: (text: string) => string | null,
  pairs: readonly (readonly [string, string | null])[],
) {
  t.test(name, (test) => {
    for (const [from, to] of pairs) test.equal(make(from), to, from);
    test.end();
  });
}

table('slashes that follow one another are one', normal.mergeSlashes, [
  ['//', '/'],
  ['/foo//bar///', '/foo/bar/'],
  ['/', '/'],
]);

table('segments that are a dot go', normal.stripDots, [
  ['/.', '/'],
  ['/./foo', '/foo'],
  ['/a/./a', '/a/a'],
  ['/./a/.', '/a/'],
  ['/.a/b.', '/.a/b.'],
]);

table('two dots take the segment before them', (path) => normal.stripDoubleDots(path, false), [
  ['/foo/../', '/'],
  ['/foo/../bar', '/bar'],
  ['/foo/bar/../', '/foo/'],
  ['/../bar', '/../bar'],
  ['/bar/../../', '/../'],
  ['/foo//../', '/foo/'],
  ['/foo/..', '/'],
  ['/..', '/../'],
  ['/a/b', '/a/b'],
]);

table('with full, nothing leads above the root', (path) => normal.stripDoubleDots(path, true), [
  ['/../bar', '/bar'],
  ['/bar/../../', '/'],
  ['/../../a/../b', '/b'],
]);

table('parameters are sorted by name, those of one name as they were', normal.sortQuery, [
  ['?c=3&a=1&b=2', '?a=1&b=2&c=3'],
  ['?aaa=3&a=1&aa=2', '?a=1&aa=2&aaa=3'],
  ['?b=2&a=1&b=1', '?a=1&b=2&b=1'],
  ['?', '?'],
  ['?a&', '?a'],
]);

table('escapes are in capitals', (text) => normal.upperPercent(text, false), [
  ['/a%c3%a4', '/a%C3%A4'],
  ['/%zz%2f', '/%zz%2F'],
]);

table('strictly, a stray percent sign is refused', (text) => normal.upperPercent(text, true), [
  ['/%2f', '/%2F'],
  ['/%2', null],
]);

table('what need not be escaped is not', (text) => normal.decodeUnreserved(text, false), [
  ['/%41%2d%2F%7e', '/A-%2F~'],
  ['/%', '/%'],
]);

table('fragments go', normal.stripFragment, [
  ['/a?b#c#d', '/a?b'],
  ['/a', '/a'],
]);

table('or are escaped', normal.encodeFragment, [['/a#b#', '/a%23b%23']]);

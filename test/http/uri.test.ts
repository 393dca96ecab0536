import t from 'tap';
import { authorityEnd, authorityStart, hasAuthority, pathEnd, pathStart } from '../../src/http/uri.ts';

/** Path of a target, null if it has none. */
function path(target: string): string | null {
  const bytes = Buffer.from(target);
  const start = pathStart(bytes, 0, bytes.length);
  return start < 0 ? null : target.slice(start, pathEnd(bytes, start, bytes.length));
}

function authority(target: string): string | null {
  const bytes = Buffer.from(target);
  if (!hasAuthority(bytes, 0, bytes.length)) return null;
  const start = authorityStart(bytes, 0, bytes.length);
  return target.slice(start, authorityEnd(bytes, start, bytes.length));
}

t.test('the path stands after the authority and before the query', (t) => {
  t.equal(path('/a/b?c'), '/a/b');
  t.equal(path('/'), '/');
  t.equal(path('//x'), '//x');
  t.equal(path('http://h:1/a?b/c'), '/a');
  t.equal(path('http://h'), null);
  t.equal(path('*'), null);
  t.equal(path(''), null);
  t.equal(path('h:80'), null);
  t.equal(path('foo/bar'), null);
  t.end();
});

t.test('the authority has no user information', (t) => {
  t.equal(authority('http://u:p@h:1/a'), 'h:1');
  t.equal(authority('h:80'), 'h:80');
  t.equal(authority('/a'), null);
  t.equal(authority('*'), null);
  t.end();
});

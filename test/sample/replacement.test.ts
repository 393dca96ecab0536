/** Back references in replacements, as HAProxy's exp_replace reads them. */
import t from 'tap';
import { expandReplacement } from '../../src/sample/replacement.ts';

const MATCH = ['whole', 'one', undefined, 'three'];

t.test('groups, bytes and escapes', (test) => {
  const expand = (text: string) => expandReplacement(text, MATCH, 100);
  test.equal(expand('a\\1b\\3'), 'aonebthree');
  test.equal(expand('\\0'), 'whole');
  test.equal(expand('[\\2][\\9]'), '[][]', 'a group that took no part is nothing');
  test.equal(expand('\\x41\\x7e'), 'A~');
  test.equal(expand('\\\\1\\.'), '\\1.');
  test.equal(expand('end\\'), null, 'an escape must not be cut off');
  test.equal(expand('\\x4'), null);
  test.equal(expandReplacement('12345', MATCH, 5), null, 'no more than there is room for');
  test.end();
});

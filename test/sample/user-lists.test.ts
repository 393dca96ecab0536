import t from 'tap';
import { UserList } from '../../src/sample/user-lists.ts';
import { hasCrypt } from '../../src/sys/crypt.ts';

const PLACE = { file: 'test', line: 1, column: 1 };

function listOf(users: readonly { readonly name: string; readonly password: string; readonly hashed?: boolean }[]) {
  return new UserList({
    place: PLACE,
    name: 'people',
    groups: [{ name: 'admins', users: ['anna'] }],
    users: users.map((user) => ({ hashed: false, groups: ['users'], ...user })),
  });
}

t.test('a clear password is compared as it is', (test) => {
  const list = listOf([{ name: 'anna', password: 'secret' }]);
  test.ok(list.admits('anna', 'secret'));
  test.notOk(list.admits('anna', 'Secret'));
  test.notOk(list.admits('anna', ''));
  test.notOk(list.admits('bert', 'secret'));
  test.end();
});

t.test('groups come from both kinds of lines', (test) => {
  const list = listOf([
    { name: 'anna', password: 'a' },
    { name: 'bert', password: 'b' },
  ]);
  test.strictSame([...list.groupsOf('anna')].sort(), ['admins', 'users']);
  test.strictSame([...list.groupsOf('bert')], ['users']);
  test.strictSame([...list.groupsOf('nobody')], []);
  test.end();
});

t.test('hashed passwords are checked by crypt(3)', { skip: hasCrypt() ? false : 'no libcrypt here' }, (test) => {
  const list = listOf([
    { name: 'sha', password: '$5$saltsalt$VhJF.H1zUjjLVzmSdchORw9.aauoiTgvAguJ.VC8IL.', hashed: true },
    { name: 'md5', password: '$1$saltsalt$XuswuQOKx9U.CAJJONxO61', hashed: true },
    { name: 'bytes', password: '$5$saltsalt$55fWXgHlXP67.H.LPEOVSvVH4ZQcvFZ12RqlAc/m3/9', hashed: true },
    { name: 'none', password: '*', hashed: true },
  ]);
  test.ok(list.admits('sha', 'sha-secret'));
  test.ok(list.admits('md5', 'md5-secret'));
  test.ok(list.admits('bytes', 'p\xe9'));
  test.notOk(list.admits('sha', 'md5-secret'));
  for (const password of ['', '*', '*0']) test.notOk(list.admits('none', password));
  test.end();
});

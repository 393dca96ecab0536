/** The `userlist` section (manual 3.4): `group` and `user` lines. */

import type { Mutable } from '../draft.ts';
import type { StatementKeyword } from '../keyword.ts';
import type { UserListModel } from '../model.ts';
import { invalidCharacter, type Statement } from '../statement.ts';

type UserList = Mutable<UserListModel>;

function entry(
  name: string,
  grammar: string,
  help: string,
  parse: (statement: Statement, list: UserList) => void,
): StatementKeyword<UserList> {
  return {
    kind: 'proxy',
    name,
    sections: ['userlist'],
    grammar,
    help,
    initially: '',
    since: '1.4',
    manual: '3.4',
    implemented: true,
    parse,
  };
}

function refuseName(statement: Statement, name: string): boolean {
  const character = invalidCharacter(name);
  if (character === undefined) return false;
  statement.alert(`character '${character}' is not permitted in '${statement.keyword}' name '${name}'.`, 'tight', 1);
  return true;
}

function parseGroup(statement: Statement, list: UserList): void {
  const name = statement.word(1);
  if (name === '') {
    statement.alert("'group' expects <name> as arguments.", 'tight');
    return;
  }
  if (refuseName(statement, name)) return;
  if (list.groups.some((group) => group.name === name)) {
    statement.warn(`ignoring duplicated group '${name}' in userlist '${list.name}'.`, 'tight', 1);
    return;
  }
  let users: readonly string[] = [];
  for (let at = 2; statement.word(at) !== ''; at += 2) {
    if (statement.word(at) !== 'users') {
      statement.alert("'group' only supports 'users' option.", 'tight', at);
      return;
    }
    users = statement
      .word(at + 1)
      .split(',')
      .filter((user) => user !== '');
  }
  list.groups = [...list.groups, { name, users }];
}

function parseUser(statement: Statement, list: UserList): void {
  const name = statement.word(1);
  if (name === '') {
    statement.alert("'user' expects <name> as arguments.", 'tight');
    return;
  }
  if (list.users.some((user) => user.name === name)) {
    statement.warn(`ignoring duplicated user '${name}' in userlist '${list.name}'.`, 'tight', 1);
    return;
  }
  let password = '';
  let hashed = true;
  let groups: readonly string[] = [];
  for (let at = 2; statement.word(at) !== ''; at += 2) {
    const word = statement.word(at);
    if (word === 'password' || word === 'insecure-password') {
      password = statement.word(at + 1);
      hashed = word === 'password';
    } else if (word === 'groups') {
      groups = statement
        .word(at + 1)
        .split(',')
        .filter((group) => group !== '');
    } else {
      statement.alert("'user' only supports 'password', 'insecure-password' and 'groups' options.", 'tight', at);
      return;
    }
  }
  list.users = [...list.users, { name, password, hashed, groups }];
}

export const USERLIST_KEYWORDS: readonly StatementKeyword<UserList>[] = [
  entry('group', 'group <name> [users <user>[,<user>...]]', 'A group of users.', parseGroup),
  entry(
    'user',
    'user <name> [{password | insecure-password} <password>] [groups <group>[,<group>...]]',
    'A user; the password is a crypt(3) hash, or clear text.',
    parseUser,
  ),
];

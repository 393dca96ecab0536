/** Who may authenticate: a `userlist` section (manual 3.4) made ready to be asked. */
import type { UserListModel } from '../config/model.ts';
import { hasCrypt, isPassword } from '../sys/crypt.ts';

interface User {
  readonly password: string;
  readonly hashed: boolean;
  readonly groups: ReadonlySet<string>;
}

const NO_GROUPS: ReadonlySet<string> = new Set();

/** Names and passwords have one character a byte, as everything from requests. */
export class UserList {
  readonly #users = new Map<string, User>();

  /** Throws an Error when passwords are hashed and the machine has no libcrypt. */
  constructor(model: UserListModel) {
    if (model.users.some(({ hashed }) => hashed) && !hasCrypt()) {
      throw new Error(`the hashed passwords of userlist '${model.name}' need libcrypt, which is not on this machine`);
    }
    for (const { name, password, hashed, groups } of model.users) {
      const others = model.groups.filter(({ users }) => users.includes(name)).map((group) => group.name);
      this.#users.set(name, { password, hashed, groups: new Set([...groups, ...others]) });
    }
  }

  /** The password is that user's. */
  admits(name: string, password: string): boolean {
    const user = this.#users.get(name);
    if (user === undefined) return false;
    return user.hashed ? isPassword(password, user.password) : user.password === password;
  }

  groupsOf(name: string): ReadonlySet<string> {
    return this.#users.get(name)?.groups ?? NO_GROUPS;
  }
}

/** The people who may log in, and the scripts that may call: kept in people.json, passwords and tokens as digests only. */

import { join } from 'node:path';
import { isPasswordHash } from '../security/password.ts';
import { digestOf, newIdentifier, newSecret, sameSecret } from '../security/secrets.ts';
import { isObject, JsonFile, type JsonFileOptions, type JsonObject, readArray } from '../store/json-file.ts';
import { isRole, type Role } from './roles.ts';

const MOST_USERS = 100;
const MOST_TOKENS = 200;
export const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._@-]{0,31}$';

export interface User {
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly createdMs: number;
  /** Base 32; undefined: no second factor. */
  readonly oneTimeSecret: string | undefined;
  /** The last step of a one-time password that was used. */
  readonly oneTimeStep: number;
}

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  /** Whose it is: it goes with its user, and never may more than that user may. */
  readonly user: string;
  readonly role: Role;
  readonly digest: string;
  readonly createdMs: number;
  /** 0: never. */
  readonly expiresMs: number;
}

interface People {
  readonly users: readonly User[];
  readonly tokens: readonly ApiToken[];
}

/** Why something cannot be done, for a person. */
export class PeopleRefusal extends Error {}

function readUser(item: JsonObject): User | undefined {
  const { name, role, passwordHash, createdMs, oneTimeSecret, oneTimeStep } = item;
  if (typeof name !== 'string' || !isRole(role)) return undefined;
  if (typeof passwordHash !== 'string' || !isPasswordHash(passwordHash)) return undefined;
  if (oneTimeSecret !== undefined && typeof oneTimeSecret !== 'string') return undefined;
  return { name, role, passwordHash, createdMs: Number(createdMs), oneTimeSecret, oneTimeStep: Number(oneTimeStep) };
}

function readToken(item: JsonObject): ApiToken | undefined {
  const { id, name, user, role, digest, createdMs, expiresMs } = item;
  const texts = [id, name, user, digest].every((value) => typeof value === 'string');
  if (!texts || !isRole(role) || typeof createdMs !== 'number' || typeof expiresMs !== 'number') return undefined;
  return item as unknown as ApiToken;
}

function readPeople(document: unknown): People | undefined {
  if (!isObject(document)) return undefined;
  const users = readArray(document['users'], readUser);
  const tokens = readArray(document['tokens'], readToken);
  return users === undefined || tokens === undefined ? undefined : { users, tokens };
}

export class UserStore {
  readonly #file: JsonFile<People>;
  readonly #nowMs: () => number;

  constructor(directory: string, options: Pick<JsonFileOptions<unknown>, 'onDamage' | 'nowMs'>) {
    const initial: People = { users: [], tokens: [] };
    this.#file = new JsonFile({ path: join(directory, 'people.json'), initial, read: readPeople, ...options });
    this.#nowMs = options.nowMs;
  }

  get users(): readonly User[] {
    return this.#file.value.users;
  }

  get tokens(): readonly ApiToken[] {
    return this.#file.value.tokens;
  }

  find(name: string): User | undefined {
    return this.users.find((user) => user.name === name);
  }

  add(name: string, role: Role, passwordHash: string): User {
    if (this.users.some((user) => user.name.toLowerCase() === name.toLowerCase())) {
      throw new PeopleRefusal(`there is a user '${name}' already`);
    }
    if (this.users.length >= MOST_USERS) throw new PeopleRefusal(`there are ${MOST_USERS} users already`);
    const user: User = {
      name,
      role,
      passwordHash,
      createdMs: this.#nowMs(),
      oneTimeSecret: undefined,
      oneTimeStep: 0,
    };
    this.#file.write({ ...this.#file.value, users: [...this.users, user] });
    return user;
  }

  change(name: string, change: Partial<Omit<User, 'name'>>): User {
    const old = this.#existing(name);
    if (change.role !== undefined && change.role !== 'admin') this.#keepOneAdmin(old);
    const changed = { ...old, ...change };
    this.#file.write({
      ...this.#file.value,
      users: this.users.map((user) => (user.name === name ? changed : user)),
    });
    return changed;
  }

  remove(name: string): void {
    this.#keepOneAdmin(this.#existing(name));
    this.#file.write({
      users: this.users.filter((user) => user.name !== name),
      tokens: this.tokens.filter((token) => token.user !== name),
    });
  }

  /** An unclaimed unit knows nobody. */
  removeAll(): void {
    this.#file.write({ users: [], tokens: [] });
  }

  /** The secret is shown once: only its digest stays. */
  addToken(user: User, name: string, role: Role, expiresMs: number): { token: ApiToken; secret: string } {
    if (this.tokens.length >= MOST_TOKENS) throw new PeopleRefusal(`there are ${MOST_TOKENS} tokens already`);
    const secret = `mahalo_${newSecret()}`;
    const token: ApiToken = {
      id: newIdentifier(),
      name,
      user: user.name,
      role,
      digest: digestOf(secret),
      createdMs: this.#nowMs(),
      expiresMs,
    };
    this.#file.write({ ...this.#file.value, tokens: [...this.tokens, token] });
    return { token, secret };
  }

  removeToken(id: string): void {
    this.#file.write({ ...this.#file.value, tokens: this.tokens.filter((token) => token.id !== id) });
  }

  /** Whose token this is; undefined: nobody's, or its time is over. */
  tokenOf(secret: string): ApiToken | undefined {
    const digest = digestOf(secret);
    // All are looked at, whichever matches: the time tells nothing.
    const found = this.tokens.filter((token) => sameSecret(token.digest, digest))[0];
    if (found === undefined || (found.expiresMs !== 0 && found.expiresMs <= this.#nowMs())) return undefined;
    return found;
  }

  #existing(name: string): User {
    const user = this.find(name);
    if (user === undefined) throw new PeopleRefusal(`there is no user '${name}'`);
    return user;
  }

  #keepOneAdmin(user: User): void {
    const others = this.users.filter((other) => other.role === 'admin' && other.name !== user.name);
    if (user.role === 'admin' && others.length === 0) {
      throw new PeopleRefusal(`'${user.name}' is the only admin: without one nobody could change anything any more`);
    }
  }
}

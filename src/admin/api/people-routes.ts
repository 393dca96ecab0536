/** Users, for admins. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role } from '../people/roles.ts';
import { PeopleRefusal, type User } from '../people/users.ts';
import { hashPassword, passwordFault } from '../security/password.ts';
import { actorOf } from './caller.ts';
import type { AdminContext } from './context.ts';
import { Failure } from './failure.ts';
import { about, BOOLEAN, DONE, list, object, PASSWORD, PERSON_NAME, ROLE, TIME, text } from './schemas.ts';

const USER = object({ name: text(32), role: ROLE, createdMs: TIME, oneTimePassword: BOOLEAN });
const NAME_IN_PATH = object({ name: PERSON_NAME });

function viewOf({ name, role, createdMs, oneTimeSecret }: User): object {
  return { name, role, createdMs, oneTimePassword: oneTimeSecret !== undefined };
}

/** What the store refuses, as an answer. */
export function asFailure<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof PeopleRefusal) throw new Failure(409, 'not-possible', error.message);
    throw error;
  }
}

/** Digest of a new password, or the reason why it is none. */
export async function acceptPassword(password: string, name: string): Promise<string> {
  const fault = passwordFault(password, name);
  if (fault !== undefined) throw new Failure(422, 'weak-password', fault);
  return hashPassword(password);
}

function existing(context: AdminContext, name: string): User {
  const user = context.users.find(name);
  if (user === undefined) throw new Failure(404, 'not-found', `there is no user '${name}'`);
  return user;
}

function note(context: AdminContext, request: FastifyRequest, action: string, detail: string): void {
  context.audit.add({ actor: actorOf(request.caller), source: request.ip, action, outcome: 'done', detail });
}

export function peopleRoutes(app: FastifyInstance, context: AdminContext): void {
  app.get(
    '/api/users',
    { config: { access: 'admin' }, schema: about('people', 'All users', { answer: list(USER) }) },
    async () => context.users.users.map(viewOf),
  );
  app.post(
    '/api/users',
    {
      config: { access: 'admin', action: 'user.create' },
      schema: about('people', 'A new user', {
        body: object({ name: PERSON_NAME, role: ROLE, password: PASSWORD }),
        answer: USER,
      }),
    },
    async (request) => {
      const { name, role, password } = request.body as { name: string; role: Role; password: string };
      const passwordHash = await acceptPassword(password, name);
      const user = asFailure(() => context.users.add(name, role, passwordHash));
      note(context, request, 'user.create', `${name} ${role}`);
      return viewOf(user);
    },
  );
  app.patch(
    '/api/users/:name',
    {
      config: { access: 'admin', action: 'user.change' },
      schema: about(
        'people',
        'Another role or password; a new password also takes the second factor and all sessions',
        {
          params: NAME_IN_PATH,
          body: object({ role: ROLE, password: PASSWORD }, ['role', 'password']),
          answer: USER,
        },
      ),
    },
    async (request) => {
      const { name } = request.params as { name: string };
      const { role, password } = request.body as { role?: Role; password?: string };
      existing(context, name);
      const passwordHash = password === undefined ? undefined : await acceptPassword(password, name);
      const user = asFailure(() =>
        context.users.change(name, {
          ...(role === undefined ? {} : { role }),
          ...(passwordHash === undefined ? {} : { passwordHash, oneTimeSecret: undefined }),
        }),
      );
      if (passwordHash !== undefined) {
        const { caller } = request;
        context.sessions.endAllOf(name, caller?.kind === 'session' ? caller.session.id : undefined);
      }
      const changed = [...(role === undefined ? [] : [role]), ...(password === undefined ? [] : ['new password'])];
      note(context, request, 'user.change', `${name} ${changed.join(', ')}`);
      return viewOf(user);
    },
  );
  app.delete(
    '/api/users/:name',
    {
      config: { access: 'admin', action: 'user.remove' },
      schema: about('people', 'Remove a user with all sessions and tokens', { params: NAME_IN_PATH, answer: DONE }),
    },
    async (request) => {
      const { name } = request.params as { name: string };
      existing(context, name);
      asFailure(() => context.users.remove(name));
      context.sessions.endAllOf(name);
      note(context, request, 'user.remove', name);
      return { done: true };
    },
  );
}

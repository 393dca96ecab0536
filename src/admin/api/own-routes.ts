/** What people do about themselves: password, second factor, sessions, tokens. Admins see the sessions and tokens of all. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mayAct, type Role } from '../people/roles.ts';
import type { Session } from '../people/sessions.ts';
import type { ApiToken } from '../people/users.ts';
import { acceptedStep, enrolmentAddress, newOneTimeSecret } from '../security/one-time-password.ts';
import { actorOf, personOf } from './caller.ts';
import type { AdminContext } from './context.ts';
import { Failure } from './failure.ts';
import { refuse } from './guard.ts';
import { acceptPassword, asFailure } from './people-routes.ts';
import {
  about,
  BOOLEAN,
  DONE,
  IDENTIFIER,
  list,
  NUMBER,
  object,
  PASSWORD,
  pattern,
  ROLE,
  type Schema,
  TIME,
  text,
} from './schemas.ts';
import { authenticateAgain, type Credentials } from './turnstile.ts';

const DAY_MS = 24 * 3600_000;
const CODE = pattern('^[0-9]{6}$');
const ID_IN_PATH = object({ id: IDENTIFIER });
const SESSION = object({
  id: IDENTIFIER,
  user: text(32),
  source: text(64),
  agent: text(200),
  startedMs: TIME,
  seenMs: TIME,
  current: BOOLEAN,
});
const TOKEN = { id: IDENTIFIER, name: text(64), user: text(32), role: ROLE, createdMs: TIME, expiresMs: TIME };
const credentials = (more: Readonly<Record<string, Schema>> = {}): Schema =>
  object({ password: text(256), code: CODE, ...more }, ['code']);

/** Secrets shown to somebody who has not confirmed them yet: for each user the last one. */
type Enrolments = Map<string, string>;

function tokenView({ id, name, user, role, createdMs, expiresMs }: ApiToken): object {
  return { id, name, user, role, createdMs, expiresMs };
}

function note(context: AdminContext, request: FastifyRequest, action: string, detail = ''): void {
  const entry = { actor: actorOf(request.caller), source: request.ip, action, outcome: 'done' as const };
  context.audit.add(detail === '' ? entry : { ...entry, detail });
}

function accountRoutes(app: FastifyInstance): void {
  app.get(
    '/api/me',
    {
      config: { access: 'person' },
      schema: about('me', 'My own account', {
        answer: object({ name: text(32), role: ROLE, createdMs: TIME, oneTimePassword: BOOLEAN }),
      }),
    },
    async (request) => {
      const { name, role, createdMs, oneTimeSecret } = personOf(request).user;
      return { name, role, createdMs, oneTimePassword: oneTimeSecret !== undefined };
    },
  );
}

function passwordRoutes(app: FastifyInstance, context: AdminContext): void {
  app.post(
    '/api/me/password',
    {
      config: { access: 'person', action: 'password.change' },
      schema: about('me', 'A new password; all other sessions end', {
        body: credentials({ newPassword: PASSWORD }),
        answer: DONE,
      }),
    },
    async (request, reply) => {
      const { user, session } = personOf(request);
      const { newPassword, ...given } = request.body as Credentials & { newPassword: string };
      await authenticateAgain(context, request, reply, user.name, given);
      const passwordHash = await acceptPassword(newPassword, user.name);
      asFailure(() => context.users.change(user.name, { passwordHash }));
      context.sessions.endAllOf(user.name, session.id);
      note(context, request, 'password.change');
      return { done: true };
    },
  );
}

function secondFactorRoutes(app: FastifyInstance, context: AdminContext): void {
  const enrolments: Enrolments = new Map();
  app.post(
    '/api/me/one-time-password',
    {
      config: { access: 'person', action: 'second-factor.begin' },
      schema: about('me', 'Begin with one-time passwords (RFC 6238): a secret for an authenticator', {
        body: credentials(),
        answer: object({ secret: text(64), address: text(400, 'otpauth://, for a QR code') }),
      }),
    },
    async (request, reply) => {
      const { user } = personOf(request);
      await authenticateAgain(context, request, reply, user.name, request.body as Credentials);
      const secret = newOneTimeSecret();
      enrolments.set(user.name, secret);
      return { secret, address: enrolmentAddress(secret, user.name, context.claim.name) };
    },
  );
  app.post(
    '/api/me/one-time-password/confirm',
    {
      config: { access: 'person', action: 'second-factor.on' },
      schema: about('me', 'Turn it on, with the first code of the authenticator', {
        body: object({ code: CODE }),
        answer: DONE,
      }),
    },
    async (request) => {
      const { user } = personOf(request);
      const secret = enrolments.get(user.name);
      if (secret === undefined) throw new Failure(409, 'not-begun', 'begin first: POST /api/me/one-time-password');
      const { code } = request.body as { code: string };
      const step = acceptedStep(secret, code, context.nowMs(), 0);
      if (step === undefined) throw new Failure(422, 'wrong-code', 'the code is not right; is the clock of the unit?');
      asFailure(() => context.users.change(user.name, { oneTimeSecret: secret, oneTimeStep: step }));
      enrolments.delete(user.name);
      note(context, request, 'second-factor.on');
      return { done: true };
    },
  );
  app.post(
    '/api/me/one-time-password/remove',
    {
      config: { access: 'person', action: 'second-factor.off' },
      schema: about('me', 'Do without one-time passwords again', { body: credentials(), answer: DONE }),
    },
    async (request, reply) => {
      const { user } = personOf(request);
      await authenticateAgain(context, request, reply, user.name, request.body as Credentials);
      asFailure(() => context.users.change(user.name, { oneTimeSecret: undefined, oneTimeStep: 0 }));
      note(context, request, 'second-factor.off');
      return { done: true };
    },
  );
}

function sessionRoutes(app: FastifyInstance, context: AdminContext): void {
  /** One's own; an admin's are all. */
  const visible = (request: FastifyRequest): readonly Session[] => {
    const { user, role } = personOf(request);
    return context.sessions.all().filter((session) => role === 'admin' || session.user === user.name);
  };
  app.get(
    '/api/sessions',
    {
      config: { access: 'person' },
      schema: about('me', 'Who is logged in: my sessions, for admins those of all', { answer: list(SESSION) }),
    },
    async (request) => {
      const { session: own } = personOf(request);
      return visible(request).map(({ id, user, source, agent, startedMs, seenMs }) => ({
        id,
        user,
        source,
        agent,
        startedMs,
        seenMs,
        current: id === own.id,
      }));
    },
  );
  app.delete(
    '/api/sessions/:id',
    {
      config: { access: 'person', action: 'session.revoke' },
      schema: about('me', 'End a session', { params: ID_IN_PATH, answer: DONE }),
    },
    async (request) => {
      const { id } = request.params as { id: string };
      const session = visible(request).find((one) => one.id === id);
      if (session === undefined) {
        refuse(context, request, 'not-yours', `session ${id}`);
        throw new Failure(404, 'not-found', 'there is no such session of yours');
      }
      context.sessions.end(id);
      note(context, request, 'session.revoke', `${session.user} from ${session.source}`);
      return { done: true };
    },
  );
}

function tokenRoutes(app: FastifyInstance, context: AdminContext): void {
  const visible = (request: FastifyRequest): readonly ApiToken[] => {
    const { user, role } = personOf(request);
    return context.users.tokens.filter((token) => role === 'admin' || token.user === user.name);
  };
  app.get(
    '/api/tokens',
    {
      config: { access: 'person' },
      schema: about('me', 'API tokens: mine, for admins those of all', { answer: list(object(TOKEN)) }),
    },
    async (request) => visible(request).map(tokenView),
  );
  app.post(
    '/api/tokens',
    {
      config: { access: 'person', action: 'token.create' },
      schema: about('me', 'A token for a script: send it as "Authorization: Bearer ..."; it is shown this once', {
        body: object({
          name: pattern('^[^\\u0000-\\u001f]{1,64}$'),
          role: ROLE,
          days: { ...NUMBER, minimum: 0, maximum: 3650, description: 'how long it is good; 0: for ever' },
        }),
        answer: object({ ...TOKEN, token: text(80) }),
      }),
    },
    async (request) => {
      const { user, role: own } = personOf(request);
      const { name, role, days } = request.body as { name: string; role: Role; days: number };
      if (!mayAct(own, role)) {
        refuse(context, request, 'role', `a token with the role ${role}`);
        throw new Failure(403, 'not-allowed', 'a token may not do more than its owner');
      }
      const expiresMs = days === 0 ? 0 : context.nowMs() + days * DAY_MS;
      const { token, secret } = asFailure(() => context.users.addToken(user, name, role, expiresMs));
      note(context, request, 'token.create', `${name} ${role}`);
      return { ...tokenView(token), token: secret };
    },
  );
  app.delete(
    '/api/tokens/:id',
    {
      config: { access: 'person', action: 'token.revoke' },
      schema: about('me', 'Revoke a token', { params: ID_IN_PATH, answer: DONE }),
    },
    async (request) => {
      const { id } = request.params as { id: string };
      const token = visible(request).find((one) => one.id === id);
      if (token === undefined) {
        refuse(context, request, 'not-yours', `token ${id}`);
        throw new Failure(404, 'not-found', 'there is no such token of yours');
      }
      context.users.removeToken(id);
      note(context, request, 'token.revoke', `${token.name} of ${token.user}`);
      return { done: true };
    },
  );
}

export function ownRoutes(app: FastifyInstance, context: AdminContext): void {
  accountRoutes(app);
  passwordRoutes(app, context);
  secondFactorRoutes(app, context);
  sessionRoutes(app, context);
  tokenRoutes(app, context);
}

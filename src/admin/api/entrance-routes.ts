/** The way in: claiming a fresh unit, logging in, logging out, and who one is. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../people/sessions.ts';
import type { User } from '../people/users.ts';
import { isNear } from '../security/addresses.ts';
import { hashPassword, passwordFault } from '../security/password.ts';
import { callerOf, personOf } from './caller.ts';
import type { AdminContext } from './context.ts';
import { Failure } from './failure.ts';
import { refuse, SESSION_COOKIE } from './guard.ts';
import { about, BOOLEAN, DONE, object, PASSWORD, PERSON_NAME, pattern, ROLE, text } from './schemas.ts';
import { BROWSER_COOKIE, checkCredentials, inTurn } from './turnstile.ts';

const COOKIE = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;
const BROWSER_SECONDS = 180 * 24 * 3600;

const SESSION = object({
  user: text(32),
  role: ROLE,
  unit: text(64, 'what the owner calls the unit'),
  csrfToken: text(64, 'goes into the header x-csrf-token of every write'),
  sessionId: text(32),
  device: { ...BOOLEAN, description: 'there is a device to look after: /api/device' },
});
const CLAIM_STATE = object({ claimed: BOOLEAN, unit: text(64), version: text(64) });
const CODE = pattern('^[0-9]{6}$', 'the six digits of the authenticator, if the user has one');

interface ClaimBody {
  code: string;
  unit: string;
  user: string;
  password: string;
}

interface LoginBody {
  user: string;
  password: string;
  code?: string;
}

function sessionView(context: AdminContext, user: User, session: Session): object {
  const { csrfToken, id } = session;
  return {
    user: user.name,
    role: user.role,
    unit: context.claim.name,
    csrfToken,
    sessionId: id,
    device: context.isDevice,
  };
}

/** A new identifier at every login, whatever cookie came along; a session that came along ends. */
function openSession(context: AdminContext, request: FastifyRequest, reply: FastifyReply, user: User): object {
  const before = request.cookies[SESSION_COOKIE];
  const old = before === undefined ? undefined : context.sessions.find(before);
  if (old !== undefined) context.sessions.end(old.id);
  const { session, secret } = context.sessions.start(user.name, request.ip, request.headers['user-agent'] ?? '');
  reply.setCookie(SESSION_COOKIE, secret, COOKIE);
  if (context.browsers.recognise(request.cookies[BROWSER_COOKIE], user.name) === undefined) {
    reply.setCookie(BROWSER_COOKIE, context.browsers.issue(user.name), { ...COOKIE, maxAge: BROWSER_SECONDS });
  }
  return sessionView(context, user, session);
}

async function claimUnit(context: AdminContext, request: FastifyRequest, reply: FastifyReply): Promise<object> {
  const { code, unit, user: name, password } = request.body as ClaimBody;
  if (context.claim.claimed) throw new Failure(409, 'claimed', 'this unit has an owner already');
  if (!isNear(request.ip)) {
    refuse(context, request, 'claim-from-afar');
    throw new Failure(403, 'too-far', 'a unit is claimed from its own network only');
  }
  const fault = passwordFault(password, name);
  if (fault !== undefined) throw new Failure(422, 'weak-password', fault);
  const outcome = await inTurn(context, request, reply, '', async () =>
    context.claim.matches(code) ? 'succeeded' : 'failed',
  );
  if (outcome !== 'succeeded') {
    refuse(context, request, 'claim-code');
    throw new Failure(403, 'wrong-code', 'this is not the code on the console of the unit');
  }
  const passwordHash = await hashPassword(password);
  // Two claims at once with the right code: the first one wins.
  if (context.claim.claimed) throw new Failure(409, 'claimed', 'this unit has an owner already');
  context.users.removeAll();
  const user = context.users.add(name, 'admin', passwordHash);
  context.claim.claim(unit);
  context.audit.add({ actor: name, source: request.ip, action: 'claim', outcome: 'done', detail: unit });
  return openSession(context, request, reply, user);
}

async function logIn(context: AdminContext, request: FastifyRequest, reply: FastifyReply): Promise<object> {
  const { user: name, ...credentials } = request.body as LoginBody;
  const verdict = await checkCredentials(context, request, reply, name, credentials);
  const user = context.users.find(name);
  if (verdict === 'code-needed') throw new Failure(401, 'code-needed', 'the one-time password is needed as well');
  if (verdict === 'wrong' || user === undefined) {
    refuse(context, request, 'login', name);
    throw new Failure(401, 'wrong-login', 'name, password or one-time password is not right');
  }
  context.audit.add({ actor: name, source: request.ip, action: 'login', outcome: 'done' });
  return openSession(context, request, reply, user);
}

export function entranceRoutes(app: FastifyInstance, context: AdminContext): void {
  app.get(
    '/api/claim',
    { config: { access: 'claim' }, schema: about('entrance', 'Has this unit an owner?', { answer: CLAIM_STATE }) },
    async () => ({ claimed: context.claim.claimed, unit: context.claim.name, version: context.version }),
  );
  app.post(
    '/api/claim',
    {
      config: { access: 'claim', action: 'claim' },
      schema: about('entrance', 'Become the owner of a fresh unit, with the code on its console', {
        body: object({
          code: text(40),
          unit: pattern('^[^\\u0000-\\u001f]{1,64}$', 'a name for the unit'),
          user: PERSON_NAME,
          password: PASSWORD,
        }),
        answer: SESSION,
      }),
    },
    (request, reply) => claimUnit(context, request, reply),
  );
  app.post(
    '/api/login',
    {
      config: { access: 'public', action: 'login' },
      schema: about('entrance', 'Log in: answers with a session cookie and the CSRF token', {
        body: object({ user: text(32), password: text(256), code: CODE }, ['code']),
        answer: SESSION,
      }),
    },
    (request, reply) => logIn(context, request, reply),
  );
  app.get(
    '/api/session',
    { config: { access: 'person' }, schema: about('entrance', 'Who am I', { answer: SESSION }) },
    async (request) => {
      const { user, session } = personOf(request);
      return sessionView(context, user, session);
    },
  );
  app.post(
    '/api/logout',
    { config: { access: 'person', action: 'logout' }, schema: about('entrance', 'End this session', { answer: DONE }) },
    async (request, reply) => {
      const { user, session } = personOf(request);
      context.sessions.end(session.id);
      reply.clearCookie(SESSION_COOKIE, COOKIE);
      context.audit.add({ actor: user.name, source: request.ip, action: 'logout', outcome: 'done' });
      return { done: true };
    },
  );
  app.get(
    '/api/caller',
    {
      config: { access: 'viewer' },
      schema: about('entrance', 'Whom the unit takes this request for, by cookie or token', {
        answer: object({ user: text(32), role: ROLE, kind: text(16) }),
      }),
    },
    async (request) => {
      const { user, role, kind } = callerOf(request);
      return { user: user.name, role, kind };
    },
  );
}

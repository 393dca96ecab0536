/**
 * What every request goes through before anything of it is believed (A4 of the security rules):
 *
 *   headers -> Host is ours -> unit is claimed -> Origin is ours -> who is it -> may he -> CSRF token
 *
 * All of it before the body is read: a stranger cannot make us parse anything.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { mayAct } from '../people/roles.ts';
import { isOwnHost } from '../security/addresses.ts';
import { sameSecret } from '../security/secrets.ts';
import { type Access, actorOf, type Caller } from './caller.ts';
import type { AdminContext } from './context.ts';
import { Failure, failureBody } from './failure.ts';

export const SESSION_COOKIE = '__Host-mahalo';
export const CSRF_HEADER = 'x-csrf-token';
/** On what a page asks by itself, by a timer: the session does not live longer by it. */
const BACKGROUND_HEADER = 'x-background';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What our pages may load and do.
 * Styles as attributes harm nobody who cannot write elements, and xterm colours letters by them.
 * @param styleNonce lets in the `<style>` elements that carry it; without one, only files
 */
export function contentPolicy(styleNonce?: string): string {
  const styles = styleNonce === undefined ? "'self'" : `'self' 'nonce-${styleNonce}'`;
  return (
    `default-src 'none'; script-src 'self'; style-src ${styles}; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; ` +
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
  );
}

/** No Strict-Transport-Security: with a certificate that signs itself it would forbid the owner to go on. */
const HEADERS = {
  'content-security-policy': contentPolicy(),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cache-control': 'no-store',
};

export function guard(app: FastifyInstance, context: AdminContext): void {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) throw new Error(`${route.method} ${route.url} does not say who may ask`);
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    check(context, request);
  });
  app.setErrorHandler((error, request, reply) => sendError(context, error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    noteTraversal(context, request);
    return reply.code(404).send(failureBody('not-found', 'there is no such thing'));
  });
}

function check(context: AdminContext, request: FastifyRequest): void {
  const { access = 'public' } = request.routeOptions.config;
  if (!isOwnHost(request.headers.host, context.names)) {
    refuse(context, request, 'host', String(request.headers.host).slice(0, 100));
    throw new Failure(421, 'foreign-host', 'this is not a name of this unit (see "mahalo admin --name")');
  }
  if (!context.claim.claimed && access !== 'claim') {
    throw unclaimed();
  }
  checkOrigin(context, request);
  request.caller = callerFrom(context, request);
  if (access === 'claim' || access === 'public') return;
  checkAccess(context, request, access);
  checkToken(context, request);
}

export function unclaimed(): Failure {
  return new Failure(403, 'unclaimed', "this unit is nobody's yet: POST /api/claim with the code of its console");
}

function isWrite(request: FastifyRequest): boolean {
  return !SAFE_METHODS.has(request.method);
}

function isUpgrade(request: FastifyRequest): boolean {
  return request.headers.upgrade !== undefined;
}

/** Browsers send Origin with every write and every WebSocket; programs with a token need not. */
function checkOrigin(context: AdminContext, request: FastifyRequest): void {
  if (!isWrite(request) && !isUpgrade(request)) return;
  const { origin, host } = request.headers;
  const byProgram = request.headers.cookie === undefined && origin === undefined;
  if (byProgram || origin?.toLowerCase() === `https://${host?.toLowerCase()}`) return;
  refuse(context, request, 'origin', String(origin).slice(0, 100));
  throw new Failure(403, 'foreign-origin', 'this request comes from a page that is not ours');
}

function callerFrom(context: AdminContext, request: FastifyRequest): Caller | null {
  const bearer = /^Bearer ([\x21-\x7e]{1,200})$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    const token = context.users.tokenOf(bearer);
    const user = token === undefined ? undefined : context.users.find(token.user);
    if (token === undefined || user === undefined) return null;
    const role = mayAct(user.role, token.role) ? token.role : user.role;
    return { kind: 'token', user, role, name: token.name, tokenId: token.id };
  }
  const cookie = request.cookies[SESSION_COOKIE];
  const byTimer = !isWrite(request) && request.headers[BACKGROUND_HEADER] !== undefined;
  const session = cookie === undefined ? undefined : context.sessions.find(cookie, byTimer ? 'not-seen' : 'seen');
  const user = session === undefined ? undefined : context.users.find(session.user);
  return session === undefined || user === undefined ? null : { kind: 'session', user, role: user.role, session };
}

function checkAccess(
  context: AdminContext,
  request: FastifyRequest,
  access: Exclude<Access, 'claim' | 'public'>,
): void {
  const { caller } = request;
  if (caller === null) {
    noteNobody(context, request);
    throw new Failure(401, 'not-logged-in', 'log in first');
  }
  if (access === 'person') {
    if (caller.kind === 'session') return;
    refuse(context, request, 'role', deedOf(request));
    throw new Failure(403, 'needs-session', 'this is for people who log in, not for tokens');
  }
  if (mayAct(caller.role, access)) return;
  refuse(context, request, 'role', deedOf(request));
  throw new Failure(403, 'not-allowed', `this needs the role '${access}', yours is '${caller.role}'`);
}

/** The route, not the address: no secret stands in it, and it has a bounded length. */
function deedOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? ''}`;
}

/** A stranger who only looks for a page is no event; one with a secret that is not (or no longer) good, or who wants to change something, is. */
function noteNobody(context: AdminContext, request: FastifyRequest): void {
  if (request.headers.authorization !== undefined) refuse(context, request, 'token', deedOf(request));
  else if (request.cookies[SESSION_COOKIE] !== undefined) refuse(context, request, 'session', deedOf(request));
  else if (isWrite(request) || isUpgrade(request)) refuse(context, request, 'nobody', deedOf(request));
}

/** Addresses that try to leave their folder, in all spellings. */
function noteTraversal(context: AdminContext, request: FastifyRequest): void {
  if (/\.\.|%2e|%00|%c0|\\/i.test(request.url)) refuse(context, request, 'path', request.url.slice(0, 200));
}

/** A page of somebody else can make a browser send our cookie, but cannot read the token. */
function checkToken(context: AdminContext, request: FastifyRequest): void {
  const { caller } = request;
  if (caller?.kind !== 'session' || !isWrite(request)) return;
  const token = request.headers[CSRF_HEADER];
  if (typeof token === 'string' && sameSecret(token, caller.session.csrfToken)) return;
  refuse(context, request, 'csrf', deedOf(request));
  throw new Failure(403, 'csrf', `the header ${CSRF_HEADER} is missing or is not that of this session`);
}

/** Notes in the audit log what was refused, and why. */
export function refuse(context: AdminContext, request: FastifyRequest, why: string, detail?: string): void {
  context.audit.add({
    actor: actorOf(request.caller),
    source: request.ip,
    action: `refused.${why}`,
    outcome: 'refused',
    ...(detail === undefined ? {} : { detail }),
  });
}

/** Fastify's own words for what it refuses, in ours. */
const CODES = new Map([
  [400, 'bad-request'],
  [408, 'too-slow'],
  [413, 'too-large'],
  [415, 'not-json'],
]);

function sendError(context: AdminContext, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Failure) {
    return reply.code(error.status).send(failureBody(error.code, error.message, error.detail));
  }
  const { statusCode = 500, message } = error as { statusCode?: number; message: string };
  if (statusCode < 500) {
    const code = CODES.get(statusCode) ?? 'bad-request';
    if (statusCode === 413) refuse(context, request, 'body', deedOf(request));
    if (statusCode === 415) refuse(context, request, 'type', deedOf(request));
    if (statusCode === 400) noteTraversal(context, request);
    return reply.code(statusCode).send(failureBody(code, message));
  }
  // What went wrong inside is told to the console and the log, not to the network.
  request.log.error(error);
  return reply.code(500).send(failureBody('internal', 'something went wrong inside; the log of the unit says what'));
}

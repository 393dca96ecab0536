/** Who a request comes from, and what a route asks of them. */

import type { FastifyRequest } from 'fastify';
import type { Role } from '../people/roles.ts';
import type { Session } from '../people/sessions.ts';
import type { User } from '../people/users.ts';
import { Failure } from './failure.ts';

export type Caller =
  | { readonly kind: 'session'; readonly user: User; readonly role: Role; readonly session: Session }
  /** `role` is the lesser of the token's and its user's. */
  | {
      readonly kind: 'token';
      readonly user: User;
      readonly role: Role;
      readonly name: string;
      readonly tokenId: string;
    };

/**
 * `claim`: answers on an unclaimed unit too; `public`: asks for nobody; `person`: anybody who is logged in with a browser,
 * about himself; else at least that role.
 */
export type Access = 'claim' | 'public' | 'person' | Role;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route states it; one that does not is refused when the server is built. */
    access?: Access;
    /** What the audit log calls the route's deed. */
    action?: string;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Failure(401, 'not-logged-in', 'log in first');
  return request.caller;
}

export function personOf(request: FastifyRequest): Extract<Caller, { kind: 'session' }> {
  const caller = callerOf(request);
  if (caller.kind !== 'session')
    throw new Failure(403, 'needs-session', 'this is for people who log in, not for tokens');
  return caller;
}

/** As the audit log names the caller. */
export function actorOf(caller: Caller | null): string {
  if (caller === null) return '';
  return caller.kind === 'session' ? caller.user.name : `token:${caller.name}`;
}

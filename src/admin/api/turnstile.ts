/** Every guess at a secret (password, one-time password, claim code) goes through here: it waits for its turn first. */

import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sourceKey } from '../security/login-limiter.ts';
import { acceptedStep } from '../security/one-time-password.ts';
import { verifyPassword } from '../security/password.ts';
import type { AdminContext } from './context.ts';
import { Failure } from './failure.ts';
import { refuse } from './guard.ts';

export const BROWSER_COOKIE = '__Host-mahalo-browser';

type Outcome = 'succeeded' | 'failed' | 'neither';

/** Runs `attempt` when it is its turn; answers 429 at once when too many wait already. */
export async function inTurn(
  context: AdminContext,
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  attempt: () => Promise<Outcome>,
): Promise<Outcome> {
  const browser = context.browsers.recognise(request.cookies[BROWSER_COOKIE], name);
  const key = browser === undefined ? sourceKey(request.ip) : `browser ${browser}`;
  const admission = context.limiter.ask(key, browser !== undefined, context.nowMs());
  if (admission.kind === 'later') {
    const seconds = Math.ceil(admission.retryAfterMs / 1000);
    refuse(context, request, 'login-rate', name);
    reply.header('retry-after', String(seconds));
    throw new Failure(429, 'too-many-attempts', `too many attempts wait already; try again in ${seconds} s`);
  }
  let outcome: Outcome = 'failed';
  try {
    if (admission.delayMs > 0) await delay(admission.delayMs);
    outcome = await attempt();
    return outcome;
  } finally {
    context.limiter.tell(key, outcome, context.nowMs());
  }
}

/** What a login or a re-authentication brings. */
export interface Credentials {
  readonly password: string;
  readonly code?: string;
}

export type Verdict = 'right' | 'wrong' | 'code-needed';

/** Password, and one-time password where the user has one. The same answer and time for a user that does not exist. */
export async function checkCredentials(
  context: AdminContext,
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  { password, code }: Credentials,
): Promise<Verdict> {
  let verdict: Verdict = 'wrong';
  await inTurn(context, request, reply, name, async () => {
    if (!(await verifyPassword(password, context.users.find(name)?.passwordHash))) return 'failed';
    // Read again: people may have changed while the digest was computed.
    const user = context.users.find(name);
    if (user === undefined) return 'failed';
    if (user.oneTimeSecret !== undefined) {
      if (code === undefined) {
        verdict = 'code-needed';
        return 'neither';
      }
      const step = acceptedStep(user.oneTimeSecret, code, context.nowMs(), user.oneTimeStep);
      if (step === undefined) return 'failed';
      context.users.change(name, { oneTimeStep: step });
    }
    verdict = 'right';
    return 'succeeded';
  });
  return verdict;
}

/** Before what must not happen at an unattended screen: the password once more. */
export async function authenticateAgain(
  context: AdminContext,
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  credentials: Credentials,
): Promise<void> {
  const verdict = await checkCredentials(context, request, reply, name, credentials);
  if (verdict === 'right') return;
  refuse(context, request, 'password', name);
  if (verdict === 'code-needed') throw new Failure(403, 'code-needed', 'the one-time password is needed as well');
  throw new Failure(403, 'wrong-password', 'the password is not right');
}

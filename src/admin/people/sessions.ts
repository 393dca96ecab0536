/**
 * Who is logged in, in memory only: after a restart people log in again. The identifier in the cookie is made at login
 * and known nowhere else before (no fixation); we keep its digest. Bounded in number and in time.
 */

import { digestOf, newIdentifier, newSecret } from '../security/secrets.ts';

const IDLE_MS = 30 * 60_000;
const LONGEST_MS = 12 * 3600_000;
const MOST_OF_A_USER = 20;
const MOST = 200;
const LONGEST_AGENT = 200;

export interface Session {
  /** Public: for lists and revocation. */
  readonly id: string;
  readonly user: string;
  readonly csrfToken: string;
  readonly source: string;
  readonly agent: string;
  readonly startedMs: number;
  seenMs: number;
}

export class SessionStore {
  readonly #byDigest = new Map<string, Session>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** `secret` goes into the cookie. */
  start(user: string, source: string, agent: string): { session: Session; secret: string } {
    this.#forget();
    const own = [...this.#byDigest].filter(([, session]) => session.user === user);
    if (own.length >= MOST_OF_A_USER) this.#byDigest.delete(own[0]?.[0] ?? '');
    if (this.#byDigest.size >= MOST) this.#byDigest.delete(this.#byDigest.keys().next().value ?? '');
    const secret = newSecret();
    const nowMs = this.#nowMs();
    const session: Session = {
      id: newIdentifier(),
      user,
      csrfToken: newSecret(),
      source,
      agent: agent.slice(0, LONGEST_AGENT),
      startedMs: nowMs,
      seenMs: nowMs,
    };
    this.#byDigest.set(digestOf(secret), session);
    return { session, secret };
  }

  /** The session of a cookie, if it is one and its time is not over. `not-seen`: it does not live longer by being asked for. */
  find(secret: string, sign: 'seen' | 'not-seen' = 'seen'): Session | undefined {
    const digest = digestOf(secret);
    const session = this.#byDigest.get(digest);
    if (session === undefined) return undefined;
    const nowMs = this.#nowMs();
    if (this.#isOver(session, nowMs)) {
      this.#byDigest.delete(digest);
      return undefined;
    }
    if (sign === 'seen') session.seenMs = nowMs;
    return session;
  }

  /** Without taking it for a sign of life: for feeds that ask by themselves. */
  isAlive(id: string): boolean {
    return this.all().some((session) => session.id === id);
  }

  /** A sign of life that is no request: a keystroke in the terminal. */
  see(id: string): void {
    const session = this.all().find((one) => one.id === id);
    if (session !== undefined) session.seenMs = this.#nowMs();
  }

  all(): readonly Session[] {
    this.#forget();
    return [...this.#byDigest.values()];
  }

  /** True: there was such a session, and now it is none. */
  end(id: string): boolean {
    return this.#endWhere((session) => session.id === id) > 0;
  }

  /** All of a user, but one if `except` names it. */
  endAllOf(user: string, except?: string): number {
    return this.#endWhere((session) => session.user === user && session.id !== except);
  }

  endAll(): void {
    this.#byDigest.clear();
  }

  #endWhere(condition: (session: Session) => boolean): number {
    let ended = 0;
    for (const [digest, session] of this.#byDigest) {
      if (!condition(session)) continue;
      this.#byDigest.delete(digest);
      ended++;
    }
    return ended;
  }

  #isOver(session: Session, nowMs: number): boolean {
    return nowMs - session.seenMs > IDLE_MS || nowMs - session.startedMs > LONGEST_MS || nowMs < session.startedMs;
  }

  #forget(): void {
    const nowMs = this.#nowMs();
    this.#endWhere((session) => this.#isOver(session, nowMs));
  }
}

/** What is given for a fresh password and lets one terminal be opened: once, soon, and by that session only. */

import { digestOf, newSecret } from '../security/secrets.ts';

export const TICKET_MS = 30_000;

interface Ticket {
  readonly digest: string;
  readonly untilMs: number;
}

export class Tickets {
  /** By session: a newer one replaces the older. */
  readonly #tickets = new Map<string, Ticket>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  issue(sessionId: string): string {
    const nowMs = this.#nowMs();
    for (const [id, { untilMs }] of this.#tickets) if (untilMs <= nowMs) this.#tickets.delete(id);
    const ticket = newSecret();
    this.#tickets.set(sessionId, { digest: digestOf(ticket), untilMs: nowMs + TICKET_MS });
    return ticket;
  }

  /** True once for each ticket. */
  take(ticket: string, sessionId: string): boolean {
    const known = this.#tickets.get(sessionId);
    if (known === undefined || known.digest !== digestOf(ticket)) return false;
    this.#tickets.delete(sessionId);
    return known.untilMs > this.#nowMs();
  }
}

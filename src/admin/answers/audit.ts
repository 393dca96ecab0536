/** What was done, tried or refused, and by whom: GET /api/audit. */

export interface AuditEntry {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** A user's name, `token:<name>`, `console`, `device`, or `''` when nobody is known. */
  readonly actor: string;
  /** The peer's address, or `''`. */
  readonly source: string;
  /** `login`, `user.create`, `refused.csrf` ... */
  readonly action: string;
  readonly outcome: 'done' | 'failed' | 'refused';
  readonly detail?: string;
}

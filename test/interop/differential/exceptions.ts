/**
 * Points in which our program differs from haproxy knowingly. Every entry needs a reason that a user would accept; one
 * that no longer differs fails the suite, so the list cannot rot.
 */
export interface KnownException {
  readonly case: string;
  /** `client-N`, `origin-NAME` or `log`. */
  readonly field: string;
  readonly reason: string;
}

export const exceptions: readonly KnownException[] = [];

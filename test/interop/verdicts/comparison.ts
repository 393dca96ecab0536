/** How two verdicts on one configuration relate. */

import type { Verdict } from './real-verdict.ts';
import type { VerdictCase } from './verdict-case.ts';

export interface VerdictException {
  /** Matches the names of the configurations that it is about, */
  readonly pattern?: RegExp;
  /** or HAProxy's first error where ours is `not implemented yet`. */
  readonly theirs?: RegExp;
  readonly reason: string;
}

export type Relation =
  /** Both take it, or both refuse it; `sameMessage`: with the same first error. */
  | { readonly kind: 'agreed'; readonly sameMessage: boolean }
  /** HAProxy takes it, we say that it is not implemented yet. */
  | { readonly kind: 'later' }
  | { readonly kind: 'excepted'; readonly exception: VerdictException }
  | { readonly kind: 'different'; readonly how: string };

const LATER = /is not implemented yet/;

export function compareVerdicts(
  { name }: VerdictCase,
  theirs: Verdict,
  ours: Verdict,
  exceptions: readonly VerdictException[],
): Relation {
  const known = ours.alerts.filter((alert) => !LATER.test(alert));
  const onlyLater = known.length === 0 && ours.alerts.length > 0;
  const theirFirst = theirs.alerts[0] ?? '';
  if (!onlyLater && theirs.exitCode === ours.exitCode) {
    return { kind: 'agreed', sameMessage: (known[0] ?? '') === theirFirst };
  }
  if (onlyLater && theirs.exitCode !== 1) return { kind: 'later' };
  const exception = exceptions.find(
    (one) => one.pattern?.test(name) === true || (onlyLater && one.theirs?.test(theirFirst) === true),
  );
  if (exception !== undefined) return { kind: 'excepted', exception };
  const said = (verdict: Verdict): string => `${verdict.exitCode} ${verdict.alerts[0] ?? ''}`;
  return { kind: 'different', how: `haproxy: ${said(theirs)}\n  mahalo:  ${said(ours)}` };
}

/**
 * How a health check can end: HAProxy's statuses with the names that `show stat` prints, the numbers of `show servers
 * state`, and the texts of log lines.
 */

export type CheckStatus =
  | 'UNK'
  | 'INI'
  | 'SOCKERR'
  | 'L4OK'
  | 'L4TOUT'
  | 'L4CON'
  | 'L6OK'
  | 'L6TOUT'
  | 'L6RSP'
  | 'L7TOUT'
  | 'L7RSP'
  | 'L7OK'
  | 'L7OKC'
  | 'L7STS';

/** What a status means for the server's health. */
export type CheckOutcome = 'unknown' | 'failed' | 'passed' | 'conditional';

export interface CheckStatusFacts {
  /** srv_check_status of `show servers state`. */
  readonly number: number;
  readonly outcome: CheckOutcome;
  readonly description: string;
  /** The server said a code (an HTTP status), which is worth printing. */
  readonly hasCode: boolean;
}

function facts(number: number, outcome: CheckOutcome, description: string, hasCode = false): CheckStatusFacts {
  return { number, outcome, description, hasCode };
}

export const CHECK_STATUSES: Readonly<Record<CheckStatus, CheckStatusFacts>> = {
  UNK: facts(0, 'unknown', 'Unknown'),
  INI: facts(1, 'unknown', 'Initializing'),
  SOCKERR: facts(5, 'failed', 'Socket error'),
  L4OK: facts(6, 'passed', 'Layer4 check passed'),
  L4TOUT: facts(7, 'failed', 'Layer4 timeout'),
  L4CON: facts(8, 'failed', 'Layer4 connection problem'),
  L6OK: facts(9, 'passed', 'Layer6 check passed'),
  L6TOUT: facts(10, 'failed', 'Layer6 timeout'),
  L6RSP: facts(11, 'failed', 'Layer6 invalid response'),
  L7TOUT: facts(12, 'failed', 'Layer7 timeout'),
  L7RSP: facts(13, 'failed', 'Layer7 invalid response'),
  L7OK: facts(15, 'passed', 'Layer7 check passed', true),
  L7OKC: facts(16, 'conditional', 'Layer7 check conditionally passed', true),
  L7STS: facts(17, 'failed', 'Layer7 wrong status', true),
};

/** srv_check_result of `show servers state`. */
export const OUTCOME_NUMBERS: Readonly<Record<CheckOutcome, number>> = {
  unknown: 0,
  failed: 2,
  passed: 3,
  conditional: 4,
};

/** The end of one check. */
export interface CheckVerdict {
  readonly status: CheckStatus;
  /** Status the server answered, 0 without. */
  readonly code: number;
  /** What is known beyond the status: an error text, the server's reason; '' for nothing. */
  readonly info: string;
}

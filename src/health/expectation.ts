/** Whether what a server answered is what an `expect` step wants (manual, section 4.2, `http-check expect`). Pure. */
import type { CheckExpectModel, CheckHeaderModel, CheckPatternModel } from '../config/model-checks.ts';
import { listItemEnd } from '../http/list-item.ts';
import type { ExpectStep } from './check-chain.ts';
import type { CheckVerdict } from './check-status.ts';
import type { HttpCheckResponse } from './http-check.ts';

/** It is as expected. */
export const PASSED = 'passed';
/** More data may still decide it. */
export const WAIT = 'wait';

type CheckPattern = CheckExpectModel & CheckPatternModel;

export type Judgement = typeof PASSED | typeof WAIT | CheckVerdict;

const INVALID_RESPONSE: CheckVerdict = { status: 'L7RSP', code: 0, info: '' };

/** @param last nothing more comes */
export function judgeResponse(step: ExpectStep, response: HttpCheckResponse, last: boolean): Judgement {
  if (response.invalid) return INVALID_RESPONSE;
  if (!response.headComplete) return last || response.complete ? INVALID_RESPONSE : WAIT;
  const { head } = response;
  const { expect, matches } = step;
  switch (expect.what) {
    case 'status':
    case 'rstatus':
      if (matches(String(head.status)) !== expect.negated) return PASSED;
      return failure(step, 'L7STS', head.status, head.reasonString());
    case 'header':
      if (matchesHeader(step, expect, response) !== expect.negated) return PASSED;
      return failure(step, 'L7STS', head.status, head.reasonString());
    default:
      return judgeBody(step, expect, response, last || response.complete);
  }
}

function judgeBody(step: ExpectStep, expect: CheckPattern, response: HttpCheckResponse, last: boolean): Judgement {
  const { negated, minimum, what, pattern } = expect;
  const { body } = response;
  const code = response.head.status;
  if (body === '') {
    return last ? failure(step, 'L7RSP', code, 'HTTP content check could not find a response body') : WAIT;
  }
  const shortest = Math.max(what === 'string' ? pattern.length : 0, minimum);
  if (!last && body.length < shortest) return WAIT;
  const matched = step.matches(body);
  // What has not come may still match: only the end proves its absence, or a minimum that was asked for.
  if (!matched && !last && minimum < 0) return WAIT;
  if (matched !== negated) return PASSED;
  const text = negated ? 'HTTP check matched unwanted content' : 'HTTP content check did not match';
  return failure(step, 'L7RSP', code, text);
}

/** A header by name, whole (`fhdr`) or one of its comma-separated values (`hdr`). */
function matchesHeader(step: ExpectStep, wanted: CheckHeaderModel, { head }: HttpCheckResponse): boolean {
  for (let i = 0; i < head.count; i++) {
    if (head.lineEnd[i] === 0 || !step.matchesName(head.nameString(i))) continue;
    const value = head.valueString(i);
    if (wanted.value === undefined) return true;
    if (wanted.whole) {
      if (step.matches(value)) return true;
      continue;
    }
    const bytes = Buffer.from(value, 'latin1');
    for (let at = 0; at <= bytes.length; ) {
      const end = listItemEnd(bytes, at, bytes.length);
      if (step.matches(bytes.toString('latin1', at, end).trim())) return true;
      at = end + 1;
    }
  }
  return false;
}

const UNMATCHED: Readonly<Record<string, string>> = {
  binary: ' (binary)',
  rstring: ' (regex)',
  rbinary: ' (binary regex)',
};

/** The peer ended its side without a word. */
export function emptyAnswer(step: ExpectStep): CheckVerdict {
  const comment = step.comment === '' ? '' : ` comment: '${step.comment}'`;
  const info = `TCPCHK got an empty response at step ${step.number}${comment}`;
  return { status: step.expect.errorStatus ?? 'L7RSP', code: 0, info };
}

/** The bytes of a `tcp-check`, one character each. */
export function judgeBytes(step: ExpectStep, input: string, last: boolean): Judgement {
  const { expect } = step;
  const { negated, minimum, what } = expect;
  const pattern = expect.what === 'header' ? '' : expect.pattern;
  if (!last) {
    if ((what === 'string' || what === 'binary') && input.length < pattern.length) return WAIT;
    if (minimum > 0 && input.length < minimum) return WAIT;
  }
  const matched = step.matches(input);
  if (!matched && !last && minimum < 0) return WAIT;
  if (matched !== negated) return PASSED;
  const subject = what === 'string' ? ` '${pattern}'` : (UNMATCHED[what] ?? '');
  const verb = matched ? 'matched unwanted content' : 'did not match content';
  return failure(step, 'L7RSP', 0, `TCPCHK ${verb}${subject} at step ${step.number}`);
}

function failure(step: ExpectStep, status: CheckVerdict['status'], code: number, text: string): CheckVerdict {
  const { errorStatus, onError } = step.expect;
  const comment = step.comment === '' ? '' : ` comment: ${step.comment}`;
  return { status: errorStatus ?? status, code, info: `${onError === '' ? text : onError}${comment}` };
}

/**
 * The steps of a check (`http-check`, `tcp-check`; manual, section 4.2), compiled once for all checks of a backend: connect,
 * send, expect, again and again. A bare connection is a chain of one step.
 */
import type { CheckExpectModel, CheckMethodModel, CheckStepModel } from '../config/model-checks.ts';
import { compileRegex } from '../config/regex/regex.ts';
import { buildCheckRequest } from './http-check.ts';

export type ConnectStep = Extract<CheckStepModel, { readonly kind: 'connect' }> & {
  /** An answer is awaited right after it: the handshake's last packet must not be held back. */
  readonly listensNext: boolean;
};

export interface SendStep {
  readonly kind: 'send';
  readonly number: number;
  readonly comment: string;
  /** The bytes; with `send-state`, a header about the server is put in before the blank line. */
  readonly bytes: (stateHeader: string) => Uint8Array;
  readonly headRequest: boolean;
}

export interface ExpectStep {
  readonly kind: 'expect';
  readonly number: number;
  readonly comment: string;
  readonly expect: CheckExpectModel;
  /** Where evaluation starts again when more data come: the first negated one of the expectations before it. */
  readonly head: number;
  readonly matches: (text: string) => boolean;
  readonly matchesName: (name: string) => boolean;
}

export type CheckStep = ConnectStep | SendStep | ExpectStep;

export interface CheckChain {
  readonly protocol: CheckMethodModel['protocol'];
  readonly steps: readonly CheckStep[];
  readonly disableOn404: boolean;
  readonly sendState: boolean;
}

export function compileChain(model: CheckMethodModel): CheckChain {
  const { protocol, disableOn404, sendState } = model;
  const steps = model.steps.map((step, index) => compileStep(step, model.steps, index));
  return { protocol, steps, disableOn404, sendState };
}

function compileStep(step: CheckStepModel, steps: readonly CheckStepModel[], index: number): CheckStep {
  const { number, comment } = step;
  switch (step.kind) {
    case 'connect':
      return { ...step, listensNext: steps[index + 1]?.kind === 'expect' };
    case 'send':
      return { kind: 'send', number, comment, bytes: () => step.bytes, headRequest: false };
    case 'request': {
      const bytes = (stateHeader: string) => buildCheckRequest(step, stateHeader);
      return { kind: 'send', number, comment, bytes, headRequest: step.method === 'HEAD' };
    }
    case 'expect':
      return {
        kind: 'expect',
        number,
        comment,
        expect: step.expect,
        head: headOf(steps, index),
        ...compileMatchers(step.expect),
      };
  }
}

function headOf(steps: readonly CheckStepModel[], index: number): number {
  let head = index;
  for (let at = index - 1; at >= 0; at--) {
    const step = steps[at] as CheckStepModel;
    if (step.kind !== 'expect') break;
    if (step.expect.negated) head = at;
  }
  return head;
}

function compileMatchers(expect: CheckExpectModel): Pick<ExpectStep, 'matches' | 'matchesName'> {
  const never = () => false;
  if (expect.what === 'header') {
    const { name, nameMatch, value, valueMatch } = expect;
    return {
      matchesName: textMatcher(nameMatch, name, true),
      matches: value === undefined ? () => true : textMatcher(valueMatch, value, false),
    };
  }
  const { what, pattern } = expect;
  switch (what) {
    case 'status': {
      const ranges = pattern.split(',').map((range) => {
        const [low = '', high = low] = range.split('-');
        return [Number(low), Number(high)] as const;
      });
      const matches = (code: string) => ranges.some(([low, high]) => Number(code) >= low && Number(code) <= high);
      return { matches, matchesName: never };
    }
    case 'string':
    case 'binary':
      return { matches: (text) => text.includes(pattern), matchesName: never };
    case 'rstatus':
    case 'rstring':
      return { matches: regexMatcher(pattern, false), matchesName: never };
    case 'rbinary': {
      const matches = regexMatcher(pattern, false);
      return {
        matches: (text) => matches(Buffer.from(text, 'latin1').toString('hex').toUpperCase()),
        matchesName: never,
      };
    }
  }
}

function regexMatcher(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const expression = compileRegex(pattern, ignoreCase, { capture: false });
  return (text) => expression.test(text);
}

function textMatcher(
  match: 'str' | 'beg' | 'end' | 'sub' | 'reg',
  pattern: string,
  ignoreCase: boolean,
): (text: string) => boolean {
  if (match === 'reg') return regexMatcher(pattern, ignoreCase);
  const fold = ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text;
  const wanted = fold(pattern);
  switch (match) {
    case 'str':
      return (text) => fold(text) === wanted;
    case 'beg':
      return (text) => fold(text).startsWith(wanted);
    case 'end':
      return (text) => fold(text).endsWith(wanted);
    case 'sub':
      return (text) => fold(text).includes(wanted);
  }
}

const EXPECTED: Readonly<Record<CheckExpectModel['what'], string>> = {
  string: 'string',
  binary: 'binary',
  rstring: 'regex',
  rbinary: 'binary regex',
  status: 'HTTP status codes',
  rstatus: 'HTTP status regex',
  header: 'HTTP header pattern',
};

/** Where a `tcp-check` came to grief, as HAProxy appends it to the reason; '' for other checks. */
export function whereText(chain: CheckChain, step: CheckStep): string {
  if (chain.protocol !== 'tcp') return '';
  if (step.kind === 'connect' && step.implicit) return ' at initial connection step of tcp-check';
  const comment = step.comment === '' ? '' : ` comment: '${step.comment}'`;
  return ` at step ${step.number} of tcp-check (${doingText(step)})${comment}`;
}

function doingText(step: CheckStep): string {
  switch (step.kind) {
    case 'connect':
      return step.port === undefined ? 'connect' : `connect port ${step.port}`;
    case 'send':
      return 'send';
    case 'expect': {
      const { expect } = step;
      const literal = expect.what === 'string' || expect.what === 'binary' ? ` '${expect.pattern}'` : '';
      return `expect ${EXPECTED[expect.what]}${literal}`;
    }
  }
}

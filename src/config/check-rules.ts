/**
 * The order of `http-check` and `tcp-check` rules: what may follow what, how `option httpchk` joins in, and the steps that
 * come out of it (manual 4.2).
 */

import type { CheckMethodModel, CheckStepModel } from './model-checks.ts';

type Failure = { readonly error: string };
type ConnectStep = Extract<CheckStepModel, { readonly kind: 'connect' }>;
type ExpectStep = Extract<CheckStepModel, { readonly kind: 'expect' }>;
type PlainSend = Extract<CheckStepModel, { readonly kind: 'send' }>;

/** What an HTTP request step says; what it leaves open another line, or the default, may say. */
export interface RequestRule {
  readonly kind: 'request';
  readonly method: string | undefined;
  readonly uri: string | undefined;
  readonly version: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string | undefined;
  readonly comment: string;
  /** It comes from `option httpchk`. */
  readonly implied: boolean;
}

type Unnumbered<Step> = Omit<Step, 'number'>;

export type CheckRule =
  | Unnumbered<ConnectStep>
  | Unnumbered<ExpectStep>
  | Unnumbered<PlainSend>
  | RequestRule
  | { readonly kind: 'comment'; readonly comment: string };

/** A rule with the number of its line among the rules, from 1. */
export interface NumberedRule {
  readonly rule: CheckRule;
  readonly number: number;
}

/** How a section's servers are checked, as far as it was said. */
export interface CheckDraft {
  protocol: CheckMethodModel['protocol'];
  /** The rules in force: the section's own, or those of its defaults. */
  rules: NumberedRule[];
  readonly httpRules: NumberedRule[];
  readonly tcpRules: NumberedRule[];
  /** Those of its defaults. */
  readonly inheritedTcpRules: NumberedRule[];
  /** Rules of a kind that no option has asked for. */
  unused: boolean;
  disableOn404: boolean;
  sendState: boolean;
}

export function newCheck(defaults: CheckDraft | undefined): CheckDraft {
  return {
    protocol: defaults?.protocol ?? 'none',
    rules: defaults?.rules ?? [],
    httpRules: [],
    tcpRules: [],
    inheritedTcpRules: defaults?.tcpRules ?? [],
    unused: false,
    disableOn404: defaults?.disableOn404 ?? false,
    sendState: defaults?.sendState ?? false,
  };
}

function isStep({ rule }: NumberedRule): boolean {
  return rule.kind !== 'comment';
}

function isImplied(numbered: NumberedRule | undefined): numbered is NumberedRule & { readonly rule: RequestRule } {
  return numbered?.rule.kind === 'request' && numbered.rule.implied;
}

/** Like the rule before, changed by what the other one says. */
function merge(old: RequestRule, changes: RequestRule): RequestRule {
  return {
    ...old,
    method: changes.method ?? old.method,
    uri: changes.uri ?? old.uri,
    version: changes.version ?? old.version,
    headers: [...old.headers, ...changes.headers],
    body: changes.body ?? old.body,
  };
}

/** `option httpchk`: its request goes first, or completes the first request there is. */
export function useHttpCheck(check: CheckDraft, request: RequestRule): void {
  const rules = check.httpRules;
  check.protocol = 'http';
  check.rules = rules;
  check.unused = false;
  const steps = rules.filter(isStep);
  const first = steps[0]?.rule.kind === 'connect' ? steps[1] : steps[0];
  if (first?.rule.kind !== 'request') rules.unshift({ rule: request, number: 1 });
  else if (isImplied(first)) {
    rules.splice(rules.indexOf(first), 1);
    rules.unshift({ rule: request, number: 1 });
  } else rules[rules.indexOf(first)] = { ...first, rule: merge(first.rule, request) };
}

/** `option tcp-check`. */
export function useTcpCheck(check: CheckDraft): void {
  if (check.protocol === 'tcp') return;
  const inherits = check.tcpRules.length === 0 && check.inheritedTcpRules.length > 0;
  check.rules = inherits ? check.inheritedTcpRules : check.tcpRules;
  check.protocol = 'tcp';
  check.unused = false;
}

const STEP_NAMES = { connect: 'connect', request: 'send', send: 'send', expect: 'expect', comment: 'comment' } as const;

/** The number of the rule that would come next. */
function nextNumber(rules: readonly NumberedRule[]): number {
  const last = rules.at(-1);
  return last === undefined || isImplied(last) ? 1 : last.number + 1;
}

export function addHttpRule(check: CheckDraft, rule: CheckRule): Failure | undefined {
  const rules = check.httpRules;
  const number = nextNumber(rules);
  if (check.protocol !== 'http') {
    check.unused = true;
    rules.push({ rule, number });
    return undefined;
  }
  check.rules = rules;
  check.unused = false;
  const steps = rules.filter(isStep);
  const last = steps.at(-1);
  if (last !== undefined && !isImplied(last) && rule.kind !== 'comment') {
    const needed = missingBefore(rule.kind, last.rule.kind);
    if (needed !== undefined) {
      return {
        error: `unable to add http-check ${STEP_NAMES[rule.kind]} rule at step ${number} (missing ${needed} rule).`,
      };
    }
  }
  const [first] = steps;
  if (rule.kind === 'request' && isImplied(first)) {
    rules.splice(rules.indexOf(first), 1);
    rules.push({ rule: { ...merge(first.rule, rule), comment: rule.comment, implied: false }, number });
  } else rules.push({ rule, number });
  return undefined;
}

function missingBefore(kind: CheckRule['kind'], last: CheckRule['kind']): string | undefined {
  if (kind === 'request') return last === 'connect' ? undefined : 'connect';
  if (kind === 'expect') return last === 'request' || last === 'expect' ? undefined : 'send';
  return kind === 'connect' && last !== 'expect' ? 'expect' : undefined;
}

export function addTcpRule(check: CheckDraft, rule: CheckRule): void {
  check.tcpRules.push({ rule, number: nextNumber(check.tcpRules) });
  if (check.protocol === 'tcp') check.rules = check.tcpRules;
  else check.unused = true;
}

/** A `connect` line must be the first step, if there is one at all. */
export function mayConnect(rules: readonly NumberedRule[]): boolean {
  const first = rules.find((numbered) => isStep(numbered) && !isImplied(numbered));
  return first === undefined || first.rule.kind === 'connect';
}

const IMPLIED_CONNECT: Unnumbered<ConnectStep> = {
  kind: 'connect',
  implicit: true,
  asServer: true,
  address: undefined,
  port: undefined,
  sendProxy: false,
  linger: false,
  comment: '',
};

const IMPLIED_EXPECT: Unnumbered<ExpectStep> = {
  kind: 'expect',
  comment: '',
  expect: {
    what: 'status',
    pattern: '200-399',
    negated: false,
    minimum: -1,
    onSuccess: '',
    onError: '',
    okStatus: undefined,
    errorStatus: undefined,
    timeoutStatus: undefined,
  },
};

/** The steps to make: connections and expectations that need not be said are put in, comments given to what they precede. */
export function freezeCheckMethod(check: CheckDraft): CheckMethodModel {
  const rules = [...check.rules];
  if (check.protocol === 'http') {
    const [first, second] = rules.filter(isStep);
    if (isImplied(first) && second?.rule.kind === 'connect') {
      rules.splice(rules.indexOf(first), 1);
      rules.splice(rules.indexOf(second) + 1, 0, { ...first, number: second.number + 1 });
    }
    const last = rules.findLast(isStep);
    if (last?.rule.kind === 'request') rules.push({ rule: IMPLIED_EXPECT, number: last.number + 1 });
  }
  if (rules.find(isStep)?.rule.kind !== 'connect') rules.unshift({ rule: IMPLIED_CONNECT, number: 0 });
  const steps: CheckStepModel[] = [];
  let comment = '';
  for (const { rule, number } of rules) {
    if (rule.kind === 'comment') comment = rule.comment;
    else steps.push({ ...freezeRule(rule), number, comment: rule.comment || comment });
  }
  const { protocol, disableOn404, sendState } = check;
  return { protocol, steps, disableOn404, sendState };
}

function freezeRule(rule: Exclude<CheckRule, { readonly kind: 'comment' }>): CheckStepModel {
  if (rule.kind !== 'request') return { ...rule, number: 0 };
  return {
    kind: 'request',
    method: rule.method ?? 'OPTIONS',
    uri: rule.uri ?? '/',
    version: rule.version ?? 'HTTP/1.0',
    headers: rule.headers,
    body: rule.body ?? '',
    comment: rule.comment,
    number: 0,
  };
}

/**
 * `tcp-request` and `tcp-response` rules, compiled once: each a test and an action. Rules on content may have to wait for more
 * bytes: while a test cannot tell yet and the time for it is not over, the list is left at that rule (manual section 4.2).
 */
import type { Place, ProxyModel } from '../config/model.ts';
import type { TcpRuleModel } from '../config/model-rules.ts';
import { compileTest, MISS, PASS, type Test } from '../sample/condition.ts';
import { type CompileOptions, compileOptions, type SampleEnvironment } from '../sample/context.ts';
import type { Stream } from './stream.ts';
import { compileTcpAction, type TcpRun } from './tcp-rules-actions.ts';
import { NEXT, WAIT } from './tcp-rules-verdicts.ts';

export interface TcpRule {
  /** Null: always. */
  readonly test: Test | null;
  /** Returns a verdict. `final`: there is nothing more to wait for. */
  readonly run: TcpRun;
  readonly place: Place;
}

/** A list of rules that waits. */
export interface Inspection {
  readonly rules: readonly TcpRule[];
  readonly delayMs: number;
  /** When the rules must decide; the time begins when they first wait. */
  expiryMs: number;
  /** The action that waits, -1: the list begins anew. */
  resumeAt: number;
}

export interface TcpRules {
  /** Before anything is read, and once the session's addresses are known. */
  readonly connection: readonly TcpRule[];
  readonly session: readonly TcpRule[];
  /** On the content of each direction, with the time to wait for it, ms (0: what is there counts). */
  readonly request: readonly TcpRule[];
  readonly requestDelay: number;
  readonly response: readonly TcpRule[];
  readonly responseDelay: number;
  /** Some rule on responses looks at their heads. */
  readonly readsResponses: boolean;
}

function compileRule(model: TcpRuleModel, options: CompileOptions, proxyName: string): TcpRule {
  return {
    test: model.condition === undefined ? null : compileTest(model.condition, options),
    run: compileTcpAction(model.action, options, proxyName),
    place: model.place,
  };
}

/** What is asked of responses as bytes, not as messages. */
const OF_BYTES = new Set(['res.len', 'res.payload', 'res.payload_lv', 'res.ssl_hello_type']);

function readsResponse({ condition }: TcpRuleModel): boolean {
  const acls = condition?.alternatives.flat().flatMap((term) => term.acls) ?? [];
  return acls.some(
    ({ expression: { fetch } }) => fetch === 'status' || (fetch.startsWith('res.') && !OF_BYTES.has(fetch)),
  );
}

/** Null: the proxy has no such rules, and pays nothing for those that others have. */
export function compileTcpRules(model: ProxyModel, environment: SampleEnvironment): TcpRules | null {
  const { tcpConnectionRules, tcpSessionRules, tcpRequestRules, tcpResponseRules } = model;
  if ([tcpConnectionRules, tcpSessionRules, tcpRequestRules, tcpResponseRules].every((rules) => rules.length === 0)) {
    return null;
  }
  const request = compileOptions(environment, 'request');
  const response = compileOptions(environment, 'response');
  return {
    connection: tcpConnectionRules.map((rule) => compileRule(rule, request, model.name)),
    session: tcpSessionRules.map((rule) => compileRule(rule, request, model.name)),
    request: tcpRequestRules.map((rule) => compileRule(rule, request, model.name)),
    requestDelay: model.tcpRequestDelayMs,
    response: tcpResponseRules.map((rule) => compileRule(rule, response, model.name)),
    responseDelay: model.tcpResponseDelayMs,
    readsResponses: tcpResponseRules.some(readsResponse),
  };
}

/** Which action waits, after WAIT: the one to resume with. -1: a test waits, and the list begins anew. */
export let waitingAction = -1;

/** Notes which rule on content had the last word (`last_rule_line`). */
export function noteLastRule(stream: Stream, rules: readonly TcpRule[], verdict: number): void {
  if (verdict !== NEXT && verdict !== WAIT) stream.rules.lastRule = rules[waitingAction]?.place ?? null;
}

/**
 * Runs the rules. Returns NEXT when none ended the list, else the verdict that did. After WAIT it is called again with
 * `waitingAction` when more has arrived or the time is over.
 */
export function applyTcpRules(rules: readonly TcpRule[], stream: Stream, final: boolean, resumeAt = -1): number {
  for (let i = Math.max(0, resumeAt); i < rules.length; i++) {
    const { test, run } = rules[i] as TcpRule;
    if (test !== null && i !== resumeAt) {
      stream.mayWait = !final;
      const answer = test(stream);
      stream.mayWait = false;
      if (answer === MISS) {
        waitingAction = -1;
        return WAIT;
      }
      if (answer !== PASS) continue;
    }
    const verdict = run(stream, final);
    if (verdict === NEXT) continue;
    waitingAction = i;
    return verdict;
  }
  return NEXT;
}

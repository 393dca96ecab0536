/**
 * Lists of HTTP rules, compiled once: each a condition and an action. A rule either changes something and lets the next one
 * run, or ends the evaluation (manual section 4.2).
 */
import type { Place } from '../config/model.ts';
import type { HttpRuleModel } from '../config/model-rules.ts';
import type { Http1Head } from '../http/h1-head.ts';
import { compileCondition } from '../sample/condition.ts';
import type { CompileOptions, SampleContext } from '../sample/context.ts';
import { findingPaysOff, RuleFinder } from '../sample/rule-finder.ts';
import { type Action, NEXT, STOP, WAIT } from './actions/action.ts';
import { compileAction } from './actions/action-table.ts';
import type { Stream } from './stream.ts';

interface HttpRule {
  readonly condition: ((context: SampleContext) => boolean) | null;
  readonly action: Action;
  readonly place: Place;
}

export interface HttpRules {
  readonly rules: readonly HttpRule[];
  readonly length: number;
  /** Finds the next rule that holds where that is cheaper than asking one after another. */
  readonly finder: RuleFinder | null;
}

/** All rules done, or `allow`. Any other result of `applyRules` is the verdict of an action (see actions/action.ts). */
export const CONTINUE = NEXT;

/** Which action ended the last evaluation; valid right after `applyRules` returned something else than CONTINUE. */
export let finalAction: Action | null = null;

export function compileRules(models: readonly HttpRuleModel[], samples: CompileOptions, proxyName: string): HttpRules {
  const conditions = models.map((model) => model.condition);
  const finder = findingPaysOff(conditions) ? new RuleFinder(conditions, samples) : null;
  const rules = models.map((model, index) => ({
    condition: model.condition === undefined ? null : compileCondition(model.condition, samples),
    action: compileAction(model.action, {
      samples,
      proxyName,
      next: models[index + 1]?.action.kind ?? '',
    }),
    place: model.place,
  }));
  return { rules, length: rules.length, finder };
}

/**
 * Runs `rules` over `head`. After WAIT, calling it again goes on with the very action that waits (`stream.rules.index`),
 * whose condition is not asked again.
 */
export function applyRules({ rules, finder }: HttpRules, stream: Stream, head: Http1Head): number {
  const state = stream.rules;
  let index = state.index;
  let resumed = index > 0;
  if (resumed) index--;
  for (; index < rules.length; index++) {
    if (finder !== null && !resumed) {
      index = finder.first(stream, index);
      if (index < 0) break;
    }
    const { condition, action, place } = rules[index] as HttpRule;
    if (finder === null && !resumed && condition !== null && !condition(stream)) continue;
    resumed = false;
    const verdict = action.run(stream, head);
    if (verdict === NEXT) continue;
    if (verdict === WAIT) {
      state.index = index + 1;
      return WAIT;
    }
    finalAction = action;
    state.lastRule = place;
    state.index = 0;
    state.softRewrites = false;
    return verdict === STOP ? CONTINUE : verdict;
  }
  state.index = 0;
  state.softRewrites = false;
  return CONTINUE;
}

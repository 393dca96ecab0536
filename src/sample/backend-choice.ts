/**
 * The `use_backend` rules of a frontend as one function. HAProxy walks them one by one; here a run of rules that all ask
 * the same sample for literal values (a thousand `if { hdr(host) -i name }`) is one hash lookup. Order is kept: runs
 * are tried in order, and within a run the table answers with the earliest rule that matches any of the values.
 */
import type { AclModel, ConditionModel, UseBackendModel } from '../config/model.ts';
import { compileCondition } from './condition.ts';
import type { CompileOptions, SampleContext } from './context.ts';
import { compileExpression } from './expression.ts';
import { type LiteralMode, LiteralTable } from './literal-table.ts';
import { Sample, STR } from './sample.ts';

/** Index of the first rule that holds, or -1. */
export type BackendChoice = (context: SampleContext) => number;

const sample = new Sample();

export function compileUseBackend(
  rules: readonly Pick<UseBackendModel, 'condition'>[],
  options: CompileOptions,
): BackendChoice {
  const steps: BackendChoice[] = [];
  for (let index = 0; index < rules.length; ) {
    const condition = (rules[index] as UseBackendModel).condition;
    const key = condition === undefined ? undefined : literalKey(condition, options);
    if (key === undefined) {
      steps.push(singleStep(condition, index, options));
      index++;
      continue;
    }
    let end = index + 1;
    while (end < rules.length && sameKey((rules[end] as UseBackendModel).condition, key, options)) end++;
    steps.push(tableStep(rules, index, end, options));
    index = end;
  }
  const [first, second] = steps;
  if (first === undefined) return () => -1;
  if (second === undefined) return first;
  return (context) => {
    for (const step of steps) {
      const found = step(context);
      if (found >= 0) return found;
    }
    return -1;
  };
}

function singleStep(condition: ConditionModel | undefined, index: number, options: CompileOptions): BackendChoice {
  if (condition === undefined) return () => index;
  const holds = compileCondition(condition, options);
  return (context) => (holds(context) ? index : -1);
}

/** Every ACL of a condition that is nothing but one literal comparison after another joined by "or", else undefined. */
function literalAcls(condition: ConditionModel): readonly AclModel[] | undefined {
  if (condition.unless) return undefined;
  const acls: AclModel[] = [];
  for (const terms of condition.alternatives) {
    const [term] = terms;
    if (terms.length !== 1 || term === undefined || term.negated) return undefined;
    acls.push(...term.acls);
  }
  return acls;
}

/** What the ACLs have in common: sample, match and case; undefined if they have not or the match has no table. */
function literalKey(condition: ConditionModel, options: CompileOptions): string | undefined {
  const acls = literalAcls(condition);
  if (acls === undefined || acls.length === 0) return undefined;
  let common: string | undefined;
  for (const acl of acls) {
    if (acl.match !== 'str' && acl.match !== 'beg' && acl.match !== 'end') return undefined;
    const { fetch, args, converters } = acl.expression;
    if (converters.length > 0 || fetch === 'method') return undefined;
    const key = JSON.stringify([fetch, args, acl.match, acl.ignoreCase]);
    if (common !== undefined && key !== common) return undefined;
    common = key;
  }
  const [first] = acls;
  return first !== undefined && compileExpression(first.expression, options).type === STR ? common : undefined;
}

function sameKey(condition: ConditionModel | undefined, key: string, options: CompileOptions): boolean {
  return condition !== undefined && literalKey(condition, options) === key;
}

/** One table for the rules from `start` to `end` (exclusive), which share a key. */
function tableStep(
  rules: readonly Pick<UseBackendModel, 'condition'>[],
  start: number,
  end: number,
  options: CompileOptions,
): BackendChoice {
  const acls = literalAcls((rules[start] as UseBackendModel).condition as ConditionModel) as readonly AclModel[];
  const first = acls[0] as AclModel;
  const table = new LiteralTable(first.match as LiteralMode, first.ignoreCase);
  for (let index = start; index < end; index++) {
    const members = literalAcls((rules[index] as UseBackendModel).condition as ConditionModel) as readonly AclModel[];
    for (const acl of members) for (const pattern of acl.patterns) table.add(pattern, index);
  }
  const { read, next } = compileExpression(first.expression, { ...options, iterate: true });
  return (context) => {
    let earliest = -1;
    for (let found = read(context, sample); found; found = next?.(context, sample) ?? false) {
      const index = table.find(sample.bytes, sample.start, sample.end);
      if (index >= 0 && (earliest < 0 || index < earliest)) earliest = index;
    }
    return earliest;
  };
}

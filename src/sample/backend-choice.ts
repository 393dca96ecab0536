/** The `use_backend` rules of a frontend as one function. */
import type { UseBackendModel } from '../config/model-rules.ts';
import type { CompileOptions, SampleContext } from './context.ts';
import { RuleFinder } from './rule-finder.ts';

/** Index of the first rule that holds, or -1. */
export type BackendChoice = (context: SampleContext) => number;

export function compileUseBackend(
  rules: readonly Pick<UseBackendModel, 'condition'>[],
  options: CompileOptions,
): BackendChoice {
  if (rules.length === 0) return () => -1;
  const finder = new RuleFinder(
    rules.map((rule) => rule.condition),
    options,
  );
  return (context) => finder.first(context);
}

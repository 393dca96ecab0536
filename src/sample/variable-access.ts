/** Reading, setting and unsetting variables as compiled functions: for fetches, converters, rules and the runtime API. */
import type { CompileOptions, SampleContext } from './context.ts';
import { type Sample, STR } from './sample.ts';
import type { VariableCondition, VariableStore } from './variables.ts';

type Find = (context: SampleContext) => VariableStore | null;

/** How to find the store of a scope; null where there is none, or no longer, as with `req` after the request. */
function compileVariable(name: string, options: CompileOptions): { readonly slot: number; readonly find: Find } {
  const names = options.environment.variables;
  const { scope, slot } = names.resolve(name);
  switch (scope) {
    case 'proc':
      return { slot, find: () => names.process };
    case 'sess':
      return { slot, find: (context) => context.variables?.session ?? null };
    case 'txn':
      return { slot, find: (context) => context.variables?.transaction ?? null };
    case 'check':
      return { slot, find: (context) => context.variables?.check ?? null };
    case 'req':
    case 'res':
      return {
        slot,
        find: (context) => {
          const store = context.variables?.exchange ?? null;
          return store !== null && store.scope === scope ? store : null;
        },
      };
  }
}

/**
 * Puts the variable's value into the sample, or the text `otherwise`; false when there is neither, or no such scope. The
 * bytes are the variable's own: they are not to be changed in place. Throws an Error on a bad name.
 */
export function readVariable(
  name: string,
  options: CompileOptions,
  otherwise?: string,
): (context: SampleContext, sample: Sample) => boolean {
  const { slot, find } = compileVariable(name, options);
  const text = otherwise === undefined ? null : Buffer.from(otherwise, 'latin1');
  return (context, sample) => {
    const store = find(context);
    if (store === null) return false;
    return store.read(slot, sample) || (text !== null && sample.setBytes(STR, text, 0, text.length));
  };
}

/** Copies the sample into the variable, if the conditions allow it; false when they do not, or there is no room. */
export function writeVariable(
  name: string,
  conditions: readonly string[],
  options: CompileOptions,
): (context: SampleContext, sample: Sample) => boolean {
  const { slot, find } = compileVariable(name, options);
  const wanted = conditions.length === 0 ? null : new Set(conditions as readonly VariableCondition[]);
  return (context, sample) => {
    const store = find(context);
    return store?.set(slot, sample, wanted) ?? false;
  };
}

/** Takes the variable's value away; false where its scope does not exist. */
export function clearVariable(name: string, options: CompileOptions): (context: SampleContext) => boolean {
  const { slot, find } = compileVariable(name, options);
  return (context) => {
    const store = find(context);
    store?.unset(slot);
    return store !== null;
  };
}

/** What the options of `bind` and `stats socket` lines have in common: how they are declared, and what they see. */

import type { KeywordEntry } from '../keyword.ts';
import type { BindModel, StatsSocketModel } from '../model.ts';
import type { Statement } from '../statement.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface BindSettings extends Mutable<Omit<BindModel, 'place' | 'text' | 'addresses'>> {
  level: StatsSocketModel['level'];
}

export interface BindContext {
  readonly statement: Statement;
  /** What stands behind the listener. */
  readonly purpose: 'frontend' | 'runtime API';
  /** The index of the option's own word. */
  readonly index: number;
  readonly settings: BindSettings;
  readonly sockets: number;
  /** The bind line (`file:line ('bind :80')`) that already has this id. */
  readonly idTaken: (id: number) => string | undefined;
}

export interface BindOption extends KeywordEntry {
  readonly argumentCount: number;
  /** The one kind of line on which it has a meaning; it is refused on the other. */
  readonly only: BindContext['purpose'] | undefined;
  /** Undefined: known, not implemented. Gives the error, or LATER for an argument that is not implemented yet. */
  readonly apply: ((context: BindContext) => string | typeof LATER | undefined) | undefined;
}

/** The grammar is right, but nothing would act on it. */
export const LATER = Symbol('not implemented yet');

export type Apply = NonNullable<BindOption['apply']>;

export function bindOption(
  name: string,
  argument: string,
  help: string,
  apply: Apply | undefined,
  only?: BindContext['purpose'],
  implemented = true,
): BindOption {
  return {
    kind: 'bind-option',
    name,
    sections: ['frontend', 'listen', 'global'],
    grammar: argument === '' ? name : `${name} ${argument}`,
    help,
    initially: '',
    since: '1.5',
    manual: '5.1',
    implemented: implemented && apply !== undefined,
    argumentCount: argument === '' ? 0 : 1,
    only,
    apply,
  };
}

export function value(context: BindContext): string {
  return context.statement.word(context.index + 1);
}

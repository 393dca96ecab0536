/** What the options of `server` lines have in common: how they are declared, and the readers of simple ones. */

import type { ProxyDraft, ServerDraft } from '../draft.ts';
import type { KeywordEntry } from '../keyword.ts';
import { readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';

export interface ServerContext {
  readonly statement: Statement;
  readonly proxy: ProxyDraft;
  readonly server: ServerDraft;
  /** The index of the option's own word. */
  readonly index: number;
}

export interface ServerOption extends KeywordEntry {
  readonly argumentCount: number;
  readonly inDefault: boolean;
  /**
   * Undefined: known, not implemented. Gives an error, how many words it took beyond the usual, or LATER for an argument
   * that is not implemented yet.
   */
  readonly apply: ((context: ServerContext) => string | number | typeof LATER | undefined) | undefined;
}

/** The grammar is right, but nothing would act on it. */
export const LATER = Symbol('not implemented yet');

export type Apply = NonNullable<ServerOption['apply']>;

export function option(
  name: string,
  argument: string,
  help: string,
  apply: Apply | undefined,
  inDefault = true,
  implemented = true,
): ServerOption {
  return {
    kind: 'server-option',
    name,
    sections: ['listen', 'backend'],
    grammar: argument === '' ? name : `${name} ${argument}`,
    help,
    initially: '',
    since: '1.3',
    manual: '5.2',
    implemented: implemented && apply !== undefined,
    argumentCount: argument === '' ? 0 : 1,
    inDefault,
    apply,
  };
}

export function value(context: ServerContext): string {
  return context.statement.word(context.index + 1);
}

export function flag(set: (server: ServerDraft) => void): Apply {
  return ({ server }) => {
    set(server);
    return undefined;
  };
}

/** A number read as leniently as HAProxy does, even from nothing. */
export function count(set: (server: ServerDraft, value: number) => void): Apply {
  return (context) => {
    set(context.server, readInt32(value(context)));
    return undefined;
  };
}

export function argued(
  name: string,
  what: string,
  set: (server: ServerDraft, value: string) => string | undefined,
): Apply {
  return (context) => {
    const word = value(context);
    return word === '' ? `'${name}' expects ${what} as argument.` : set(context.server, word);
  };
}

export function integer(name: string, set: (server: ServerDraft, value: string) => string | undefined): Apply {
  return (context) => {
    const word = value(context);
    return word === '' ? `'${name}' expects an integer argument.` : set(context.server, word);
  };
}

export const WORDY_LIMIT = 'maximum value is 2147483647 ms (~24.8 days).';

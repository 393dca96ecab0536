/** What the keywords of the `global` section have in common: how they are declared, and the readers of simple ones. */

import type { GlobalDraft } from '../draft.ts';
import type { StatementKeyword } from '../keyword.ts';
import { readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';

export type GlobalKeyword = StatementKeyword<GlobalDraft>;

export type Parse = NonNullable<GlobalKeyword['parse']>;

export function globalKeyword(
  name: string,
  argument: string,
  help: string,
  parse: Parse,
  more: Partial<GlobalKeyword> = {},
): GlobalKeyword {
  return {
    kind: 'global',
    name,
    sections: ['global'],
    grammar: argument === '' ? name : `${name} ${argument}`,
    help,
    initially: '',
    since: '1.0',
    manual: name.startsWith('tune.') || name.includes('conn') ? '3.2' : '3.1',
    implemented: true,
    parse,
    ...more,
  };
}

/** True when it was said before: HAProxy keeps the first and goes on. */
export function saidAlready(statement: Statement, global: GlobalDraft, what: string = statement.keyword): boolean {
  if (!global.said.has(what)) {
    global.said.add(what);
    return false;
  }
  statement.alertAndContinue(`'${statement.keyword}' already specified. Continuing.`);
  return true;
}

export function flag(set: (global: GlobalDraft) => void): Parse {
  return (statement, global) => {
    if (!statement.tooMany(0)) set(global);
  };
}

interface NumberRules {
  readonly once?: boolean;
  readonly low?: number;
  readonly high?: number;
  readonly refusal?: string;
}

export function number(set: (global: GlobalDraft, value: number) => void, rules: NumberRules = {}): Parse {
  return (statement, global) => {
    if (statement.tooMany(1)) return;
    const text = statement.word(1);
    // A value of 0 counts as not said in HAProxy.
    if (rules.once === true && global.said.has(statement.keyword)) {
      saidAlready(statement, global);
      return;
    }
    if (text === '') {
      statement.alert(`'${statement.keyword}' expects an integer argument.`);
      return;
    }
    const value = readInt32(text);
    if (value < (rules.low ?? -0x80000000) || value > (rules.high ?? 0x7fffffff)) {
      statement.alert(`'${statement.keyword}' ${rules.refusal ?? 'expects a positive integer argument.'}`, 'spaced', 1);
      return;
    }
    if (rules.once === true && value !== 0) global.said.add(statement.keyword);
    set(global, value);
  };
}

export function text(what: string, set: (global: GlobalDraft, value: string) => void): Parse {
  return (statement, global) => {
    if (statement.tooMany(1) || saidAlready(statement, global)) return;
    const word = statement.word(1);
    if (word !== '') set(global, word);
    else {
      global.said.delete(statement.keyword);
      statement.alert(`'${statement.keyword}' expects ${what}.`);
    }
  };
}

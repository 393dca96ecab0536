/** What keywords of an instance share. */

import type { Context } from '../context.ts';
import type { InstanceDraft } from '../drafts.ts';
import { type Keyword, works } from '../keyword.ts';
import { SECONDS_MAX } from '../numbers.ts';
import type { Statement } from '../statements.ts';

/** Marks where a keyword stands that is judged when the block is complete. */
export function mark(line: Statement, draft: InstanceDraft): void {
  const [keyword, value] = line.words;
  if (keyword !== undefined) draft.written.set(keyword.text, value ?? keyword);
}

export const flag = (name: string, help: string, set: (draft: InstanceDraft) => void): Keyword<InstanceDraft> =>
  works(name, '', help, (line, draft) => {
    mark(line, draft);
    set(draft);
  });

export function readLifetime(line: Statement, context: Context): number | undefined {
  const word = context.word(line, 1);
  if (word.text === 'off') return 0;
  const said = { complaint: `invalid address lifetime '${word.text}'`, hint: 'seconds, 1 or more, or off' };
  const seconds = context.unsigned(word, { minimum: 1, maximum: SECONDS_MAX }, said);
  return seconds === undefined ? undefined : seconds * 1000;
}

import { type Command, textField } from '../control/command.ts';
import type { LastWordsStore } from '../supervisor/last-words.ts';

/** `{"command":"words","role":"proxy"}`; without a role those of all. */
export function wordsCommand(store: LastWordsStore): Command {
  return {
    word: 'words',
    help: 'what roles said before they ended, and how they ended (role=NAME for one of them)',
    run: (request) => store.of(request['role'] === undefined ? undefined : textField(request, 'role')),
  };
}

/** What is told of a role, by whoever started it. */

import type { LastWords, LastWordsStore } from './last-words.ts';
import type { Patience } from './liveness.ts';

export type RoleState =
  | 'starting' // it has not answered yet
  | 'running'
  | 'silent' // it did answer, and does not now
  | 'waiting' // it ended, and is started again soon
  | 'stopped' // on purpose, or nobody wants it
  | 'stopping';

export interface RoleStatus {
  readonly name: string;
  readonly pid: number | null;
  readonly state: RoleState;
  /** Milliseconds since 1970; null while there is no process. */
  readonly startedAt: number | null;
  /** How often it was started again since the appliance role began. */
  readonly restarts: number;
  /** Why it does not run as it should; `''` when it does. */
  readonly why: string;
  /** Of its last end that nobody wanted; `words` tells all of it. */
  readonly lastWords: { readonly time: number; readonly how: string; readonly text: string } | null;
}

/** What is left of its text in a status. */
const SHORT_TEXT = 1000;

export function shortWords(words: LastWords | undefined): RoleStatus['lastWords'] {
  if (words === undefined) return null;
  const { time, how, text } = words;
  return { time, how, text: text.slice(-SHORT_TEXT).trim() };
}

/** What a role's keeper is given. */
export interface RoleSurroundings {
  /** For marks and what roles write; there already. */
  readonly directory: string;
  readonly words: LastWordsStore;
  readonly patience: Patience;
  tell(text: string): void;
}

/** Something the supervisor looks after. */
export interface Role {
  readonly name: string;
  status(): RoleStatus;
  start(): void;
  /**
   * Asks whether it is well, and acts.
   * @param everybody false: who was well a moment ago is left in peace, since each question wakes both sides several times
   */
  look(everybody: boolean): Promise<void>;
  /** It should be looked at soon again. */
  readonly restless: boolean;
  /** Resolves when it has ended; it is not started again. */
  stop(): Promise<void>;
}

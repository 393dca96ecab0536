/** What is told of a role, by whoever started it. */

import type { LastWords } from './last-words.ts';

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
  /** ISO 8601; null while there is no process. */
  readonly startedAt: string | null;
  /** How often it was started again since the appliance role began. */
  readonly restarts: number;
  /** Why it does not run as it should; null when it does. */
  readonly why: string | null;
  /** Of its last end that nobody wanted. */
  readonly lastWords: LastWords | null;
}

/** Something the supervisor looks after. */
export interface Role {
  readonly name: string;
  status(): RoleStatus;
  start(): void;
  /** Asks whether it is well, and acts. */
  look(): Promise<void>;
  /** It should be looked at soon again. */
  readonly restless: boolean;
  /** Resolves when it has ended; it is not started again. */
  stop(): Promise<void>;
}

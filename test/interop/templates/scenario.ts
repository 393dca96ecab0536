/** What a template promises, as traffic that shows it: played on the real haproxy, and on a unit through its API. */
import type { Test } from 'tap';

/**
 * Runs what the template writes for these answers (the others are those of its example), on 127.0.0.1 and a free port.
 * Resolves with the port once it is open. A second call runs a second text.
 */
export type Start = (answers: Readonly<Record<string, unknown>>) => Promise<number>;

export interface Scenario {
  /** The id of the template. */
  readonly template: string;
  readonly what: string;
  play(test: Test, start: Start): Promise<void>;
}

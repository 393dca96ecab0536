/** What runs a document: the proxy for its configuration, the VRRP agent for keepalived.conf. */

import type { DocumentFile } from '../answers/revisions.ts';

/** A process that has a revision in force. */
export interface Carried {
  readonly processId: number;
  readonly revision: number;
}

export type StartOutcome =
  | { readonly kind: 'serving'; readonly process: Carried }
  /** What was in force before goes on if it did. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface Carrier {
  /** In sentences: `the proxy`. */
  readonly what: string;
  /** The process in charge, if there is one and it answers. */
  current(): Promise<Carried | undefined>;
  /**
   * One that somebody started before us and that does not serve yet: resolves when it does. Asked when nobody is in charge;
   * undefined: there is none, or it does not come to serving.
   */
  underWay(revision: number): Promise<Carried | undefined>;
  isAlive(processId: number): boolean;
  /** Another text when another process may have come into charge; costs nobody a question. */
  mark(): string;
  /** Brings a text into force, in place of what is in force now, and waits until it is. */
  start(revision: number, text: string, files: readonly DocumentFile[]): Promise<StartOutcome>;
  stopAll(): void;
  /** Removes what no revision needs any more. */
  tidy(keep: readonly number[]): void;
}

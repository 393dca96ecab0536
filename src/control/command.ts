/** What a command of the runtime API is: its words, its line of help, and a function from arguments to answer. */

import type { ProxyRuntime } from '../proxy/proxy-runtime.ts';

export const LEVEL_USER = 1;
export const LEVEL_OPERATOR = 2;
export const LEVEL_ADMIN = 3;
export type Level = typeof LEVEL_USER | typeof LEVEL_OPERATOR | typeof LEVEL_ADMIN;

export type SeverityOutput = 'none' | 'number' | 'string';

/** What the role knows about the process and the runtime does not. */
export interface ProcessFacts {
  readonly version: string;
  readonly releaseDate: string;
  /** RLIMIT_NOFILE in force. */
  readonly descriptorLimit: number;
  readonly maxSockets: number;
}

/** A connection to the runtime API, as far as commands may change it. */
export interface SessionState {
  /** Which it is among those open, for `show sess`. */
  readonly serial: number;
  readonly sinceMs: number;
  level: Level;
  interactive: boolean;
  severity: SeverityOutput;
  expert: boolean;
  experimental: boolean;
  timeoutMs: number;
  /** Set by `quit`. */
  ended: boolean;
}

/** One socket of `stats socket`, for `show cli sockets`. */
export interface ApiSocketFacts {
  readonly address: string;
  readonly level: Level;
}

export interface CommandContext {
  readonly runtime: ProxyRuntime;
  readonly facts: ProcessFacts;
  readonly session: SessionState;
  readonly sessions: Iterable<SessionState>;
  readonly sockets: readonly ApiSocketFacts[];
  /** All words of the command, its own included, and what followed `<<`. */
  readonly words: readonly string[];
  readonly payload: string | undefined;
}

/** Says more as it comes; called when the conversation begins to follow. Returns how to stop. */
export type Follow = (offer: (text: string) => boolean) => () => void;

/**
 * The text after it, a message with syslog's severity (3 error, 4 warning, 5 notice, 6 info), or one that goes on until the
 * other side says anything or goes away. What `offer` is given is lost when it answers false: the reader is too slow.
 */
export type CommandAnswer = string | { readonly severity: number; readonly text: string } | { readonly follow: Follow };

export interface Command {
  readonly words: readonly string[];
  /** As `help` shows it; undefined: not listed. */
  readonly usage: string | undefined;
  /** Undefined: HAProxy has it, we do not yet. */
  readonly run: ((context: CommandContext) => CommandAnswer) | undefined;
}

/** An error as HAProxy reports it: severity `err`. */
export function failure(text: string): CommandAnswer {
  return { severity: 3, text };
}

export function notice(severity: number, text: string): CommandAnswer {
  return { severity, text };
}

/** Guards a command: below `level` it is refused. */
export function requireLevel(
  level: Level,
  run: (context: CommandContext) => CommandAnswer,
): (context: CommandContext) => CommandAnswer {
  return (context) => (context.session.level < level ? failure('Permission denied\n') : run(context));
}

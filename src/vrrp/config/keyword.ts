/**
 * What a keyword is: declared once, read by the parser, by `mahalo vrrp keywords` and by docs/keepalived-keywords.md.
 */

import type { Context } from './context.ts';
import type { Statement } from './statements.ts';

/** The blocks of a keepalived.conf that Mahalo looks into; `''` is the file itself. */
export type BlockName =
  | ''
  | 'global_defs'
  | 'vrrp_instance'
  | 'authentication'
  | 'vrrp_sync_group'
  | 'vrrp_script'
  | 'track_file'
  | 'vrrp_track_process'
  | 'vrrp_track_proxy'
  | 'garp_group'
  | 'track_group';

/** `values`: a block whose lines are no keywords. `opaque`: a block that nobody looks into. */
export type Shape = 'line' | 'block' | 'values' | 'opaque';

/**
 * What becomes of it. `ignored` is told in a warning; `refused` is what a unit cannot be run without: the configuration
 * is not loaded. `newer`: of a keepalived after 2.2.7.
 */
export type Standing = 'works' | 'ignored' | 'refused';

export interface Keyword<Draft = unknown> {
  readonly name: string;
  readonly shape: Shape;
  /** After the name; `''`: nothing. */
  readonly grammar: string;
  readonly help: string;
  /** What counts where it is not written. */
  readonly initially?: string;
  /** The block that it opens; for `block`. */
  readonly opens?: BlockName;
  readonly standing: Standing;
  /** What stands against it, for `ignored` and `refused`. */
  readonly why?: string;
  /** `2.2.7` where nothing is told. */
  readonly since?: 'newer' | 'mahalo';
  /** keepalived names another one instead. */
  readonly successor?: string;
  read?(line: Statement, draft: Draft, context: Context): void;
}

interface Extras {
  readonly initially?: string;
  readonly shape?: Shape;
  readonly opens?: BlockName;
  readonly since?: 'newer' | 'mahalo';
  readonly successor?: string;
}

export function works<Draft>(
  name: string,
  grammar: string,
  help: string,
  read: (line: Statement, draft: Draft, context: Context) => void,
  extras: Extras = {},
): Keyword<Draft> {
  return { name, grammar, help, shape: 'line', standing: 'works', ...extras, read };
}

/** Known, without effect; `why` follows "NAME is not implemented yet" or stands for itself. */
export function ignored(name: string, grammar: string, help: string, why: string, extras: Extras = {}): Keyword {
  return { name, grammar, help, shape: 'line', standing: 'ignored', why, ...extras };
}

/** Known, without effect but in the dump of the configuration, where keepalived shows it, too. */
export function shownOnly<Draft>(
  name: string,
  grammar: string,
  help: string,
  why: string,
  read: (line: Statement, draft: Draft, context: Context) => void,
  extras: Extras = {},
): Keyword<Draft> {
  return { name, grammar, help, shape: 'line', standing: 'ignored', why, ...extras, read };
}

export function refused(name: string, grammar: string, help: string, why: string, extras: Extras = {}): Keyword {
  return { name, grammar, help, shape: 'line', standing: 'refused', why, ...extras };
}

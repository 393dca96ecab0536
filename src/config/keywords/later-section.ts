/** Sections that are not implemented yet: each is refused once, where it begins; its lines are checked all the same. */

import type { StatementKeyword } from '../keyword.ts';
import { invalidCharacter, type Statement } from '../statement.ts';
import { type Check, type Complaint, tell } from './grammar.ts';

/** What is known of such a section while it is read. */
export interface LaterSectionState {
  readonly name: string;
  /** The keywords that stood in it. */
  readonly seen: Set<string>;
}

export type SectionCheck = Check<LaterSectionState>;

export interface LaterSection {
  readonly name: string;
  readonly grammar: string;
  readonly help: string;
  readonly since: string;
  readonly manual: string;
  /** What is wrong with its first line. */
  readonly opening: Check;
  readonly keywords: ReadonlyMap<string, StatementKeyword<LaterSectionState>>;
  readonly unknown: (statement: Statement) => Complaint;
  /** What is missing at its end. */
  readonly missing?: (state: LaterSectionState) => string | undefined;
}

/** A name after the section's keyword; `missing` is said without one. */
export function namedOpening(keyword: string, missing: Complaint | string, more?: Check): Check {
  return (statement) => {
    const name = statement.word(1);
    if (name === '') return missing;
    const character = invalidCharacter(name);
    if (character !== undefined) {
      return { message: `character '${character}' is not permitted in '${keyword}' name '${name}'.`, index: 1 };
    }
    return more?.(statement, undefined);
  };
}

export function unknownIn(section: string): (statement: Statement) => Complaint {
  return (statement) => ({ message: `unknown keyword '${statement.keyword}' in '${section}' section` });
}

/** One line of such a section: `name: grammar`. */
export function line(
  section: string,
  name: string,
  argument: string,
  help: string,
  check: SectionCheck,
  since = '1.5',
): StatementKeyword<LaterSectionState> {
  return {
    kind: 'section-keyword',
    name: `${section}: ${name}`,
    sections: [section],
    grammar: `${section}: ${argument === '' ? name : `${name} ${argument}`}`,
    help,
    initially: '',
    since,
    manual: '',
    implemented: false,
    parse(statement, state) {
      state.seen.add(name);
      const complaint = check(statement, state);
      if (complaint !== undefined) tell(statement, complaint);
    },
  };
}

export function linesByName(
  lines: readonly StatementKeyword<LaterSectionState>[],
): ReadonlyMap<string, StatementKeyword<LaterSectionState>> {
  return new Map(lines.map((entry) => [entry.name.slice(entry.name.indexOf(': ') + 2), entry]));
}

/** Runs a line of such a section. */
export function runLater(section: LaterSection, state: LaterSectionState, statement: Statement): void {
  const entry = section.keywords.get(statement.keyword);
  if (entry?.parse !== undefined) entry.parse(statement, state);
  else tell(statement, section.unknown(statement));
}

/** Opens one; undefined when its first line is no good. */
export function openLater(section: LaterSection, statement: Statement): LaterSectionState | undefined {
  const complaint = section.opening(statement, undefined);
  if (complaint !== undefined) {
    tell(statement, complaint);
    return undefined;
  }
  statement.notImplemented(section.name);
  return { name: statement.word(1), seen: new Set() };
}

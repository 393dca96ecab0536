/**
 * The names a configuration gives (sections, servers, ACLs, users, groups) and where they are used: for "go to the
 * definition", "who uses it", and completion. By the shape of the lines only; what does not exist has no definition.
 */

import { type Document, lineAt, opensSection, type Section, sectionAt, statementWords } from './document.ts';
import { hasServers, type Reference, referencesOf, type SymbolKind } from './references.ts';
import type { SourceLine } from './source-line.ts';

export interface Definition {
  readonly kind: SymbolKind;
  readonly name: string;
  /** Of the name itself. */
  readonly start: number;
  readonly end: number;
  readonly line: SourceLine;
  readonly section: Section;
}

/** Statements that name something, by section. */
const NAMING: Readonly<Record<string, SymbolKind>> = { server: 'server', acl: 'acl', user: 'user', group: 'group' };

const SECTION_KINDS = new Set<string>([
  'frontend',
  'backend',
  'listen',
  'defaults',
  'userlist',
  'peers',
  'resolvers',
  'mailers',
  'cache',
  'ring',
  'http-errors',
  'fcgi-app',
]);

function isSectionKind(keyword: string): keyword is SymbolKind {
  return SECTION_KINDS.has(keyword);
}

function definitionIn(line: SourceLine, section: Section): Definition | undefined {
  const [keyword, name] = statementWords(line);
  if (keyword === undefined || name === undefined || name.text === '') return undefined;
  const place = { name: name.text, start: name.start, end: name.end, line, section };
  if (opensSection(line)) {
    return isSectionKind(keyword.text) && section.name !== '' ? { kind: keyword.text, ...place } : undefined;
  }
  // In `global`, `user` and `group` are accounts of the system.
  const kind = Object.hasOwn(NAMING, keyword.text) ? NAMING[keyword.text] : undefined;
  if (kind === undefined || ((kind === 'user' || kind === 'group') && section.keyword !== 'userlist')) return undefined;
  return { kind, ...place };
}

export function definitionsOf(document: Document): readonly Definition[] {
  return document.sections.flatMap((section) => section.lines.flatMap((line) => definitionIn(line, section) ?? []));
}

export interface Use {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly section: Section;
  readonly definitions: readonly Definition[];
}

type ByName = ReadonlyMap<string, readonly Definition[]>;

function byName(definitions: readonly Definition[]): ByName {
  return Map.groupBy(definitions, (one) => one.name);
}

function resolve(reference: Reference, section: Section, known: ByName): readonly Definition[] {
  const { kinds, name, within } = reference;
  const named = known.get(name) ?? [];
  const fitting = named.filter((one) => {
    if (!kinds.includes(one.kind)) return false;
    if (within === undefined) return true;
    if (within === '') return one.section === section;
    return one.section.name === within && hasServers(one.section.keyword);
  });
  if (fitting.length > 0 || !kinds.includes('acl')) return fitting;
  // ACLs of a defaults section may be used in those that start from it.
  return named.filter((one) => one.kind === 'acl' && one.section.keyword === 'defaults');
}

function usesIn(line: SourceLine, section: Section, known: ByName): readonly Use[] {
  return referencesOf(line, section).map((reference) => {
    const { end, name, start } = reference;
    return { name, start, end, section, definitions: resolve(reference, section, known) };
  });
}

/** Everything that is used, with what it means; nothing where a name is not (or not yet) there. */
export function usesOf(document: Document): readonly Use[] {
  const known = byName(definitionsOf(document));
  return document.sections.flatMap((section) => section.lines.flatMap((line) => usesIn(line, section, known)));
}

/** What the name at a place means: its definitions (an ACL may have several lines); itself on a definition. */
export function definitionsAt(document: Document, offset: number): readonly Definition[] {
  const covers = (one: { readonly start: number; readonly end: number }): boolean =>
    one.start <= offset && offset <= one.end;
  const definitions = definitionsOf(document);
  const [line, section] = [lineAt(document, offset), sectionAt(document, offset)];
  const uses = line === undefined || section === undefined ? [] : usesIn(line, section, byName(definitions));
  const used = uses.find((use) => covers(use) && use.definitions.length > 0);
  return used?.definitions ?? definitions.filter(covers);
}

/** Where a definition is used. */
export function usesAt(document: Document, offset: number): readonly Use[] {
  const targets = new Set(definitionsAt(document, offset).map((one) => one.start));
  return usesOf(document).filter((use) => use.definitions.some((one) => targets.has(one.start)));
}

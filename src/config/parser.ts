/**
 * The machine that walks over the lines of the files: cuts them into words, opens sections, and hands every statement to
 * the keyword that stands first in it. Errors never stop it early (HAProxy stops at some), except after fifty.
 */

import { type DirectiveOutcome, Directives } from './directives.ts';
import { runErrorSection, runGlobal, runProxy, runUserList } from './dispatch.ts';
import type { ErrorSectionDraft, Mutable, ProxyDraft, ProxySection } from './draft.ts';
import { LATER_SECTION_TABLE } from './keywords/later-network-sections.ts';
import { type LaterSection, type LaterSectionState, openLater, runLater } from './keywords/later-section.ts';
import { type Line, lexLine, splitLines, type Variables, type Word } from './lexer.ts';
import { beginLine } from './map-loading.ts';
import { LineContext, type MessageContext } from './message-location.ts';
import type { Place, UserListModel } from './model.ts';
import { PROXY_SECTIONS, SECTION_NAMES } from './registry.ts';
import { checkScopeLine } from './scope.ts';
import { openErrorSection, openProxy, openUserList } from './sections.ts';
import { type Modifier, type ParserState, Statement } from './statement.ts';

export interface ConfigurationFile {
  readonly name: string;
  /** Its bytes as one character each (latin1), so that nothing is lost. */
  readonly text: string;
}

const MAX_FATAL = 50;

const NEGATABLE = new Set([
  'option',
  'log',
  'busy-polling',
  'set-dumpable',
  'strict-limits',
  'insecure-fork-wanted',
  'numa-cpu-mapping',
]);

type Section =
  | { readonly kind: 'none' }
  | { readonly kind: 'global' }
  | { readonly kind: 'userlist'; readonly list: Mutable<UserListModel> }
  | { readonly kind: 'errors'; readonly errors: ErrorSectionDraft }
  | { readonly kind: 'proxy'; readonly proxy: ProxyDraft }
  /** Refused as a whole; its lines are checked. */
  | { readonly kind: 'later'; readonly section: LaterSection; readonly later: LaterSectionState }
  /** A section that could not be opened: its lines are skipped. */
  | { readonly kind: 'skipped' };

/** Reads files one after the other; a section may go on in the next file. */
export class Parser {
  readonly #state: ParserState;
  #section: Section = { kind: 'none' };
  /** The keyword of the current section and, for the pseudo-variable .SECTION, its name. */
  #sectionKeyword = '';
  #sectionName = '';
  /** The line that opened it. */
  #sectionContext: MessageContext | undefined;
  #lastDefaults: ProxyDraft | undefined;
  /** A section other than `global` has begun in this file. */
  #otherSectionSeen = false;

  constructor(state: ParserState) {
    this.#state = state;
  }

  /** Returns false when no further file is to be read. */
  read(file: ConfigurationFile): boolean {
    const { diagnostics, defaultPath } = this.#state;
    const directives = new Directives(this.#state);
    this.#otherSectionSeen = false;
    const problem = defaultPath.enter(file.name);
    if (problem !== undefined) {
      const start = { file: file.name, line: 0, column: 0 };
      diagnostics.alert(start, `failed to apply default-path: ${problem}.`, { style: 'tight' });
      return false;
    }
    let missing: Line | undefined;
    let place: Place = { file: file.name, line: 0, column: 1 };
    let refused = 0;
    for (const line of splitLines(file.text)) {
      place = { file: file.name, line: line.number, column: 1 };
      if (missing !== undefined) {
        const position = missing.text.length + 1;
        const at = { file: file.name, line: missing.number, column: position };
        diagnostics.alert(at, `Stray NUL character at position ${position}.`, { style: 'tight' });
        return true;
      }
      if (refused >= MAX_FATAL) {
        const message = `too many fatal errors (${refused}), stopping now.`;
        diagnostics.alert(place, message, { style: 'tight' });
        return true;
      }
      if (!line.complete) missing = line;
      const before = diagnostics.fatalCount;
      const outcome = this.#readLine(line, place, directives);
      if (outcome === 'stop') return false;
      if (outcome === 'end') {
        directives.finish(place);
        return false;
      }
      if (diagnostics.fatalCount > before) refused++;
    }
    if (missing !== undefined) {
      const position = missing.text.length + 1;
      diagnostics.alert(
        { file: file.name, line: missing.number, column: position },
        `Missing LF on last line, file might have been truncated at position ${position}.`,
        { style: 'tight' },
      );
    }
    this.#endSection();
    return directives.finish(place);
  }

  #variables(place: Place): Variables {
    return (name) => {
      switch (name) {
        case '.LINE':
          return String(place.line);
        case '.FILE':
          return place.file;
        case '.SECTION':
          return this.#sectionName;
        default:
          return name.startsWith('.') ? undefined : this.#state.ports.variables(name);
      }
    };
  }

  #readLine(line: Line, start: Place, directives: Directives): DirectiveOutcome {
    const { diagnostics } = this.#state;
    if (line.text.trimStart().startsWith('[')) {
      const problem = checkScopeLine(line.text);
      if (problem !== undefined) diagnostics.alert(start, problem.message, { column: problem.column });
      return 'done';
    }
    const lexed = lexLine(line.text, this.#variables(start));
    if (lexed.kind === 'error') {
      diagnostics.alert(start, lexed.message, { style: 'tight', column: lexed.column });
      return 'done';
    }
    const first = lexed.words[0];
    if (first === undefined || first.text === '') return 'done';
    const place = { ...start, column: first.column };
    const outcome = directives.read(lexed.words, place, lexed.endsBlank);
    if (outcome !== 'read') return outcome;
    this.#enterLine(lexed.words, place);
    beginLine(this.#state.draft.patternLists, { place, ports: this.#state.ports });
    this.#readStatement(lexed.words, place);
    diagnostics.context = undefined;
    return outcome;
  }

  #readStatement(words: readonly Word[], place: Place): void {
    let rest = words;
    let modifier: Modifier = 'none';
    const first = words[0]?.text;
    if (first === 'no' || first === 'default') {
      modifier = first;
      rest = words.slice(1);
      const name = rest[0]?.text ?? '';
      if (!NEGATABLE.has(name)) {
        this.#state.diagnostics.alert(
          place,
          'negation/default currently supported only for options, log, busy-polling, set-dumpable, strict-limits, ' +
            'insecure-fork-wanted and numa-cpu-mapping.',
          { style: 'tight' },
        );
      }
    }
    const keyword = rest[0]?.text ?? '';
    if (SECTION_NAMES.has(keyword)) {
      this.#sectionKeyword = keyword;
      this.#sectionName = rest[1]?.text ?? keyword;
      this.#noteSectionOrder(keyword, place);
      this.#openSection(new Statement(rest, place, keyword, modifier, this.#state));
      this.#sectionContext = this.#state.diagnostics.context;
      this.#record(rest, place);
      return;
    }
    this.#record(rest, place);
    const statement = new Statement(rest, place, this.#sectionKeyword, modifier, this.#state);
    switch (this.#section.kind) {
      case 'none':
        statement.alert(`unknown keyword '${keyword}' out of section.`, 'tight');
        break;
      case 'global':
        runGlobal(statement, this.#state.draft.global);
        break;
      case 'userlist':
        runUserList(statement, this.#section.list);
        break;
      case 'errors':
        runErrorSection(statement, this.#section.errors);
        break;
      case 'proxy':
        runProxy(statement, this.#section.proxy);
        break;
      case 'later':
        runLater(this.#section.section, this.#section.later, statement);
        break;
      case 'skipped':
        break;
    }
  }

  #record(words: readonly Word[], place: Place): void {
    const proxy = this.#section.kind === 'proxy' ? this.#section.proxy : undefined;
    this.#state.draft.lines.add({ place, section: this.#sectionKeyword, words, proxy });
  }

  #enterLine(words: readonly Word[], place: Place): void {
    const line = { place, section: this.#sectionKeyword, words, proxy: undefined };
    this.#state.diagnostics.context = new LineContext(line);
  }

  #noteSectionOrder(keyword: string, place: Place): void {
    if (keyword !== 'global') this.#otherSectionSeen = true;
    else if (this.#otherSectionSeen) {
      this.#state.diagnostics.diag(
        place,
        'global section detected after a non-global one, the prevalence of their statements is unspecified',
        { hint: 'put it at the top' },
      );
    }
  }

  /** Says what a section lacks that ends here. */
  #endSection(): void {
    if (this.#section.kind !== 'later') return;
    const missing = this.#section.section.missing?.(this.#section.later);
    if (missing === undefined) return;
    const { diagnostics } = this.#state;
    const current = diagnostics.context;
    diagnostics.context = this.#sectionContext;
    diagnostics.alert(undefined, missing);
    diagnostics.context = current;
  }

  #openSection(statement: Statement): void {
    const { keyword } = statement;
    const later = LATER_SECTION_TABLE.get(keyword);
    this.#endSection();
    if (keyword === 'global') {
      this.#section = { kind: 'global' };
      statement.tooMany(0);
    } else if (keyword === 'userlist') {
      const list = openUserList(statement);
      this.#section = list === undefined ? { kind: 'skipped' } : { kind: 'userlist', list };
    } else if (keyword === 'http-errors') {
      const errors = openErrorSection(statement);
      this.#section = errors === undefined ? { kind: 'skipped' } : { kind: 'errors', errors };
    } else if (PROXY_SECTIONS.has(keyword)) {
      const proxy = openProxy(statement, keyword as ProxySection, this.#lastDefaults);
      if (proxy?.section === 'defaults') this.#lastDefaults = proxy;
      this.#section = proxy === undefined ? { kind: 'skipped' } : { kind: 'proxy', proxy };
    } else if (later !== undefined) {
      const state = openLater(later, statement);
      this.#section = state === undefined ? { kind: 'skipped' } : { kind: 'later', section: later, later: state };
    }
  }
}

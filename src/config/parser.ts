/**
 * The machine that walks over the lines of the files: cuts them into words, opens sections, and hands every statement to
 * the keyword that stands first in it. Errors never stop it early (HAProxy stops at some), except after fifty.
 */

import { newProxy, type ProxyDraft, type ProxySection } from './draft.ts';
import type { StatementKeyword } from './keyword.ts';
import { GLOBAL_NAMES, LATER_SECTIONS, PROXY_NAMES } from './keywords/known-keywords.ts';
import { type Line, lexLine, splitLines, type Variables, type Word } from './lexer.ts';
import type { Place, UserListModel } from './model.ts';
import {
  GLOBAL_STATEMENTS,
  KNOWN_GLOBAL_NAMES,
  KNOWN_PROXY_NAMES,
  PROXY_SECTIONS,
  PROXY_STATEMENTS,
  SECTION_NAMES,
  USERLIST_STATEMENTS,
} from './registry.ts';
import { invalidCharacter, kindOf, type Modifier, type ParserState, Statement } from './statement.ts';
import { nearestWord } from './word-distance.ts';

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

/** Preprocessor-like lines of HAProxy 2.4 and later. */
const DIRECTIVES = new Set(['.if', '.elif', '.else', '.endif', '.alert', '.warning', '.notice', '.diag']);

type MutableUserList = { -readonly [K in keyof UserListModel]: UserListModel[K] };

type Section =
  | { readonly kind: 'none' }
  | { readonly kind: 'global' }
  | { readonly kind: 'userlist'; readonly list: MutableUserList }
  | { readonly kind: 'proxy'; readonly proxy: ProxyDraft }
  /** A section that could not be opened or is not implemented: its lines are skipped. */
  | { readonly kind: 'skipped' };

/** Reads files one after the other; a section may go on in the next file. */
export class Parser {
  readonly #state: ParserState;
  #section: Section = { kind: 'none' };
  /** The keyword of the current section and, for the pseudo-variable .SECTION, its name. */
  #sectionKeyword = '';
  #sectionName = '';
  #lastDefaults: ProxyDraft | undefined;

  constructor(state: ParserState) {
    this.#state = state;
  }

  read(file: ConfigurationFile): void {
    const { diagnostics } = this.#state;
    let missing: Line | undefined;
    let refused = 0;
    for (const line of splitLines(file.text)) {
      const place = { file: file.name, line: line.number, column: 1 };
      if (missing !== undefined) {
        const position = missing.text.length + 1;
        const at = { file: file.name, line: missing.number, column: position };
        diagnostics.alert(at, `Stray NUL character at position ${position}.`, { style: 'tight' });
        return;
      }
      if (refused >= MAX_FATAL) {
        const message = `too many fatal errors (${refused}), stopping now.`;
        diagnostics.alert(place, message, { style: 'tight' });
        return;
      }
      if (!line.complete) missing = line;
      const before = diagnostics.fatalCount;
      this.#readLine(line, place);
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

  #readLine(line: Line, start: Place): void {
    const { diagnostics } = this.#state;
    if (line.text.trimStart().startsWith('[')) {
      diagnostics.alert(start, "'[' (a scope) is not implemented yet");
      return;
    }
    const lexed = lexLine(line.text, this.#variables(start));
    if (lexed.kind === 'error') {
      diagnostics.alert(start, lexed.message, { style: 'tight', column: lexed.column });
      return;
    }
    const first = lexed.words[0];
    if (first === undefined || first.text === '') return;
    const place = { ...start, column: first.column };
    if (first.text.startsWith('.')) {
      if (DIRECTIVES.has(first.text)) diagnostics.alert(place, `'${first.text}' is not implemented yet`);
      else diagnostics.alert(place, `unknown directive '${first.text}'.`, { style: 'tight' });
      return;
    }
    this.#readStatement(lexed.words, place);
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
      this.#openSection(new Statement(rest, place, keyword, modifier, this.#state));
      return;
    }
    const statement = new Statement(rest, place, this.#sectionKeyword, modifier, this.#state);
    switch (this.#section.kind) {
      case 'none':
        statement.alert(`unknown keyword '${keyword}' out of section.`, 'tight');
        break;
      case 'global':
        this.#run(statement, GLOBAL_STATEMENTS, KNOWN_GLOBAL_NAMES, GLOBAL_NAMES, this.#state.draft.global);
        break;
      case 'userlist':
        this.#runUserList(statement, this.#section.list);
        break;
      case 'proxy':
        this.#runProxy(statement, this.#section.proxy);
        break;
      case 'skipped':
        break;
    }
  }

  /** Finds the keyword and runs it; complains about one that is unknown, or known and not implemented. */
  #run<Target>(
    statement: Statement,
    entries: ReadonlyMap<string, StatementKeyword<Target>>,
    known: ReadonlySet<string>,
    suggestions: readonly string[],
    target: Target,
  ): void {
    const { keyword } = statement;
    const entry = entries.get(keyword);
    if (entry?.parse !== undefined) {
      entry.parse(statement, target);
    } else if (entry !== undefined || known.has(keyword)) {
      statement.notImplemented(keyword);
    } else {
      const best = nearestWord(keyword, suggestions);
      const question = best === undefined ? '' : `; did you mean '${best}' maybe ?`;
      statement.alert(`unknown keyword '${keyword}' in '${statement.section}' section${question}`, 'spaced', 0, best);
    }
  }

  #runProxy(statement: Statement, proxy: ProxyDraft): void {
    const entry = PROXY_STATEMENTS.get(statement.keyword);
    if (entry?.parse !== undefined && entry.anywhere !== true) {
      if (proxy.section === 'defaults' && !entry.sections.includes('defaults')) {
        const style = entry.refusalStyle ?? 'spaced';
        statement.alert(`'${entry.name}' not allowed in 'defaults' section.`, style);
        return;
      }
      if (entry.namedDefaults === true && proxy.section === 'defaults' && proxy.name === '') {
        statement.alert(`'${entry.name}' not allowed in anonymous 'defaults' section.`);
        return;
      }
      const side = this.#neededSide(entry.sections);
      if (side !== undefined) statement.lacks(proxy, side, entry.name, entry.capabilityHint);
    }
    this.#run(statement, PROXY_STATEMENTS, KNOWN_PROXY_NAMES, PROXY_NAMES, proxy);
  }

  #neededSide(sections: readonly string[]): 'frontend' | 'backend' | undefined {
    const frontend = sections.includes('frontend');
    const backend = sections.includes('backend');
    return frontend === backend ? undefined : frontend ? 'frontend' : 'backend';
  }

  #runUserList(statement: Statement, list: MutableUserList): void {
    const entry = USERLIST_STATEMENTS.get(statement.keyword);
    if (entry?.parse !== undefined) entry.parse(statement, list);
    else statement.alert(`unknown keyword '${statement.keyword}' in 'users' section`, 'tight');
  }

  #openSection(statement: Statement): void {
    const { keyword } = statement;
    if (keyword === 'global') {
      this.#section = { kind: 'global' };
      statement.tooMany(0);
    } else if (keyword === 'userlist') {
      this.#section = this.#openUserList(statement);
    } else if (PROXY_SECTIONS.has(keyword)) {
      const proxy = this.#openProxy(statement, keyword as ProxySection);
      this.#section = proxy === undefined ? { kind: 'skipped' } : { kind: 'proxy', proxy };
    } else if (LATER_SECTIONS.includes(keyword)) {
      statement.notImplemented(keyword);
      this.#section = { kind: 'skipped' };
    }
  }

  #openUserList(statement: Statement): Section {
    const name = statement.word(1);
    if (name === '') {
      statement.alert("'userlist' expects <name> as arguments.", 'tight');
      return { kind: 'skipped' };
    }
    if (statement.tooMany(1)) return { kind: 'skipped' };
    const character = invalidCharacter(name);
    if (character !== undefined) {
      statement.alert(`character '${character}' is not permitted in 'userlist' name '${name}'.`, 'tight', 1);
      return { kind: 'skipped' };
    }
    const lists = this.#state.draft.userLists;
    if (lists.some((known) => known.name === name)) {
      statement.warn(`ignoring duplicated userlist '${name}'.`, 'tight', 1);
      return { kind: 'skipped' };
    }
    const list: MutableUserList = { place: statement.place, name, groups: [], users: [] };
    lists.push(list);
    return { kind: 'userlist', list };
  }

  #openProxy(statement: Statement, section: ProxySection): ProxyDraft | undefined {
    const { draft } = this.#state;
    const isDefaults = section === 'defaults';
    let name = statement.word(1);
    let from = statement.word(2) === 'from' ? 3 : 0;
    if (isDefaults && name === 'from' && statement.word(2) !== '' && statement.word(3) === '') {
      name = '';
      from = 2;
    }
    if (!isDefaults && !this.#checkName(statement, section, name)) return undefined;

    let parent = isDefaults ? undefined : this.#lastDefaults;
    if (from > 0) {
      parent = this.#findDefaults(statement, section, name, statement.word(from), from);
      if (parent === undefined) return undefined;
      parent.usedExplicitly = true;
    } else if (parent !== undefined) parent.usedImplicitly = true;
    if (parent?.usedImplicitly === true && parent.usedExplicitly) {
      statement.alertAndContinue(
        `defaults section '${parent.name}' (declared at ${parent.place.file}:${parent.place.line}) is explicitly ` +
          "referenced by another proxy and implicitly used here. To avoid any ambiguity don't mix both usage. Add a " +
          'last defaults section not explicitly used or always use explicit references.',
      );
    }
    const proxy = newProxy(section, name, statement.place, parent);
    if (parent !== undefined) this.#inheritRules(statement, proxy, parent);
    if (isDefaults) {
      draft.defaults.push(proxy);
      this.#lastDefaults = proxy;
    } else draft.proxies.push(proxy);
    return proxy;
  }

  #checkName(statement: Statement, section: ProxySection, name: string): boolean {
    if (name === '') {
      statement.alert(`'${section}' expects an <id> argument`);
      return false;
    }
    const character = invalidCharacter(name);
    if (character !== undefined) {
      statement.alert(`character '${character}' is not permitted in '${section}' name '${name}'.`, 'spaced', 1);
    }
    const frontend = section !== 'backend';
    const { proxies } = this.#state.draft;
    const other = proxies.find((known) => known.name === name && (frontend ? known.frontend : known.backend));
    if (other !== undefined) {
      const kind = section === 'listen' ? 'proxy' : section;
      statement.alert(
        `${kind} '${name}' has the same name as ${kindOf(other)} '${other.name}' declared at ` +
          `${other.place.file}:${other.place.line}.`,
        'capital',
        1,
      );
    }
    const second = statement.word(2);
    if (second !== '' && (statement.word(3) === '' || second !== 'from')) {
      if (frontend) statement.alert("please use the 'bind' keyword for listening addresses.", 'spaced', 2);
      return false;
    }
    return !statement.tooMany(3);
  }

  #findDefaults(
    statement: Statement,
    section: ProxySection,
    name: string,
    wanted: string,
    index: number,
  ): ProxyDraft | undefined {
    const found = this.#state.draft.defaults.filter((known) => known.name === wanted);
    const kind = section === 'listen' ? 'proxy' : section;
    const [first, second] = found;
    if (first === undefined) {
      statement.alert(`defaults section '${wanted}' not found for ${kind} '${name}'.`, 'spaced', index);
      return undefined;
    }
    const declared = (proxy: ProxyDraft): string => `${proxy.place.file}:${proxy.place.line}`;
    if (second !== undefined) {
      statement.alert(
        `ambiguous defaults section name '${wanted}' referenced by ${kind} '${name}' exists at least at ` +
          `${declared(first)} and ${declared(second)}.`,
        'spaced',
        index,
      );
    }
    const character = invalidCharacter(wanted);
    if (character !== undefined) {
      statement.alert(
        `character '${character}' is not permitted in defaults section name '${wanted}' when designated by its name ` +
          `(section found at ${declared(first)}).`,
        'spaced',
        index,
      );
    }
    return first;
  }

  /** Rules of a named defaults section run before the proxy's own, but only one kind of proxy may take them. */
  #inheritRules(statement: Statement, proxy: ProxyDraft, parent: ProxyDraft): void {
    if (parent.httpRequestRules.length === 0 && parent.httpResponseRules.length === 0) return;
    const declared = `(defaults section at ${parent.place.file}:${parent.place.line})`;
    if (proxy.section === 'defaults') {
      statement.alert(
        `a defaults section cannot inherit from a defaults section defining TCP/HTTP rules ${declared}.`,
        'tight',
      );
    } else if (proxy.section === 'listen') {
      statement.alert('a listen section cannot inherit from a defaults section defining TCP/HTTP rules.', 'tight');
    } else {
      const other = this.#state.draft.proxies.find((known) => known.defaults === parent);
      if (other !== undefined && other.section !== proxy.section) {
        statement.alert(
          'frontends and backends cannot inherit from the same defaults section if it defines TCP/HTTP rules ' +
            `${declared}.`,
          'tight',
        );
      }
    }
  }
}

/** The lines that start a section: names, inheritance from defaults sections, and what HAProxy forbids about both. */

import { type ErrorSectionDraft, type Mutable, newProxy, type ProxyDraft, type ProxySection } from './draft.ts';
import type { UserListModel } from './model.ts';
import { invalidCharacter, kindOf, type Statement } from './statement.ts';

/** Opens a `userlist`; undefined when there is something wrong with its line. */
export function openUserList(statement: Statement): Mutable<UserListModel> | undefined {
  const name = statement.word(1);
  if (name === '') {
    statement.alert("'userlist' expects <name> as arguments.", 'tight');
    return undefined;
  }
  if (statement.tooMany(1)) return undefined;
  const character = invalidCharacter(name);
  if (character !== undefined) {
    statement.alert(`character '${character}' is not permitted in 'userlist' name '${name}'.`, 'tight', 1);
    return undefined;
  }
  const lists = statement.state.draft.userLists;
  if (lists.some((known) => known.name === name)) {
    statement.warn(`ignoring duplicated userlist '${name}'.`, 'tight', 1);
    return undefined;
  }
  const list: Mutable<UserListModel> = { place: statement.place, name, groups: [], users: [] };
  lists.push(list);
  return list;
}

/** Opens an `http-errors` section; undefined when there is something wrong with its line. */
export function openErrorSection(statement: Statement): ErrorSectionDraft | undefined {
  const name = statement.word(1);
  if (name === '') {
    statement.alert('missing name for http-errors section.');
    return undefined;
  }
  const character = invalidCharacter(name);
  if (character !== undefined) {
    statement.alert(`character '${character}' is not permitted in 'http-errors' name '${name}'.`, 'spaced', 1);
  }
  const sections = statement.state.draft.errorSections;
  const known = sections.find((section) => section.name === name);
  if (known !== undefined) {
    const { file, line } = known.place;
    statement.alert(`http-errors section '${name}' already exists (declared at ${file}:${line}).`, 'tight', 1);
  }
  const section: ErrorSectionDraft = { place: statement.place, name, files: new Map() };
  sections.push(section);
  return section;
}

/**
 * Opens a defaults section or a proxy; undefined when its line is no good. Without `from` a proxy starts from the defaults
 * section before it.
 */
export function openProxy(
  statement: Statement,
  section: ProxySection,
  lastDefaults: ProxyDraft | undefined,
): ProxyDraft | undefined {
  const { draft } = statement.state;
  const isDefaults = section === 'defaults';
  let name = statement.word(1);
  let from = statement.word(2) === 'from' ? 3 : 0;
  if (isDefaults && name === 'from' && statement.word(2) !== '' && statement.word(3) === '') {
    name = '';
    from = 2;
  }
  if (!isDefaults && !checkName(statement, section, name)) return undefined;

  let parent = isDefaults ? undefined : lastDefaults;
  if (from > 0) {
    parent = findDefaults(statement, section, name, statement.word(from), from);
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
  if (parent !== undefined) inheritRules(statement, proxy, parent);
  if (isDefaults) draft.defaults.push(proxy);
  else {
    draft.proxies.push(proxy);
    if (proxy.frontend && !draft.frontendNames.has(name)) draft.frontendNames.set(name, proxy);
    if (proxy.backend && !draft.backendNames.has(name)) draft.backendNames.set(name, proxy);
  }
  return proxy;
}

function checkName(statement: Statement, section: ProxySection, name: string): boolean {
  if (name === '') {
    statement.alert(`'${section}' expects an <id> argument`);
    return false;
  }
  const character = invalidCharacter(name);
  if (character !== undefined) {
    statement.alert(`character '${character}' is not permitted in '${section}' name '${name}'.`, 'spaced', 1);
  }
  const frontend = section !== 'backend';
  const { frontendNames, backendNames } = statement.state.draft;
  const other = (frontend ? frontendNames : backendNames).get(name);
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

function findDefaults(
  statement: Statement,
  section: ProxySection,
  name: string,
  wanted: string,
  index: number,
): ProxyDraft | undefined {
  const found = statement.state.draft.defaults.filter((known) => known.name === wanted);
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
function inheritRules(statement: Statement, proxy: ProxyDraft, parent: ProxyDraft): void {
  const early = parent.tcpConnectionRules.length + parent.tcpSessionRules.length > 0;
  const lists = [
    parent.httpRequestRules,
    parent.httpResponseRules,
    parent.httpAfterResponseRules,
    parent.tcpRequestRules,
    parent.tcpResponseRules,
  ];
  if (!early && lists.every((rules) => rules.length === 0)) return;
  const declared = `(defaults section at ${parent.place.file}:${parent.place.line})`;
  if (proxy.section === 'defaults') {
    statement.alert(
      `a defaults section cannot inherit from a defaults section defining TCP/HTTP rules ${declared}.`,
      'tight',
    );
  } else if (proxy.section === 'listen') {
    statement.alert('a listen section cannot inherit from a defaults section defining TCP/HTTP rules.', 'tight');
  } else {
    const other = statement.state.draft.proxies.find(
      (known) => known.defaults === parent && known.section !== 'listen',
    );
    if (other !== undefined && other.section !== proxy.section) {
      statement.alert(
        'frontends and backends cannot inherit from the same defaults section if it defines TCP/HTTP rules ' +
          `${declared}.`,
        'tight',
      );
    } else if (!proxy.frontend && early) {
      statement.alert(
        "a backend section cannot inherit from a defaults section defining 'tcp-request connection' or 'tcp-request " +
          `session' rules ${declared}.`,
        'tight',
      );
    } else if (!proxy.backend && parent.tcpResponseRules.length > 0) {
      statement.alert(
        `a frontend section cannot inherit from a defaults section defining 'tcp-response content' rules ${declared}.`,
        'tight',
      );
    }
  }
}

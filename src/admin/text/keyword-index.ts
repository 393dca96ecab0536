/** The registry's keywords by kind and name. The entries are handed in, so that a browser can do it with a copy. */

import type { KeywordEntry, KeywordKind } from '../../config/keyword.ts';

export class KeywordIndex {
  readonly #byKind = new Map<KeywordKind, Map<string, KeywordEntry>>();

  constructor(entries: Iterable<KeywordEntry>) {
    for (const entry of entries) {
      const known = this.#byKind.get(entry.kind);
      // The first of a name is the better one: what is only known by name comes last.
      if (known === undefined) this.#byKind.set(entry.kind, new Map([[entry.name, entry]]));
      else if (!known.has(entry.name)) known.set(entry.name, entry);
    }
  }

  all(kind: KeywordKind): Iterable<KeywordEntry> {
    return this.#byKind.get(kind)?.values() ?? [];
  }

  find(kind: KeywordKind, name: string): KeywordEntry | undefined {
    return this.#byKind.get(kind)?.get(name);
  }
}

/** The words one of which comes first in a grammar: `mode {tcp | http}` and `expose-fd listeners`, not `<name>`. */
export function firstChoices(grammar: string, keyword: string): readonly string[] {
  const rest = grammar.startsWith(`${keyword} `) ? grammar.slice(keyword.length).trim() : '';
  if (!rest.startsWith('{')) return /^[a-z0-9-]+$/.test(rest) ? [rest] : [];
  const choices: string[] = [];
  let depth = 0;
  let expecting = false;
  for (const word of rest.replace(/([{}[\]|])/g, ' $1 ').split(/\s+/)) {
    if (word === '{' || word === '[') {
      depth++;
      expecting = depth === 1;
    } else if (word === '}' || word === ']') {
      depth--;
      if (depth === 0) break;
    } else if (word === '|') expecting = depth === 1;
    else {
      if (expecting && /^[a-z0-9_-]+$/.test(word)) choices.push(word);
      expecting = false;
    }
  }
  return choices;
}

/** Whether an option of a line takes the word behind it. */
export function takesValue(entry: KeywordEntry): boolean {
  return entry.grammar.startsWith(`${entry.name} `);
}

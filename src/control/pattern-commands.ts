/** Commands on the lists of patterns of ACLs and maps (management manual 9.3: add, clear, commit, del, get, prepare, set, show). */

import type { PatternReference } from '../sample/pattern-reference.ts';
import { type Command, type CommandAnswer, type CommandContext, failure, notice } from './command.ts';
import { lookUp } from './pattern-lookup.ts';

export type ListKind = 'map' | 'acl';

const INFO = 6;
/** Entries are told by the address they have in HAProxy's memory; ours are made from list and serial. */
const FIRST_ADDRESS = 0x5500_0000_0000;
const LIST_SPAN = 0x10_0000_0000;
const ENTRY_SPAN = 0x70;

function addressOf(reference: PatternReference, entry: number): number {
  const serial = reference.store.serial[entry] as number;
  return FIRST_ADDRESS + (reference.model.id & 0xff) * LIST_SPAN + serial * ENTRY_SPAN;
}

/** The living entry at an address, or -1. */
function entryAt(reference: PatternReference, address: number): number {
  const serial = (address - FIRST_ADDRESS - (reference.model.id & 0xff) * LIST_SPAN) / ENTRY_SPAN;
  return Number.isInteger(serial) && serial >= 0 && serial <= 0x7fffffff ? reference.store.bySerial(serial) : -1;
}

function unknown(kind: ListKind): CommandAnswer {
  return failure(`Unknown ${kind === 'map' ? 'map' : 'ACL'} identifier. Please use #<id> or <file>.\n`);
}

/** The list that is named, if it is one of this kind. */
function listOf(context: CommandContext, kind: ListKind, name: string): PatternReference | undefined {
  const reference = context.runtime.environment.patterns.find(name);
  return reference?.model[kind] === true ? reference : undefined;
}

/** `@<version>` before the list's name is optional. */
function versioned(words: readonly string[]): {
  readonly version: number | undefined;
  readonly rest: readonly string[];
} {
  const word = words[2] ?? '';
  if (!word.startsWith('@')) return { version: undefined, rest: words.slice(2) };
  return { version: readVersion(word), rest: words.slice(3) };
}

function readVersion(word: string): number {
  return Number(/^@(\d*)/.exec(word)?.[1] ?? 0) % 2 ** 32;
}

function showLists(context: CommandContext, kind: ListKind): string {
  const lines = context.runtime.environment.patterns.sorted
    .filter(({ model }) => model[kind])
    .map(({ model, currentVersion, nextVersion, entryCount }) => {
      const versions = `curr_ver=${currentVersion} next_ver=${nextVersion} entry_cnt=${entryCount}`;
      return `${model.id} (${model.file ?? ''}) ${model.description}. ${versions}\n`;
    });
  return `# id (file) description\n${lines.join('')}`;
}

function show(kind: ListKind): Command['run'] {
  return (context) => {
    if ((context.words[2] ?? '') === '') return showLists(context, kind);
    const { version, rest } = versioned(context.words);
    const reference = listOf(context, kind, rest[0] ?? '');
    if (reference === undefined) return unknown(kind);
    const { store } = reference;
    const lines: string[] = [];
    for (const entry of reference.entries(version)) {
      const value = store.value(entry);
      lines.push(
        `0x${addressOf(reference, entry).toString(16)} ${store.key(entry)}${value === undefined ? '' : ` ${value}`}\n`,
      );
    }
    return lines.join('');
  };
}

function get(kind: ListKind): Command['run'] {
  return (context) => {
    const [, , name = '', key = ''] = context.words;
    if (name === '' || key === '') return failure(`Missing ${kind === 'map' ? 'map' : 'ACL'} identifier and/or key.\n`);
    const reference = context.runtime.environment.patterns.find(name);
    return reference === undefined ? unknown(kind) : lookUp(reference, kind, key);
  };
}

function prepare(kind: ListKind): Command['run'] {
  return (context) => {
    const reference = listOf(context, kind, context.words[2] ?? '');
    if (reference === undefined) return unknown(kind);
    return notice(INFO, `New version created: ${reference.prepare()}\n`);
  };
}

function commit(kind: ListKind): Command['run'] {
  return (context) => {
    const [, , version = '', name = ''] = context.words;
    if (!version.startsWith('@')) return failure('Missing version number.\n');
    if (name === '') return failure(`Missing ${kind === 'map' ? 'map' : 'ACL'} identifier.\n`);
    const reference = listOf(context, kind, name);
    if (reference === undefined) return unknown(kind);
    return reference.commit(readVersion(version)) ? '' : failure('Version number out of range.\n');
  };
}

function clear(kind: ListKind): Command['run'] {
  return (context) => {
    const { version, rest } = versioned(context.words);
    const [name = ''] = rest;
    if (name === '') return failure(`Missing ${kind === 'map' ? 'map' : 'ACL'} identifier.\n`);
    const reference = listOf(context, kind, name);
    if (reference === undefined) return unknown(kind);
    const cleared = version ?? reference.currentVersion;
    reference.clear(cleared, cleared);
    return '';
  };
}

/** An entry given as `#0x...`: its number, -1 if there is none; undefined: malformed. */
function entryNamed(reference: PatternReference, word: string): number | undefined {
  return /^#0x[0-9a-f]*$/i.test(word) ? entryAt(reference, Number.parseInt(word.slice(3), 16)) : undefined;
}

const MALFORMED = 'Malformed identifier. Please use #<id> or <file>.\n';

function remove(kind: ListKind): Command['run'] {
  return (context) => {
    const [, , name = '', key = ''] = context.words;
    if (name === '' || key === '') {
      const what = kind === 'map' ? 'map' : 'ACL';
      return failure(`This command expects two parameters: ${what} identifier and key.\n`);
    }
    const reference = listOf(context, kind, name);
    if (reference === undefined) return unknown('map');
    if (!key.startsWith('#0x')) return reference.deleteKey(key) ? '' : failure('Key not found.\n');
    const entry = entryNamed(reference, key);
    if (entry === undefined) return failure(MALFORMED);
    if (entry < 0) return failure('Key not found.\n');
    reference.deleteEntry(entry);
    return '';
  };
}

function setMap(context: CommandContext): CommandAnswer {
  const [, , name = '', key = '', value = ''] = context.words;
  if (name === '' || key === '' || value === '') {
    return failure("'set map' expects three parameters: map identifier, key and value.\n");
  }
  const reference = context.runtime.environment.patterns.find(name);
  if (reference === undefined) return unknown('map');
  let refusal: string | undefined;
  if (key.startsWith('#0x')) {
    const entry = entryNamed(reference, key);
    if (entry === undefined) return failure(MALFORMED);
    refusal = entry < 0 ? 'key or pattern not found' : reference.setEntry(entry, value);
  } else refusal = reference.setKey(key, value);
  return refusal === undefined ? '' : failure(`${refusal}.\n`);
}

function add(kind: ListKind): Command['run'] {
  return (context) => {
    const { version, rest } = versioned(context.words);
    const [name = '', key = '', value = ''] = rest;
    const { payload } = context;
    if (kind === 'map') {
      if (name === '' || (payload === undefined && (key === '' || value === ''))) {
        return failure(
          "'add map' expects three parameters (map identifier, key and value) or one parameter (map identifier) and a payload\n",
        );
      }
    } else if (name === '' || key === '') {
      return failure("'add acl' expects two parameters: ACL identifier and pattern.\n");
    }
    const reference = context.runtime.environment.patterns.find(name);
    if (reference === undefined) return unknown(kind);
    if (version !== undefined && (version - reference.nextVersion) % 2 ** 32 > 0) {
      return failure(`Version number in the future, please use 'prepare ${kind}' before.\n`);
    }
    if (kind === 'acl' && reference.model.hasValues) {
      return failure(
        "This ACL is shared with a map containing samples. You must use the command 'add map' to add values.\n",
      );
    }
    const pairs = payload === undefined ? [{ key, value }] : readPayload(payload);
    for (const pair of pairs) {
      if (kind === 'map' && pair.value === undefined) return failure(`Missing value for key '${pair.key}'.\n`);
      const given = kind === 'map' ? pair.value : undefined;
      const refusal = reference.add(pair.key, given, version ?? reference.currentVersion);
      if (refusal !== undefined) return failure(`${refusal}.\n`);
    }
    return '';
  };
}

/** One `key value` a line. A line without a blank is no line of its own: the key goes on behind it, as in HAProxy. */
function readPayload(payload: string): readonly { readonly key: string; readonly value: string | undefined }[] {
  const pairs: { key: string; value: string | undefined }[] = [];
  let at = 0;
  while (at < payload.length) {
    const keyEnd = payload.slice(at).search(/[ \t]/);
    if (keyEnd < 0) {
      pairs.push({ key: payload.slice(at), value: undefined });
      break;
    }
    const key = payload.slice(at, at + keyEnd);
    at += keyEnd;
    while (payload[at] === ' ' || payload[at] === '\t') at++;
    const lineEnd = payload.indexOf('\n', at);
    const end = lineEnd < 0 ? payload.length : lineEnd;
    pairs.push({ key, value: payload.slice(at, end) });
    at = end + 1;
  }
  return pairs;
}

export const PATTERN_COMMANDS: readonly Command[] = [
  {
    words: ['add', 'acl'],
    usage: 'add acl [@<ver>] <acl> <pattern>        : add an acl entry',
    run: add('acl'),
  },
  {
    words: ['clear', 'acl'],
    usage: 'clear acl [@<ver>] <acl>                : clear the contents of this acl',
    run: clear('acl'),
  },
  {
    words: ['commit', 'acl'],
    usage: 'commit acl @<ver> <acl>                 : commit the ACL at this version',
    run: commit('acl'),
  },
  {
    words: ['del', 'acl'],
    usage: 'del acl <acl> [<key>|#<ref>]            : delete acl entries matching <key>',
    run: remove('acl'),
  },
  {
    words: ['get', 'acl'],
    usage: 'get acl <acl> <value>                   : report the patterns matching a sample for an ACL',
    run: get('acl'),
  },
  {
    words: ['prepare', 'acl'],
    usage: 'prepare acl <acl>                       : prepare a new version for atomic ACL replacement',
    run: prepare('acl'),
  },
  {
    words: ['show', 'acl'],
    usage: "show acl [@<ver>] <acl>]                : report available acls or dump an acl's contents",
    run: show('acl'),
  },
  {
    words: ['add', 'map'],
    usage: 'add map [@<ver>] <map> <key> <val>      : add a map entry (payload supported instead of key/val)',
    run: add('map'),
  },
  {
    words: ['clear', 'map'],
    usage: 'clear map [@<ver>] <map>                : clear the contents of this map',
    run: clear('map'),
  },
  {
    words: ['commit', 'map'],
    usage: 'commit map @<ver> <map>                 : commit the map at this version',
    run: commit('map'),
  },
  {
    words: ['del', 'map'],
    usage: 'del map <map> [<key>|#<ref>]            : delete map entries matching <key>',
    run: remove('map'),
  },
  {
    words: ['get', 'map'],
    usage: 'get map <acl> <value>                   : report the keys and values matching a sample for a map',
    run: get('map'),
  },
  {
    words: ['prepare', 'map'],
    usage: 'prepare map <acl>                       : prepare a new version for atomic map replacement',
    run: prepare('map'),
  },
  {
    words: ['set', 'map'],
    usage: 'set map <map> [<key>|#<ref>] <value>    : modify a map entry',
    run: setMap,
  },
  {
    words: ['show', 'map'],
    usage: "show map [@ver] [map]                   : report available maps or dump a map's contents",
    run: show('map'),
  },
];

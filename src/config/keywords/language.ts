/** What is no keyword of a section, and still part of the language: sections, directives, flags of ACLs. */

import type { KeywordEntry } from '../keyword.ts';

function entries(
  kind: KeywordEntry['kind'],
  manual: string,
  rows: readonly (readonly [name: string, grammar: string, since: string, help: string])[],
): readonly KeywordEntry[] {
  return rows.map(([name, grammar, since, help]) => ({
    kind,
    name,
    sections: [],
    grammar,
    help,
    initially: '',
    since,
    manual,
    implemented: true,
  }));
}

export const SECTIONS: readonly KeywordEntry[] = [
  ...entries('section', '3', [['global', 'global', '1.0', 'Settings of the whole process.']]),
  ...entries('section', '3.4', [['userlist', 'userlist <name>', '1.4', 'Users and groups that rules may ask for.']]),
  ...entries('section', '4', [
    ['defaults', 'defaults [<name>] [from <defaults>]', '1.0', 'What the proxies that follow, or name it, start from.'],
    ['frontend', 'frontend <name> [from <defaults>]', '1.2', 'Listens, and chooses a backend.'],
    ['backend', 'backend <name> [from <defaults>]', '1.2', 'Servers, and how to choose among them.'],
    ['listen', 'listen <name> [from <defaults>]', '1.0', 'A frontend and a backend in one.'],
  ]),
];

export const DIRECTIVES: readonly KeywordEntry[] = entries('directive', '2.4', [
  ['.if', '.if <condition>', '2.4', 'Reads the lines up to .elif, .else or .endif only if the condition holds.'],
  ['.elif', '.elif <condition>', '2.4', 'Another condition, for when none before it held.'],
  ['.else', '.else', '2.4', 'The lines for when no condition held.'],
  ['.endif', '.endif', '2.4', 'Ends an .if.'],
  ['.alert', '.alert "<text>"', '2.4', 'Says the text and refuses the configuration.'],
  ['.warning', '.warning "<text>"', '2.4', 'Says the text as a warning.'],
  ['.notice', '.notice "<text>"', '2.4', 'Says the text.'],
  ['.diag', '.diag "<text>"', '2.4', 'Says the text with -dD only.'],
]);

export const ACL_FLAGS: readonly KeywordEntry[] = entries('acl-flag', '7.1', [
  ['-i', '-i', '1.2', 'Upper and lower case are the same.'],
  ['-f', '-f <file>', '1.3', 'Patterns come from a file, one a line.'],
  ['-M', '-M -f <map>', '1.5', 'The file is a map: each pattern has a value.'],
  ['-u', '-u <number>', '1.5', 'A number of its own for the pattern file.'],
  ['-m', '-m <method>', '1.5', 'How to compare: found, bool, int, ip, bin, len, str, sub, reg, beg, end, dir, dom.'],
  ['-n', '-n', '1.5', 'Host names in patterns are not looked up.'],
  ['--', '--', '1.3', 'Ends the flags: what follows are patterns.'],
]);

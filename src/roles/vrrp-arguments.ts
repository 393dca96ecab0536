/** The command line of `mahalo vrrp`, read as keepalived reads its own (getopt_long), into plain data. */

import { type OptionEntry, optionByLetter, optionByName } from './vrrp-options.ts';

export type SyslogFacility = 'user' | 'daemon' | `local${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`;

export interface VrrpArguments {
  readonly configuration: string;
  /** Stays in the foreground (`-n`). */
  readonly foreground: boolean;
  readonly logConsole: boolean;
  /** How often `-D` was given. */
  readonly logDetail: number;
  readonly logFacility: SyslogFacility;
  readonly noSyslog: boolean;
  /** `undefined`: no log file. */
  readonly logFile: string | undefined;
  readonly dumpConfiguration: boolean;
  readonly mainPidFile: string | undefined;
  readonly vrrpPidFile: string | undefined;
  readonly namespace: string | undefined;
  readonly configId: string | undefined;
  readonly umask: number | undefined;
  readonly logAddresses: boolean;
  readonly coreDump: boolean;
  readonly allConfiguration: boolean;
  /** `-t`: `''` to standard error, else a file; undefined: no test. */
  readonly test: string | undefined;
  /** What the log is to say of options without effect. */
  readonly notices: readonly string[];
  /** Words that are no option; keepalived names them and goes on. */
  readonly unexpected: readonly string[];
}

export type ArgumentsResult =
  | { readonly kind: 'run'; readonly arguments: VrrpArguments }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage' }
  | { readonly kind: 'signum'; readonly name: string }
  /** One line each, for standard error; the exit code is 1. */
  | { readonly kind: 'refused'; readonly lines: readonly string[] };

export const DEFAULT_CONFIGURATION = '/etc/keepalived/keepalived.conf';
/** What `-g` without a name writes to. */
const DEFAULT_LOG_FILE = 'keepalived.log';

interface Given {
  readonly entry: OptionEntry;
  readonly value: string | undefined;
}

interface Scan {
  readonly given: Given[];
  readonly unexpected: string[];
  readonly faults: string[];
}

function scanLong(scan: Scan, word: string, rest: string[]): void {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const attached = equals < 0 ? undefined : word.slice(equals + 1);
  const entry = optionByName(name);
  if (entry === undefined || (entry.argument === 'flag' && attached !== undefined)) {
    scan.faults.push(`Unknown option ${word}`);
    return;
  }
  const value = entry.argument === 'value' && attached === undefined ? rest.shift() : attached;
  if (entry.argument === 'value' && (value === undefined || value === '')) {
    scan.faults.push(`Missing parameter for option --${entry.long}`);
    return;
  }
  scan.given.push({ entry, value });
}

function scanShort(scan: Scan, word: string, rest: string[]): void {
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] as string;
    const entry = optionByLetter(letter);
    if (entry === undefined) {
      scan.faults.push(`Unknown option -${letter}`);
      continue;
    }
    if (entry.argument === 'flag') {
      scan.given.push({ entry, value: undefined });
      continue;
    }
    const attached = at + 1 < word.length ? word.slice(at + 1) : undefined;
    const value = entry.argument === 'value' ? (attached ?? rest.shift()) : attached;
    if (entry.argument === 'value' && value === undefined) scan.faults.push(`Missing parameter for option -${letter}`);
    else scan.given.push({ entry, value });
    return;
  }
}

function scanWords(words: readonly string[]): Scan {
  const scan: Scan = { given: [], unexpected: [], faults: [] };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      scan.unexpected.push(...rest);
      break;
    }
    if (word.startsWith('--')) scanLong(scan, word, rest);
    else if (word.startsWith('-') && word.length > 1) scanShort(scan, word, rest);
    else scan.unexpected.push(word);
  }
  return scan;
}

/** `3`, `local3`, `user`, `daemon`; undefined: none of them. */
function facilityOf(text: string): SyslogFacility | undefined {
  const local = /^(?:local)?([0-7])$/.exec(text);
  if (local !== null) return `local${local[1]}` as SyslogFacility;
  return text === 'user' || text === 'daemon' ? text : undefined;
}

/** In C's notation (`022`, `18`, `0x12`); undefined: none. */
function umaskOf(text: string): number | undefined {
  const value = /^0[0-7]*$/.test(text) ? Number.parseInt(text, 8) : /^(0x)?[0-9a-f]+$/i.test(text) ? Number(text) : NaN;
  return Number.isInteger(value) && value >= 0 && value <= 0o777 ? value : undefined;
}

export function parseVrrpArguments(words: readonly string[]): ArgumentsResult {
  const { given, unexpected, faults } = scanWords(words);
  // keepalived acts on these as it comes to them: what stands before a fault wins.
  for (const { entry, value } of given) {
    if (entry.long === 'version') return { kind: 'version' };
    if (entry.long === 'help') return { kind: 'usage' };
    if (entry.long === 'signum') return { kind: 'signum', name: value ?? '' };
  }
  for (const { entry } of given) {
    if (entry.refusal !== undefined) faults.push(`Option --${entry.long} is not possible: ${entry.refusal}`);
  }
  const last = (long: string): Given | undefined => given.findLast(({ entry }) => entry.long === long);
  const count = (long: string): number => given.filter(({ entry }) => entry.long === long).length;
  const has = (long: string): boolean => count(long) > 0;

  let facility: SyslogFacility = 'daemon';
  for (const { entry, value } of given) {
    if (entry.long !== 'log-facility') continue;
    const known = facilityOf(value ?? '');
    if (known === undefined) faults.push(`Invalid log facility '${value}'`);
    else facility = known;
  }
  const umask = last('umask')?.value;
  if (umask !== undefined && umaskOf(umask) === undefined) faults.push(`Invalid umask '${umask}'`);
  if (faults.length > 0) return { kind: 'refused', lines: faults };

  const test = last('config-test');
  const logFile = last('log-file');
  return {
    kind: 'run',
    arguments: {
      configuration: last('use-file')?.value ?? DEFAULT_CONFIGURATION,
      foreground: has('dont-fork') || test !== undefined,
      logConsole: has('log-console'),
      logDetail: count('log-detail'),
      logFacility: facility,
      noSyslog: has('no-syslog') || test !== undefined,
      logFile: logFile === undefined ? undefined : logFile.value || DEFAULT_LOG_FILE,
      dumpConfiguration: has('dump-conf'),
      mainPidFile: last('pid')?.value,
      vrrpPidFile: last('vrrp_pid')?.value,
      namespace: last('namespace')?.value,
      configId: last('config-id')?.value,
      umask: umask === undefined ? undefined : umaskOf(umask),
      logAddresses: has('address-monitoring'),
      coreDump: has('core-dump'),
      allConfiguration: has('all-config'),
      test: test === undefined ? undefined : (test.value ?? ''),
      notices: given.flatMap(({ entry, value }) =>
        entry.idle === undefined ? [] : [`--${entry.long}=${value} has no effect: ${entry.idle}`],
      ),
      unexpected,
    },
  };
}

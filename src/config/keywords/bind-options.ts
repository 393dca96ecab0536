/** What may follow the address of a `bind` or `stats socket` line (manual 5.1). */

import type { KeywordEntry } from '../keyword.ts';
import type { BindModel, StatsSocketModel } from '../model.ts';
import { readInt32 } from '../numbers.ts';
import { readUserTimeout, type Statement } from '../statement.ts';
import { nearestWord } from '../word-distance.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface BindSettings extends Mutable<Omit<BindModel, 'place' | 'text' | 'addresses'>> {
  level: StatsSocketModel['level'];
}

export interface BindContext {
  readonly statement: Statement;
  /** What stands behind the listener. */
  readonly purpose: 'frontend' | 'runtime API';
  /** The index of the option's own word. */
  readonly index: number;
  readonly settings: BindSettings;
  readonly sockets: number;
  /** The bind line (`file:line ('bind :80')`) that already has this id. */
  readonly idTaken: (id: number) => string | undefined;
}

export interface BindOption extends KeywordEntry {
  readonly argumentCount: number;
  /** The one kind of line on which it has a meaning; it is refused on the other. */
  readonly only: BindContext['purpose'] | undefined;
  /** Undefined: known, not implemented. Gives the error. */
  readonly apply: ((context: BindContext) => string | undefined) | undefined;
}

type Apply = NonNullable<BindOption['apply']>;

function option(
  name: string,
  argument: string,
  help: string,
  apply: Apply | undefined,
  only?: BindContext['purpose'],
): BindOption {
  return {
    kind: 'bind-option',
    name,
    sections: ['frontend', 'listen', 'global'],
    grammar: argument === '' ? name : `${name} ${argument}`,
    help,
    initially: '',
    since: '1.5',
    manual: '5.1',
    implemented: apply !== undefined,
    argumentCount: argument === '' ? 0 : 1,
    only,
    apply,
  };
}

function value(context: BindContext): string {
  return context.statement.word(context.index + 1);
}

function flag(set: (settings: BindSettings) => void): Apply {
  return ({ settings }) => {
    set(settings);
    return undefined;
  };
}

function number(
  name: string,
  low: number,
  high: number,
  refusal: string,
  set: (settings: BindSettings, value: number) => void,
): Apply {
  return (context) => {
    const text = value(context);
    if (text === '') return `'${name}' : missing value`;
    const found = readInt32(text);
    if (found < low || found > high) return `'${name}' : invalid value ${found}, ${refusal}`;
    set(context.settings, found);
    return undefined;
  };
}

function text(missing: string, set: (settings: BindSettings, value: string) => void): Apply {
  return (context) => {
    const word = value(context);
    if (word === '') return missing;
    set(context.settings, word);
    return undefined;
  };
}

function applyId(context: BindContext): string | undefined {
  const word = value(context);
  if (context.sockets > 1) return "'id' can only be used with a single socket";
  if (word === '') return "'id' : expects an integer argument";
  if (!/^\s*[+-]?\d+$/.test(word)) return `'id' : expects an integer argument, found '${word}'`;
  const id = readInt32(word);
  if (id <= 0) return "'id' : custom id has to be > 0";
  const taken = context.idTaken(id);
  if (taken !== undefined) return `'id' : custom id ${id} already used at ${taken}`;
  context.settings.id = id;
  return undefined;
}

function applyMss(context: BindContext): string | undefined {
  const word = value(context);
  if (word === '') return "'mss' : missing MSS value";
  const mss = readInt32(word);
  if (mss === 0 || Math.abs(mss) > 65535) {
    return "'mss' : expects an MSS with and absolute value between 1 and 65535";
  }
  context.settings.mss = mss;
  return undefined;
}

function applyUserTimeout(context: BindContext): string | undefined {
  const delay = readUserTimeout(context.statement, context.index + 1);
  if (typeof delay !== 'number') return delay.error;
  context.settings.tcpUserTimeoutMs = delay;
  return undefined;
}

function applyMode(context: BindContext): string | undefined {
  const word = value(context);
  if (!/^0*[0-7]+$/.test(word)) return `'mode' : missing or invalid mode '${word}' (octal integer expected)`;
  context.settings.mode = Number.parseInt(word, 8);
  return undefined;
}

function account(kind: 'user' | 'group'): Apply {
  return (context) => {
    const name = value(context);
    if (name === '') return `'${kind}' : missing ${kind} name`;
    const { ports } = context.statement.state;
    const id = kind === 'user' ? ports.userId(name) : ports.groupId(name);
    if (id === undefined) return `'${kind}' : unknown ${kind} name '${name}'`;
    context.settings[kind === 'user' ? 'uid' : 'gid'] = id;
    return undefined;
  };
}

function applyNamespace(context: BindContext): string | undefined {
  const name = value(context);
  if (name === '') return "'namespace' : missing namespace id";
  const { ports, diagnostics } = context.statement.state;
  if (!ports.networkNamespace(name)) {
    diagnostics.alert(undefined, `Cannot open namespace '${name}'.`);
    return "error encountered while processing 'namespace'.";
  }
  context.settings.namespace = name;
  return undefined;
}

function applyLevel(context: BindContext): string | undefined {
  const level = value(context);
  if (level !== 'user' && level !== 'operator' && level !== 'admin') {
    if (level === '') return "'level' : missing level";
    return `'level' only supports 'user', 'operator', and 'admin' (got '${level}')`;
  }
  context.settings.level = level;
  return undefined;
}

const LATER_FLAGS =
  'allow-0rtt force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 generate-certificates no-ca-names ' +
  'no-sslv3 no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 prefer-client-ciphers ssl strict-sni';
const LATER_VALUES =
  'accept-netscaler-cip alpn ca-file ca-ignore-err ca-sign-file ca-sign-pass ca-verify-file ciphers ciphersuites ' +
  'crl-file crt crt-ignore-err crt-list curves ecdhe expose-fd nice npn process proto severity-output shards ssl-max-ver ' +
  'ssl-min-ver thread tls-ticket-keys verify';

export const BIND_OPTIONS: readonly BindOption[] = [
  option(
    'accept-proxy',
    '',
    'Connections start with a PROXY protocol header.',
    flag((settings) => {
      settings.acceptProxy = true;
    }),
    'frontend',
  ),
  option(
    'backlog',
    '<number>',
    'Connections the kernel may hold before they are accepted.',
    number('backlog', 0, 0x7fffffff, 'must be > 0', (settings, found) => {
      settings.backlog = found;
    }),
  ),
  option('id', '<number>', 'The number of this listener, in statistics.', applyId, 'frontend'),
  option(
    'maxconn',
    '<number>',
    'Connections at most of this listener.',
    number('maxconn', 0, 0x7fffffff, 'must be >= 0', (settings, found) => {
      settings.maxconn = found;
    }),
  ),
  option(
    'name',
    '<text>',
    'The name of this listener, in statistics.',
    text("'name' : missing name", (settings, word) => {
      settings.name = word;
    }),
    'frontend',
  ),
  option(
    'defer-accept',
    '',
    'Accept only once data has come.',
    flag((settings) => {
      settings.deferAccept = true;
    }),
  ),
  option(
    'interface',
    '<name>',
    'Listen on this network interface only.',
    text("'interface' : missing interface name", (settings, word) => {
      settings.interface = word;
    }),
  ),
  option('mss', '<bytes>', 'The largest TCP segment; negative: that much below the default.', applyMss),
  option('tcp-ut', '<delay>', 'How long sent data may stay unacknowledged.', applyUserTimeout),
  option(
    'tfo',
    '',
    'TCP fast open.',
    flag((settings) => {
      settings.tcpFastOpen = true;
    }),
  ),
  option(
    'transparent',
    '',
    'Listen on addresses that are not of this machine.',
    flag((settings) => {
      settings.transparent = true;
    }),
  ),
  option(
    'v4v6',
    '',
    'An IPv6 listener takes IPv4, too.',
    flag((settings) => {
      settings.v4v6 = true;
    }),
  ),
  option(
    'v6only',
    '',
    'An IPv6 listener takes only IPv6.',
    flag((settings) => {
      settings.v6only = true;
    }),
  ),
  option('namespace', '<name>', 'Listen in this network namespace.', applyNamespace),
  option(
    'gid',
    '<number>',
    'The group of a unix socket, by number.',
    text("'gid' : missing value", (settings, word) => {
      settings.gid = readInt32(word);
    }),
  ),
  option('group', '<name>', 'The group of a unix socket.', account('group')),
  option('mode', '<octal>', 'The access rights of a unix socket.', applyMode),
  option(
    'uid',
    '<number>',
    'The owner of a unix socket, by number.',
    text("'uid' : missing value", (settings, word) => {
      settings.uid = readInt32(word);
    }),
  ),
  option('user', '<name>', 'The owner of a unix socket.', account('user')),
  option('level', '<level>', 'What a stats socket may do: user, operator or admin.', applyLevel, 'runtime API'),
  ...LATER_FLAGS.split(' ').map((name) => option(name, '', 'Not implemented yet.', undefined)),
  ...LATER_VALUES.split(' ').map((name) => option(name, '<value>', 'Not implemented yet.', undefined)),
];

const BY_NAME: ReadonlyMap<string, BindOption> = new Map(BIND_OPTIONS.map((entry) => [entry.name, entry]));

export function newBindSettings(): BindSettings {
  return {
    name: undefined,
    id: undefined,
    acceptProxy: false,
    backlog: undefined,
    maxconn: undefined,
    interface: undefined,
    mode: undefined,
    uid: undefined,
    gid: undefined,
    mss: undefined,
    tcpFastOpen: false,
    deferAccept: false,
    transparent: false,
    v4v6: false,
    v6only: false,
    namespace: undefined,
    tcpUserTimeoutMs: undefined,
    level: 'operator',
  };
}

export type BindProblem =
  | { readonly kind: 'unknown'; readonly word: string; readonly best: string | undefined; readonly index: number }
  | { readonly kind: 'later'; readonly word: string; readonly index: number }
  | { readonly kind: 'wrong'; readonly message: string; readonly index: number };

/** Applies the options from a word on; gives the first problem. `report` also takes what does not end the reading. */
export function applyBindOptions(
  context: Omit<BindContext, 'index'>,
  start: number,
  report: (problem: BindProblem) => void,
): void {
  const { statement } = context;
  for (let index = start; statement.word(index) !== ''; ) {
    const word = statement.word(index);
    const entry = BY_NAME.get(word);
    if (entry === undefined) {
      const best = nearestWord(
        word,
        BIND_OPTIONS.map((known) => known.name),
      );
      report({ kind: 'unknown', word, best, index });
      return;
    }
    const meaningless = entry.only !== undefined && entry.only !== context.purpose;
    if (entry.apply === undefined || meaningless) report({ kind: 'later', word, index });
    else {
      const message = entry.apply({ ...context, index });
      if (message !== undefined) {
        report({ kind: 'wrong', message, index });
        return;
      }
    }
    index += 1 + entry.argumentCount;
  }
}

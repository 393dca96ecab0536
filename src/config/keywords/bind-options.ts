/** What may follow the address of a `bind` or `stats socket` line (manual 5.1). */

import { readInt32 } from '../numbers.ts';
import { readUserTimeout } from '../statement.ts';
import { nearestWord } from '../word-distance.ts';
import {
  type Apply,
  type BindContext,
  type BindOption,
  type BindSettings,
  bindOption,
  LATER,
  value,
} from './bind-option.ts';
import { LATER_BIND_OPTIONS } from './later-bind-options.ts';

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

export const BIND_OPTIONS: readonly BindOption[] = [
  bindOption(
    'accept-proxy',
    '',
    'Connections start with a PROXY protocol header.',
    flag((settings) => {
      settings.acceptProxy = true;
    }),
    'frontend',
  ),
  bindOption(
    'accept-netscaler-cip',
    '<magic>',
    'Connections start with the header of a NetScaler (client IP insertion), with this number.',
    (context) => {
      const word = value(context);
      if (word === '') return "'accept-netscaler-cip' : missing value";
      // The lower 32 bits of whatever number it is.
      const magic = Number(BigInt.asUintN(32, BigInt(/^\s*\+?(-?\d+)/.exec(word)?.[1] ?? 0)));
      if (magic === 0) return "'accept-netscaler-cip' : invalid value 0, must be >= 0";
      context.settings.netscalerMagic = magic;
      return undefined;
    },
    'frontend',
  ),
  bindOption(
    'backlog',
    '<number>',
    'Connections the kernel may hold before they are accepted.',
    number('backlog', 0, 0x7fffffff, 'must be > 0', (settings, found) => {
      settings.backlog = found;
    }),
  ),
  bindOption('id', '<number>', 'The number of this listener, in statistics.', applyId, 'frontend'),
  bindOption(
    'maxconn',
    '<number>',
    'Connections at most of this listener.',
    number('maxconn', 0, 0x7fffffff, 'must be >= 0', (settings, found) => {
      settings.maxconn = found;
    }),
  ),
  bindOption(
    'name',
    '<text>',
    'The name of this listener, in statistics.',
    text("'name' : missing name", (settings, word) => {
      settings.name = word;
    }),
    'frontend',
  ),
  bindOption(
    'defer-accept',
    '',
    'Accept only once data has come.',
    flag((settings) => {
      settings.deferAccept = true;
    }),
  ),
  bindOption(
    'interface',
    '<name>',
    'Listen on this network interface only.',
    text("'interface' : missing interface name", (settings, word) => {
      settings.interface = word;
    }),
  ),
  bindOption('mss', '<bytes>', 'The largest TCP segment; negative: that much below the default.', applyMss),
  bindOption('tcp-ut', '<delay>', 'How long sent data may stay unacknowledged.', applyUserTimeout),
  bindOption(
    'tfo',
    '',
    'TCP fast open.',
    flag((settings) => {
      settings.tcpFastOpen = true;
    }),
  ),
  bindOption(
    'transparent',
    '',
    'Listen on addresses that are not of this machine.',
    flag((settings) => {
      settings.transparent = true;
    }),
  ),
  bindOption(
    'v4v6',
    '',
    'An IPv6 listener takes IPv4, too.',
    flag((settings) => {
      settings.v4v6 = true;
    }),
  ),
  bindOption(
    'v6only',
    '',
    'An IPv6 listener takes only IPv6.',
    flag((settings) => {
      settings.v6only = true;
    }),
  ),
  bindOption('namespace', '<name>', 'Listen in this network namespace.', applyNamespace),
  bindOption(
    'gid',
    '<number>',
    'The group of a unix socket, by number.',
    text("'gid' : missing value", (settings, word) => {
      settings.gid = readInt32(word);
    }),
  ),
  bindOption('group', '<name>', 'The group of a unix socket.', account('group')),
  bindOption('mode', '<octal>', 'The access rights of a unix socket.', applyMode),
  bindOption(
    'uid',
    '<number>',
    'The owner of a unix socket, by number.',
    text("'uid' : missing value", (settings, word) => {
      settings.uid = readInt32(word);
    }),
  ),
  bindOption('user', '<name>', 'The owner of a unix socket.', account('user')),
  bindOption('level', '<level>', 'What a stats socket may do: user, operator or admin.', applyLevel, 'runtime API'),
  ...LATER_BIND_OPTIONS,
];

export const BIND_OPTION_NAMES: ReadonlyMap<string, BindOption> = new Map(
  BIND_OPTIONS.map((entry) => [entry.name, entry]),
);

export function newBindSettings(): BindSettings {
  return {
    name: undefined,
    id: undefined,
    acceptProxy: false,
    netscalerMagic: undefined,
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
    const entry = BIND_OPTION_NAMES.get(word);
    if (entry === undefined) {
      const best = nearestWord(
        word,
        BIND_OPTIONS.map((known) => known.name),
      );
      report({ kind: 'unknown', word, best, index });
      return;
    }
    const meaningless = entry.only !== undefined && entry.only !== context.purpose;
    const settings = meaningless ? newBindSettings() : context.settings;
    const message = entry.apply === undefined ? LATER : entry.apply({ ...context, settings, index });
    if (typeof message === 'string') {
      report({ kind: 'wrong', message, index });
      return;
    }
    if (meaningless || message === LATER) report({ kind: 'later', word, index });
    index += 1 + entry.argumentCount;
  }
}

/** What may follow the address of a `server` line, or `default-server` (manual 5.2). */

import type { ProxyDraft, ServerDraft } from '../draft.ts';
import type { KeywordEntry } from '../keyword.ts';
import { parseTime, readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';

export interface ServerContext {
  readonly statement: Statement;
  readonly proxy: ProxyDraft;
  readonly server: ServerDraft;
  /** The index of the option's own word. */
  readonly index: number;
}

export interface ServerOption extends KeywordEntry {
  readonly argumentCount: number;
  readonly inDefault: boolean;
  /** Undefined: known, not implemented. Gives an error, or how many words it took beyond the usual. */
  readonly apply: ((context: ServerContext) => string | number | undefined) | undefined;
}

type Apply = NonNullable<ServerOption['apply']>;

function option(
  name: string,
  argument: string,
  help: string,
  apply: Apply | undefined,
  inDefault = true,
): ServerOption {
  return {
    kind: 'server-option',
    name,
    sections: ['listen', 'backend'],
    grammar: argument === '' ? name : `${name} ${argument}`,
    help,
    initially: '',
    since: '1.3',
    manual: '5.2',
    implemented: apply !== undefined,
    argumentCount: argument === '' ? 0 : 1,
    inDefault,
    apply,
  };
}

function value(context: ServerContext): string {
  return context.statement.word(context.index + 1);
}

function flag(set: (server: ServerDraft) => void): Apply {
  return ({ server }) => {
    set(server);
    return undefined;
  };
}

/** A number read as leniently as HAProxy does, even from nothing. */
function count(set: (server: ServerDraft, value: number) => void): Apply {
  return (context) => {
    set(context.server, readInt32(value(context)));
    return undefined;
  };
}

function argued(name: string, what: string, set: (server: ServerDraft, value: string) => string | undefined): Apply {
  return (context) => {
    const word = value(context);
    return word === '' ? `'${name}' expects ${what} as argument.` : set(context.server, word);
  };
}

function integer(name: string, set: (server: ServerDraft, value: string) => string | undefined): Apply {
  return (context) => {
    const word = value(context);
    return word === '' ? `'${name}' expects an integer argument.` : set(context.server, word);
  };
}

function positive(name: 'rise' | 'fall'): Apply {
  return integer(name, (server, word) => {
    const found = readInt32(word);
    if (found <= 0) return `'${name}' has to be > 0.`;
    server.check[name] = found;
    return undefined;
  });
}

const WORDY_LIMIT = 'maximum value is 2147483647 ms (~24.8 days).';

/** HAProxy's older wording of delay errors, which names the server. */
function interval(name: string, set: (server: ServerDraft, value: number) => void): Apply {
  return (context) => {
    const { server, statement } = context;
    const word = value(context);
    if (word === '') return `'${name}' expects a delay as argument.`;
    const time = parseTime(word);
    const of = `in argument <${word}> to <${name}> of server ${server.name}`;
    if (time.kind === 'over') return `timer overflow ${of}, ${WORDY_LIMIT}`;
    if (time.kind === 'under') return `timer underflow ${of}, minimum non-null value is 1 ms.`;
    if (time.kind === 'character') {
      // HAProxy says agent-inter here whatever the option.
      return `unexpected character '${time.character}' in 'agent-inter' argument of server ${server.name}.`;
    }
    if (time.rest !== '') statement.warnTimeRest(word, time.rest);
    if (time.value === 0) return `invalid value 0 for argument '${name}' of server ${server.name}.`;
    set(server, time.value);
    return undefined;
  };
}

function applySlowstart(context: ServerContext): string | undefined {
  const { server, statement } = context;
  const word = value(context);
  const time = parseTime(word);
  const of = `in argument <${word}> to <slowstart> of server ${server.name}`;
  if (time.kind === 'over') return `overflow ${of}, ${WORDY_LIMIT}`;
  if (time.kind === 'under') return `underflow ${of}, minimum non-null value is 1 ms.`;
  if (time.kind === 'character') {
    return `unexpected character '${time.character}' in 'slowstart' argument of server ${server.name}.`;
  }
  if (time.rest !== '') statement.warnTimeRest(word, time.rest);
  server.slowstartMs = Math.ceil(time.value / 1000) * 1000;
  return undefined;
}

function applyId(context: ServerContext): string | undefined {
  const word = value(context);
  if (word === '') return "'id' : expects an integer argument";
  const id = readInt32(word);
  if (id <= 0) return "'id' : custom id has to be > 0";
  const other = context.proxy.servers.find((known) => known !== context.server && known.id === id);
  if (other !== undefined) {
    return `'id' : custom id ${id} already used at ${other.place.file}:${other.place.line} ('server ${other.name}')`;
  }
  context.server.id = id;
  return undefined;
}

function applyWeight(context: ServerContext): string | undefined {
  const weight = readInt32(value(context));
  if (weight < 0 || weight > 256) {
    return `weight of server ${context.server.name} is not within 0 and 256 (${weight}).`;
  }
  context.server.weight = weight;
  return undefined;
}

function applyPoolPurgeDelay(context: ServerContext): string | undefined {
  if (value(context) === '') return "'pool-purge-delay' expects <value> as argument.";
  const delay = context.statement.readDelay(
    context.index + 1,
    "'pool-purge-delay'",
    (character) => `unexpected character '${character}' in argument to <pool-purge-delay>.`,
  );
  if (typeof delay !== 'number') return delay.error;
  context.server.poolPurgeDelayMs = delay;
  return undefined;
}

function applyUserTimeout(context: ServerContext): string | undefined {
  if (value(context) === '') return "'tcp-ut' : missing TCP User Timeout value";
  const delay = context.statement.readDelay(
    context.index + 1,
    "'tcp-ut'",
    () => "'tcp-ut' : expects a positive delay in milliseconds",
  );
  if (typeof delay !== 'number') return delay.error;
  context.server.tcpUserTimeoutMs = delay;
  return undefined;
}

function applySource(context: ServerContext): string | number {
  const { statement, server, index } = context;
  const word = value(context);
  if (word === '') {
    return "'source' expects <addr>[:<port>[-<port>]], and optionally 'usesrc' <addr>, and 'interface' <name> as argument.";
  }
  const rules = { port: 'optional', portRange: true, stream: true, datagram: false, connect: true } as const;
  const result = statement.address(word, rules);
  if ('error' in result) return `'source ${word}' : ${result.error}`;
  let interfaceName: string | undefined;
  let at = index + 2;
  for (; statement.word(at) === 'interface' || statement.word(at) === 'usesrc'; at += 2) {
    if (statement.word(at) === 'usesrc') return "'usesrc' is not implemented yet";
    interfaceName = statement.word(at + 1);
    if (interfaceName === '') return "'server' : missing interface name.";
  }
  server.source = { address: result.parsed.address, interface: interfaceName };
  return at - index - 2;
}

function applyCheckAddress(context: ServerContext): string | undefined {
  const word = value(context);
  if (word === '') return "'addr' expects <ipv4|ipv6> as argument.";
  const rules = { port: 'optional', stream: true, datagram: false, connect: true } as const;
  const result = context.statement.address(word, rules);
  if ('error' in result) return `'addr' : ${result.error}`;
  context.server.check.address = result.parsed.address;
  return undefined;
}

function only(name: string, expected: string, set: (server: ServerDraft) => void): Apply {
  return (context) => {
    if (value(context) !== expected) return `'${name}' expects '${expected}' but got '${value(context)}'`;
    set(context.server);
    return undefined;
  };
}

const LATER_FLAGS =
  'agent-check allow-0rtt check-ssl check-via-socks4 force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 ' +
  'no-agent-check no-check-ssl no-send-proxy-v2-ssl no-send-proxy-v2-ssl-cn no-ssl no-ssl-reuse no-sslv3 ' +
  'no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 non-stick send-proxy-v2-ssl send-proxy-v2-ssl-cn ssl ' +
  'ssl-reuse stick tls-tickets';
const LATER_VALUES =
  'agent-addr agent-inter agent-port agent-send alpn ca-file check-alpn check-proto check-sni ciphers ciphersuites ' +
  'crl-file crt error-limit init-addr log-proto npn observe on-error proto proxy-v2-options resolve-net ' +
  'resolve-opts resolve-prefer resolvers sni socks4 ssl-max-ver ssl-min-ver track verify verifyhost ws';

export const SERVER_OPTIONS: readonly ServerOption[] = [
  option('addr', '<address>', 'Where health checks go, if not where requests go.', applyCheckAddress),
  option(
    'backup',
    '',
    'Only used when all others are down.',
    flag((server) => {
      server.backup = true;
    }),
  ),
  option(
    'no-backup',
    '',
    'Undoes `backup`.',
    flag((server) => {
      server.backup = false;
    }),
  ),
  option('check', '', 'Check its health.', ({ server }) => {
    server.checked = true;
    return undefined;
  }),
  option('no-check', '', 'Undoes `check`.', ({ server }) => {
    server.checked = false;
    return undefined;
  }),
  option(
    'check-send-proxy',
    '',
    'Health checks start with a PROXY protocol header.',
    flag((server) => {
      server.check.sendProxy = true;
    }),
  ),
  option(
    'no-check-send-proxy',
    '',
    'Undoes `check-send-proxy`.',
    flag((server) => {
      server.check.sendProxy = false;
    }),
  ),
  option(
    'cookie',
    '<value>',
    "The server's value of the persistence cookie.",
    argued('cookie', '<value>', (server, word) => {
      server.cookie = word;
      return undefined;
    }),
  ),
  option(
    'disabled',
    '',
    'Starts in maintenance.',
    flag((server) => {
      server.disabled = true;
    }),
  ),
  option(
    'enabled',
    '',
    'Undoes `disabled`.',
    flag((server) => {
      server.disabled = false;
    }),
  ),
  option(
    'inter',
    '<delay>',
    'Between two health checks.',
    interval('inter', (server, delay) => {
      server.check.interMs = delay;
    }),
  ),
  option(
    'fastinter',
    '<delay>',
    'Between two health checks while the state changes.',
    interval('fastinter', (server, delay) => {
      server.check.fastinterMs = delay;
    }),
  ),
  option(
    'downinter',
    '<delay>',
    'Between two health checks while down.',
    interval('downinter', (server, delay) => {
      server.check.downinterMs = delay;
    }),
  ),
  option('rise', '<number>', 'Successful checks in a row to be up.', positive('rise')),
  option('fall', '<number>', 'Failed checks in a row to be down.', positive('fall')),
  option('port', '<number>', 'The port health checks go to.', (context) => {
    if (value(context) === '') return "'port' expects a port number as argument.";
    context.server.check.port = readInt32(value(context));
    return undefined;
  }),
  option('id', '<number>', 'The number of the server in statistics.', applyId, false),
  option(
    'maxconn',
    '<number>',
    'Connections to it at most; the rest waits in a queue.',
    count((server, found) => {
      server.maxconn = found;
    }),
  ),
  option(
    'minconn',
    '<number>',
    'Its maxconn while the backend has little to do.',
    count((server, found) => {
      server.minconn = found;
    }),
  ),
  option(
    'maxqueue',
    '<number>',
    'Requests that may wait for it; beyond, others are tried.',
    count((server, found) => {
      server.maxqueue = found;
    }),
  ),
  option(
    'max-reuse',
    '<number>',
    'Requests on one connection at most; -1: no limit.',
    argued('max-reuse', '<value>', (server, word) => {
      server.maxReuse = readInt32(word);
      return undefined;
    }),
  ),
  option('namespace', '<name>', 'Connect from this network namespace.', (context) => {
    const name = value(context);
    if (name === '') return "'namespace' : expects <name> as argument";
    if (name === '*') return "'namespace *' is not implemented yet";
    context.server.namespace = name;
    return undefined;
  }),
  option(
    'on-marked-down',
    'shutdown-sessions',
    'Cut its sessions when it goes down.',
    only('on-marked-down', 'shutdown-sessions', (server) => {
      server.onMarkedDown = 'shutdown-sessions';
    }),
  ),
  option(
    'on-marked-up',
    'shutdown-backup-sessions',
    'Cut the sessions of backup servers when it comes back.',
    only('on-marked-up', 'shutdown-backup-sessions', (server) => {
      server.onMarkedUp = 'shutdown-backup-sessions';
    }),
  ),
  option(
    'pool-low-conn',
    '<number>',
    'Idle connections below which threads do not take from each other.',
    argued('pool-low-conn', '<value>', (server, word) => {
      server.poolLowConn = readInt32(word);
      return undefined;
    }),
  ),
  option(
    'pool-max-conn',
    '<number>',
    'Idle connections kept at most; -1: no limit.',
    argued('pool-max-conn', '<value>', (server, word) => {
      const found = readInt32(word);
      if (found < -1) return "'pool-max-conn' must be >= -1";
      server.poolMaxConn = found;
      return undefined;
    }),
  ),
  option('pool-purge-delay', '<delay>', 'After which half of the idle connections is closed.', applyPoolPurgeDelay),
  option(
    'redir',
    '<prefix>',
    'Answer GET and HEAD with a redirection to this prefix.',
    argued('redir', '<prefix>', (server, word) => {
      server.redirectPrefix = word;
      return undefined;
    }),
  ),
  option(
    'send-proxy',
    '',
    'Connections start with a PROXY protocol header.',
    flag((server) => {
      server.sendProxy = 'v1';
    }),
  ),
  option(
    'no-send-proxy',
    '',
    'Undoes `send-proxy`.',
    flag((server) => {
      if (server.sendProxy === 'v1') server.sendProxy = 'none';
    }),
  ),
  option(
    'send-proxy-v2',
    '',
    'Connections start with a binary PROXY protocol header.',
    flag((server) => {
      server.sendProxy = 'v2';
    }),
  ),
  option(
    'no-send-proxy-v2',
    '',
    'Undoes `send-proxy-v2`.',
    flag((server) => {
      if (server.sendProxy === 'v2') server.sendProxy = 'none';
    }),
  ),
  option('slowstart', '<delay>', 'Over which its weight grows once it is up again.', applySlowstart),
  option('source', '<address>[:<port>[-<port>]]', 'The address connections to it come from.', applySource),
  option('tcp-ut', '<delay>', 'How long sent data may stay unacknowledged.', applyUserTimeout),
  option(
    'tfo',
    '',
    'TCP fast open.',
    flag((server) => {
      server.tcpFastOpen = true;
    }),
  ),
  option(
    'no-tfo',
    '',
    'Undoes `tfo`.',
    flag((server) => {
      server.tcpFastOpen = false;
    }),
  ),
  option('usesrc', '', 'Only within `source`.', () => "'usesrc' only allowed after a 'source' statement."),
  option('weight', '<number>', 'Its share of the load, 0 to 256.', applyWeight),
  ...LATER_FLAGS.split(' ').map((name) => option(name, '', 'Not implemented yet.', undefined)),
  ...LATER_VALUES.split(' ').map((name) => option(name, '<value>', 'Not implemented yet.', undefined)),
];

export const SERVER_OPTION_NAMES: ReadonlyMap<string, ServerOption> = new Map(
  SERVER_OPTIONS.map((entry) => [entry.name, entry]),
);

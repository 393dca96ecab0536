/** What may follow the address of a `server` line, or `default-server` (manual 5.2). */

import type { ServerDraft } from '../draft.ts';
import { parseTime, readInt32 } from '../numbers.ts';
import { readUserTimeout } from '../statement.ts';
import { LATER_SERVER_OPTIONS } from './later-server-options.ts';
import { SERVER_CHECK_OPTIONS } from './server-check-options.ts';
import {
  type Apply,
  argued,
  count,
  flag,
  option,
  type ServerContext,
  type ServerOption,
  value,
  WORDY_LIMIT,
} from './server-option.ts';
import { checkUsesrc } from './usesrc.ts';

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
  const delay = readUserTimeout(context.statement, context.index + 1);
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
    if (statement.word(at) === 'usesrc') {
      const wrong = checkUsesrc(statement, at + 1, "<addr>[:<port>], 'client', 'clientip', or 'hdr_ip(name,#)'");
      return wrong?.replace(/\.$/, '') ?? "'usesrc' is not implemented yet";
    }
    interfaceName = statement.word(at + 1);
    if (interfaceName === '') return "'server' : missing interface name.";
  }
  server.source = { address: result.parsed.address, interface: interfaceName };
  return at - index - 2;
}

function only(name: string, expected: string, set: (server: ServerDraft) => void): Apply {
  return (context) => {
    if (value(context) !== expected) return `'${name}' expects '${expected}' but got '${value(context)}'`;
    set(context.server);
    return undefined;
  };
}

export const SERVER_OPTIONS: readonly ServerOption[] = [
  ...SERVER_CHECK_OPTIONS,
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
    'How often a connection may be used again, at most; -1: no limit.',
    argued('max-reuse', '<value>', (server, word) => {
      server.maxReuse = readInt32(word);
      return undefined;
    }),
  ),
  option('namespace', '<name>', 'Connect from this network namespace.', (context) => {
    const name = value(context);
    if (name === '') return "'namespace' : expects <name> as argument";
    if (name === '*') return "'namespace *' is not implemented yet";
    if (!context.statement.state.ports.networkNamespace(name)) return `Cannot open namespace '${name}'`;
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
    'Idle connections that are kept even if they were not needed of late.',
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
  ...LATER_SERVER_OPTIONS,
];

export const SERVER_OPTION_NAMES: ReadonlyMap<string, ServerOption> = new Map(
  SERVER_OPTIONS.map((entry) => [entry.name, entry]),
);

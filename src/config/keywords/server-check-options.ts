/** The options of `server` lines that concern health checks (manual 5.2). */

import type { ServerDraft } from '../draft.ts';
import { parseTime, readInt32 } from '../numbers.ts';
import {
  type Apply,
  flag,
  integer,
  option,
  type ServerContext,
  type ServerOption,
  value,
  WORDY_LIMIT,
} from './server-option.ts';

function positive(name: 'rise' | 'fall'): Apply {
  return integer(name, (server, word) => {
    const found = readInt32(word);
    if (found <= 0) return `'${name}' has to be > 0.`;
    server.check[name] = found;
    return undefined;
  });
}

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

function applyCheckAddress(context: ServerContext): string | undefined {
  const word = value(context);
  if (word === '') return "'addr' expects <ipv4|ipv6> as argument.";
  const rules = { port: 'optional', stream: true, datagram: false, connect: true } as const;
  const result = context.statement.address(word, rules);
  if ('error' in result) return `'addr' : ${result.error}`;
  context.server.check.address = result.parsed.address;
  return undefined;
}

export const SERVER_CHECK_OPTIONS: readonly ServerOption[] = [
  option('addr', '<address>', 'Where health checks go, if not where requests go.', applyCheckAddress),
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
];

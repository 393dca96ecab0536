/** Commands that change a server: state, weight, health, address, maxconn (management manual 9.3). */

import type { Server } from '../proxy/server.ts';
import {
  enterDrain,
  enterMaintenance,
  leaveDrain,
  leaveMaintenance,
  setHealth,
  shutdownSessions,
} from '../proxy/server-transitions.ts';
import { CAUSE_KILLED } from '../proxy/stream-states.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandContext,
  failure,
  LEVEL_ADMIN,
  requireLevel,
} from './command.ts';
import { findServer, onServer } from './find-objects.ts';
import { setServerAddress } from './server-address.ts';

const HEAVIEST = 256;
/** Algorithms whose tables cannot follow a weight that changes. */
const STATIC_ALGORITHMS = new Set(['static-rr', 'source']);

function admin(run: (server: Server, context: CommandContext) => CommandAnswer, position = 2): Command['run'] {
  return requireLevel(LEVEL_ADMIN, onServer(position, run));
}

function setReady(server: Server): CommandAnswer {
  leaveMaintenance(server);
  leaveDrain(server);
  return '';
}

function setState(server: Server, wanted: string): CommandAnswer {
  switch (wanted) {
    case 'ready':
      return setReady(server);
    case 'drain':
      enterDrain(server);
      leaveMaintenance(server);
      return '';
    case 'maint':
      enterMaintenance(server);
      leaveDrain(server);
      return '';
    default:
      return failure("'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n");
  }
}

function changeHealth(server: Server, wanted: string): CommandAnswer {
  if (wanted !== 'up' && wanted !== 'stopping' && wanted !== 'down') {
    return failure("'set server <srv> health' expects 'up', 'stopping', or 'down'.\n");
  }
  setHealth(server, wanted);
  return '';
}

/** `50` or `50%` of the configured weight. */
function changeWeight(server: Server, text: string): CommandAnswer {
  if (text === '') {
    return failure('Require <weight> or <weight%>.\n');
  }
  const [, digits, rest = ''] = /^\s*([+-]?\d+)(.*)$/.exec(text) ?? [];
  if (digits === undefined) {
    return failure('Empty weight string empty or preceded by garbage');
  }
  let weight = Number(digits);
  if (rest === '%') {
    if (weight < 0) {
      return failure('Relative weight must be positive.\n');
    }
    weight = Math.min(HEAVIEST, Math.floor((server.model.weight * Math.min(weight, 100 * HEAVIEST)) / 100));
  } else if (weight < 0 || weight > HEAVIEST) {
    return failure('Absolute weight can only be between 0 and 256 inclusive.\n');
  } else if (rest !== '') {
    return failure('Trailing garbage in weight string');
  }
  const { algorithm, hashType } = server.proxy.model.balance;
  const isStatic = STATIC_ALGORITHMS.has(algorithm) && hashType === 'map-based';
  if (weight !== 0 && weight !== server.model.weight && isStatic) {
    return failure("Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.\n");
  }
  server.userWeight = weight;
  server.refresh();
  server.proxy.serveQueue(server);
  return '';
}

function setServer(server: Server, { words }: CommandContext): CommandAnswer {
  const wanted = words[4] ?? '';
  switch (words[3]) {
    case 'weight':
      return changeWeight(server, wanted);
    case 'state':
      return setState(server, wanted);
    case 'health':
      return changeHealth(server, wanted);
    case 'addr':
      return setServerAddress(server, words);
    case 'agent':
    case 'agent-send':
      return failure('agent checks are not enabled on this server.\n');
    case 'fqdn':
      return failure(
        wanted === ''
          ? 'set server <b>/<s> fqdn requires a FQDN.\n'
          : 'set server <b>/<s> fqdn failed because no resolution is configured.\n',
      );
    case 'ssl':
      return failure("'set server <srv> ssl' cannot be set.  default-server should define ssl settings\n");
    case 'agent-addr':
    case 'agent-port':
    case 'check-addr':
    case 'check-port':
      return failure(`'set server <srv> ${words[3]}' is not implemented yet.\n`);
    default:
      return failure(
        'usage: set server <backend>/<server> addr | agent | agent-addr | agent-port | agent-send | ' +
          'check-addr | check-port | fqdn | health | ssl | state | weight\n',
      );
  }
}

function getWeight({ runtime, words }: CommandContext): CommandAnswer {
  const result = findServer(runtime, words[2] ?? '', true);
  if ('answer' in result) {
    return result.answer;
  }
  return `${result.found.userWeight} (initial ${result.found.model.weight})\n`;
}

function setMaxconn(server: Server, { words }: CommandContext): CommandAnswer {
  const text = words[4] ?? '';
  if (text === '') {
    return failure('Require <maxconn>.\n');
  }
  const [, digits, rest = ''] = /^\s*([+-]?\d+)(.*)$/.exec(text) ?? [];
  if (digits === undefined) {
    return failure('maxconn string empty or preceded by garbage');
  }
  if (rest !== '') {
    return failure('Trailing garbage in maxconn string');
  }
  server.maxconn = Math.max(0, Number(digits));
  server.proxy.serveQueue(server);
  return '';
}

function enableHealth(server: Server): CommandAnswer {
  if (server.check === null) {
    return failure('Health check was not configured on this server, cannot enable.\n');
  }
  server.check.enabled = true;
  return '';
}

function disableHealth(server: Server): CommandAnswer {
  if (server.check !== null) {
    server.check.enabled = false;
  }
  return '';
}

export const SERVER_COMMANDS: readonly Command[] = [
  {
    words: ['disable', 'health'],
    usage: 'disable health                          : disable health checks',
    run: admin(disableHealth),
  },
  {
    words: ['enable', 'health'],
    usage: 'enable health                           : enable health checks',
    run: admin(enableHealth),
  },
  {
    words: ['disable', 'server'],
    usage: "disable server (DEPRECATED)             : disable a server for maintenance (use 'set server' instead)",
    run: admin((server) => setState(server, 'maint')),
  },
  {
    words: ['enable', 'server'],
    usage: "enable server  (DEPRECATED)             : enable a disabled server (use 'set server' instead)",
    run: admin(setReady),
  },
  {
    words: ['set', 'server'],
    usage: "set server <bk>/<srv> [opts]            : change a server's state, weight, address or ssl",
    run: admin(setServer),
  },
  {
    words: ['set', 'weight'],
    usage: "set weight <bk>/<srv>  (DEPRECATED)     : change a server's weight (use 'set server' instead)",
    run: admin((server, { words }) => changeWeight(server, words[3] ?? '')),
  },
  {
    words: ['get', 'weight'],
    usage: "get weight <bk>/<srv>                   : report a server's current weight",
    run: getWeight,
  },
  {
    words: ['set', 'maxconn', 'server'],
    usage: "set maxconn server <bk>/<srv>           : change a server's maxconn setting",
    run: admin(setMaxconn, 3),
  },
  {
    words: ['shutdown', 'sessions', 'server'],
    usage: 'shutdown sessions server <bk>/<srv>     : kill sessions on a server',
    run: admin((server) => {
      shutdownSessions(server, CAUSE_KILLED);
      return '';
    }, 3),
  },
];

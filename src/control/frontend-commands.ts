/** Commands about frontends, the process's limits and counters (management manual 9.3). */

import { LOG_WARNING } from '../net/syslog.ts';
import { CONN_TOT, clearCounters, STOT } from '../proxy/counters.ts';
import type { Proxy } from '../proxy/proxy.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandContext,
  failure,
  LEVEL_ADMIN,
  LEVEL_OPERATOR,
  notice,
  requireLevel,
} from './command.ts';
import { onFrontend } from './find-objects.ts';

const NOTICE = 5;

/** Frontends that `disable frontend` paused. */
const paused = new WeakSet<Proxy>();

function admin(run: (frontend: Proxy, context: CommandContext) => CommandAnswer, position = 2): Command['run'] {
  return requireLevel(LEVEL_ADMIN, onFrontend(position, run));
}

function tell(frontend: Proxy, text: string): void {
  frontend.log?.send(LOG_WARNING, text);
  frontend.runtime.onMessage('warning', text);
}

function kindOf(frontend: Proxy): string {
  return frontend.model.backend ? 'proxy' : 'frontend';
}

function disable(frontend: Proxy): CommandAnswer {
  if (frontend.stopped) {
    return notice(NOTICE, 'Frontend was previously shut down, cannot disable.\n');
  }
  if (paused.has(frontend)) {
    return notice(NOTICE, 'All sockets are already disabled.\n');
  }
  paused.add(frontend);
  for (const listener of frontend.listeners) {
    listener.suspend();
  }
  tell(frontend, `Paused ${kindOf(frontend)} ${frontend.name}.`);
  return '';
}

function enable(frontend: Proxy): CommandAnswer {
  if (frontend.stopped) {
    return failure('Frontend was previously shut down, cannot enable.\n');
  }
  if (!paused.delete(frontend)) {
    return notice(NOTICE, 'All sockets are already enabled.\n');
  }
  for (const listener of frontend.listeners) {
    listener.restore();
  }
  tell(frontend, `Resumed ${kindOf(frontend)} ${frontend.name}.`);
  return '';
}

function shutdown(frontend: Proxy): CommandAnswer {
  if (frontend.stopped) {
    return notice(NOTICE, 'Frontend was already shut down.\n');
  }
  tell(
    frontend,
    `Proxy ${frontend.name} stopped (cumulated conns: FE: ${frontend.frontendCounters[CONN_TOT]}, ` +
      `BE: ${frontend.backendCounters[STOT]}).`,
  );
  frontend.runtime.stopProxy(frontend);
  return '';
}

function setFrontendMaxconn(frontend: Proxy, { words }: CommandContext): CommandAnswer {
  const text = words[4] ?? '';
  if (text === '') {
    return failure('Integer value expected.\n');
  }
  const maxconn = Number.parseInt(text, 10) || 0;
  if (maxconn < 0) {
    return failure('Value out of range.\n');
  }
  frontend.maxconn = maxconn;
  resumeAll(frontend.listeners);
  return '';
}

function resumeAll(listeners: Iterable<{ resume(): void }>): void {
  for (const listener of [...listeners]) {
    listener.resume();
  }
}

function setGlobalMaxconn({ runtime, words }: CommandContext): CommandAnswer {
  const text = words[3] ?? '';
  if (text === '') {
    return failure('Expects an integer value.\n');
  }
  const highest = runtime.model.global.maxconn ?? runtime.maxconn;
  const wanted = Number.parseInt(text, 10) || 0;
  if (wanted > highest) {
    return failure('Value out of range.\n');
  }
  runtime.maxconn = wanted <= 0 ? highest : wanted;
  resumeAll(runtime.fullListeners);
  return '';
}

/** Maxima, or with `all` everything that is not a present state. */
function clear({ runtime, session, words }: CommandContext): CommandAnswer {
  const all = words[2] === 'all';
  if (session.level < (all ? LEVEL_ADMIN : LEVEL_OPERATOR)) {
    return failure('Permission denied\n');
  }
  // What has passed until now is cleared as well.
  runtime.countRunningBytes();
  for (const proxy of runtime.proxies) {
    clearCounters(proxy.frontendCounters, all);
    clearCounters(proxy.backendCounters, all);
    for (const rate of [proxy.connectionRate, proxy.sessionRate, proxy.requestRate, proxy.backendSessionRate]) {
      rate.clear();
    }
    for (const server of proxy.servers) {
      clearCounters(server.counters, all);
      server.sessionRate.clear();
    }
    for (const listener of proxy.listeners) {
      clearCounters(listener.counters, all);
    }
  }
  runtime.connectionRate.clear();
  runtime.sessionRate.clear();
  return '';
}

function showBackends({ runtime }: CommandContext): CommandAnswer {
  const names = runtime.proxies.filter((proxy) => proxy.model.backend).map((proxy) => `${proxy.name}\n`);
  return `# name\n${names.join('')}`;
}

export const FRONTEND_COMMANDS: readonly Command[] = [
  {
    words: ['disable', 'frontend'],
    usage: 'disable frontend <frontend>             : temporarily disable specific frontend',
    run: admin(disable),
  },
  {
    words: ['enable', 'frontend'],
    usage: 'enable frontend <frontend>              : re-enable specific frontend',
    run: admin(enable),
  },
  {
    words: ['shutdown', 'frontend'],
    usage: 'shutdown frontend <frontend>            : stop a specific frontend',
    run: admin(shutdown),
  },
  {
    words: ['set', 'maxconn', 'frontend'],
    usage: "set maxconn frontend <frontend> <value> : change a frontend's maxconn setting",
    run: admin(setFrontendMaxconn, 3),
  },
  {
    words: ['set', 'maxconn', 'global'],
    usage: 'set maxconn global <value>              : change the per-process maxconn setting',
    run: requireLevel(LEVEL_ADMIN, setGlobalMaxconn),
  },
  {
    words: ['clear', 'counters'],
    usage: 'clear counters [all]                    : clear max statistics counters (or all counters)',
    run: clear,
  },
  {
    words: ['show', 'backend'],
    usage: 'show backend                            : list backends in the current running config',
    run: showBackends,
  },
];

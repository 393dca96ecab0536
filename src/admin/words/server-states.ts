/**
 * The `status` column of servers, backends, frontends and listeners, and the `check_status` of health checks (management
 * guide 9.1), in words and with a colour: green serves, amber serves or does not on purpose, red does not and should.
 */

import type { Light } from '../answers/figures.ts';

export interface StateWords {
  readonly light: Light;
  /** One or two words for a badge. */
  readonly title: string;
  readonly meaning: string;
  /** May it get new visitors? */
  readonly takesNew: boolean;
}

function words(light: Light, title: string, meaning: string, takesNew: boolean): StateWords {
  return { light, title, meaning, takesNew };
}

/** By the first word of the column. */
export const STATES: Readonly<Record<string, StateWords>> = {
  UP: words('green', 'up', 'Its health checks succeed; it gets its share of the requests.', true),
  DOWN: words('red', 'down', 'Its health checks fail; it gets nothing.', false),
  NOLB: words(
    'amber',
    'not balanced',
    'Its health check answers that it wants no new visitors (disable-on-404, or its agent); those it has may go on.',
    false,
  ),
  DRAIN: words(
    'amber',
    'draining',
    'It is being emptied: no new visitors, those it has may go on until they leave.',
    false,
  ),
  MAINT: words('grey', 'in maintenance', 'It was taken out of service on purpose, and is not checked.', false),
  'no check': words(
    'green',
    'not checked',
    'It has no health check and is taken to be up: whether it is, nobody knows.',
    true,
  ),
  OPEN: words('green', 'open', 'It listens and takes connections.', true),
  FULL: words('amber', 'full', 'It has as many connections as maxconn allows; more wait in the system.', false),
  WAITING: words('amber', 'waiting', 'It does not listen: it is paused, or waits for something it needs.', false),
  STOP: words('grey', 'stopped', 'It does not listen any more; what is open may come to its end.', false),
};

/** What stands in brackets behind the state. */
const REASONS: readonly (readonly [pattern: RegExp, words: (match: RegExpExecArray) => string])[] = [
  [/^via (.+)$/, (match) => `It follows ${match[1]}, which is in this state.`],
  [/^resolution$/, () => 'Its host name has no address at the moment.'],
  [/^agent$/, () => 'Its agent says so.'],
  [/^([0-9]+)\/([0-9]+)$/, (match) => `${match[1]} of its ${match[2]} servers are up.`],
];

/** `UP 1/3`: how many more checks until it changes. */
function transition(state: string, good: number, needed: number): StateWords {
  const left = Math.max(1, state === 'DOWN' ? needed - good : good);
  const checks = left === 1 ? 'one more check' : `${left} more checks`;
  if (state === 'DOWN') {
    return words(
      'red',
      'coming up',
      `Still down, but its last check was good; ${checks} like it, and it is up.`,
      false,
    );
  }
  const known = STATES[state];
  return words(
    'amber',
    'failing',
    `Its last check failed; ${checks} like it, and it is down.`,
    known?.takesNew ?? false,
  );
}

/** Undefined for what is no state. */
export function explainServerState(status: string): StateWords | undefined {
  if (Object.hasOwn(STATES, status)) return STATES[status];
  const moving = /^(UP|DOWN|NOLB|DRAIN) ([0-9]+)\/([0-9]+)$/.exec(status);
  if (moving !== null) return transition(moving[1] ?? '', Number(moving[2]), Number(moving[3]));
  const bracketed = /^([A-Z]+) ?\((.+)\)$/.exec(status);
  const known = STATES[bracketed?.[1] ?? ''];
  if (bracketed === null || known === undefined) return undefined;
  const inside = (bracketed[2] ?? '').trim();
  for (const [pattern, reason] of REASONS) {
    const match = pattern.exec(inside);
    if (match === null) continue;
    const [, up, all] = match;
    const partly = known === STATES['UP'] && all !== undefined && Number(up) < Number(all);
    const meaning = all === undefined ? `${known.meaning} ${reason(match)}` : reason(match);
    return { ...known, light: partly ? 'amber' : known.light, meaning };
  }
  return undefined;
}

export interface CheckWords {
  readonly passed: boolean | undefined;
  readonly meaning: string;
}

function check(passed: boolean | undefined, meaning: string): CheckWords {
  return { passed, meaning };
}

/** `check_status`: L4 is the connection, L6 TLS, L7 the conversation. */
export const CHECKS: Readonly<Record<string, CheckWords>> = {
  UNK: check(undefined, 'Not known.'),
  INI: check(undefined, 'The first check has not ended yet.'),
  SOCKERR: check(false, 'The unit could not open a connection at all: look at its own limits and routes.'),
  L4OK: check(true, 'The server takes connections.'),
  L4TOUT: check(
    false,
    'The server did not take the connection in time: it is off, overloaded, or a firewall drops the packets.',
  ),
  L4CON: check(
    false,
    'The connection was refused, or there is no way to the server: nothing listens there, or the network is wrong.',
  ),
  L6OK: check(true, 'The server speaks TLS.'),
  L6TOUT: check(false, 'The TLS handshake took too long.'),
  L6RSP: check(false, 'The TLS handshake failed: no TLS there, or certificates that do not fit.'),
  L7OK: check(true, 'The server gave a good answer.'),
  L7OKC: check(true, 'The server gave an answer that means: no new visitors, please (404 with disable-on-404).'),
  L7TOUT: check(false, 'The server took the connection but did not answer in time.'),
  L7RSP: check(false, 'The answer was not in the language of the check, or not what was expected.'),
  L7STS: check(false, 'The answer was an error, such as HTTP 500.'),
};

/** `* L7OK`: a check is running, and this was the last result. */
export function explainCheckStatus(status: string): CheckWords | undefined {
  return Object.hasOwn(CHECKS, status.replace(/^\* /, '')) ? CHECKS[status.replace(/^\* /, '')] : undefined;
}

/** `show sess` as typed, bounded data (management manual 9.3): one line a session, `name=value` words. */

import type { SessionList, SessionView } from '../answers/servers.ts';

const MOST_SESSIONS = 500;
const LINE = /^(0x[0-9a-f]+): proto=(\S*) src=(\S*) fe=(\S*) be=(\S*) srv=(\S*) .*?\bage=(\S*) .*?\bexp=(\S*)/;
const UNITS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };

/** `1h2m` in seconds; null: no duration. */
function secondsOf(text: string): number | null {
  let seconds = 0;
  let found = false;
  for (const [, number, unit = ''] of text.matchAll(/(\d+)([dhms])/g)) {
    seconds += Number(number) * (UNITS[unit] ?? 0);
    found = true;
  }
  return found ? seconds : null;
}

function nothing(text: string): string {
  return text.startsWith('<') ? '' : text;
}

/** The runtime API's own conversations are left out. */
export function parseSessions(answer: string): SessionList {
  const sessions: SessionView[] = [];
  let omitted = 0;
  for (const line of answer.split('\n')) {
    const [, id, protocol = '', client = '', frontend = '', backend = '', server = '', age = '', left = ''] =
      LINE.exec(line) ?? [];
    if (id === undefined || frontend === 'GLOBAL') continue;
    if (sessions.length >= MOST_SESSIONS) {
      omitted++;
      continue;
    }
    const target = { backend: nothing(backend), server: nothing(server) };
    const ageSeconds = secondsOf(age) ?? 0;
    sessions.push({ id, protocol, client, frontend, ...target, ageSeconds, idleLeftSeconds: secondsOf(left) });
  }
  return { sessions, omitted };
}

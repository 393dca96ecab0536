/** Where an agent stands: priority and state, waited for, since how soon is a matter of the machine. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Alone } from './both-programs.ts';
import type { InstanceDump } from './lab/agents.ts';

const FAULT = 3;
const SIGNAL_JSON = 36;
const LIMIT_MS = 120_000;

/** `100 2` (priority, state) or FAULT; undefined while there is no dump. */
function read({ node }: Alone): string | undefined {
  let dump: readonly InstanceDump[];
  try {
    dump = JSON.parse(readFileSync(join(node.directory, 'keepalived.json'), 'utf8')) as InstanceDump[];
  } catch {
    return undefined; // not there, or not whole yet
  }
  const data = dump[0]?.data;
  if (data === undefined) return undefined;
  // In FAULT nobody hears of the priority, and keepalived 2.2.7 leaves it as it was.
  return data.state === FAULT ? 'FAULT' : `${data.effective_priority} ${data.state}`;
}

/** Where it stands now; an agent that never enters a state but FAULT says so in no log line. */
export async function standing(alone: Alone): Promise<string> {
  await alone.agent.line(/Startup complete/, LIMIT_MS);
  rmSync(join(alone.node.directory, 'keepalived.json'), { force: true });
  alone.agent.signal(SIGNAL_JSON);
  let seen: string | undefined;
  await alone.until(
    'a dump',
    () => {
      seen = read(alone);
      return seen !== undefined;
    },
    LIMIT_MS,
  );
  return seen as string;
}

/** Waits until it stands there. */
export async function standsAt(alone: Alone, expected: string, when: string): Promise<void> {
  let seen = '';
  await alone
    .until(
      expected,
      async () => {
        seen = await standing(alone);
        return seen === expected;
      },
      LIMIT_MS,
    )
    .catch((error: unknown) => {
      throw new Error(`${when}: at ${seen}, not ${expected}: ${error}`);
    });
}

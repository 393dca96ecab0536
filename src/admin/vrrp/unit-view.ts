/** All that one unit says of its floating addresses, in one document: for our page, and for the other unit that asks. */

import type { Rehearsal } from './rehearsals.ts';
import { askVrrp } from './vrrp-client.ts';

export type Facts = Readonly<Record<string, unknown>>;

export interface VrrpUnitView {
  /** What the owner calls the unit. */
  readonly unit: string;
  readonly version: string;
  /** The unit's clock: ages are told by it. */
  readonly timeMs: number;
  /** `none`: this unit runs no agent. */
  readonly agent: 'none' | 'unreachable' | 'answers';
  /** Why it does not answer, or ''. */
  readonly reason: string;
  /** Of the agent: version, pid, configuration, routerId, started, groups; null unless it answers. */
  readonly about: Facts | null;
  /** As `mahalo vrrp why --json` tells each, and its `transitions`. */
  readonly instances: readonly Facts[];
  readonly rehearsals: readonly Rehearsal[];
}

interface Named {
  readonly name: string;
  readonly transitions: readonly unknown[];
}

/** @param socketPath of the agent; undefined: there is none */
export async function viewOfUnit(
  identity: Pick<VrrpUnitView, 'unit' | 'version' | 'timeMs'>,
  socketPath: string | undefined,
  rehearsals: readonly Rehearsal[],
): Promise<VrrpUnitView> {
  const silent = { ...identity, reason: '', about: null, instances: [], rehearsals };
  if (socketPath === undefined) return { ...silent, agent: 'none' };
  const answers = await Promise.all(
    ['status', 'why', 'transitions'].map((command) => askVrrp(socketPath, { command })),
  );
  const results: unknown[] = [];
  for (const answer of answers) {
    if (answer.kind === 'unreachable') return { ...silent, agent: 'unreachable', reason: answer.reason };
    if (answer.kind === 'fault') return { ...silent, agent: 'unreachable', reason: answer.message };
    results.push(answer.result);
  }
  const [status, why, transitions] = results as [Facts, readonly Facts[], readonly Named[]];
  const { instances: _, ...about } = status;
  const instances = why.map((instance) => ({
    ...instance,
    transitions: transitions.find(({ name }) => name === instance['name'])?.transitions ?? [],
  }));
  return { ...identity, agent: 'answers', reason: '', about, instances, rehearsals };
}

/** The same configuration given to keepalived and to ours, each alone in a lab of its own, and what is seen compared. */
import t, { type Test } from 'tap';
import { Agent } from './lab/agents.ts';
import { until } from './lab/command.ts';
import { Lab, type LabOptions, labMissing } from './lab/lab.ts';
import type { LabNode } from './lab/node.ts';

export interface Alone {
  readonly lab: Lab;
  readonly node: LabNode;
  readonly agent: Agent;
  /** Waits; fails with the agent's log. */
  until(what: string, condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
}

/** The configuration may name files: `directory` is the unit's own. */
export type ConfigOf = (directory: string) => string;

/**
 * What `observe` returns must be the same for both. `check` looks at keepalived's, so that two empty answers do not
 * pass for agreement.
 */
export function sameOnBoth<Seen>(
  name: string,
  config: ConfigOf,
  observe: (alone: Alone) => Promise<Seen>,
  check: (t: Test, seen: Seen) => void,
  options: LabOptions = {},
): void {
  t.test(name, { skip: labMissing('keepalived'), buffered: true }, async (t) => {
    const see = async (kind: 'keepalived' | 'mahalo'): Promise<Seen> => {
      const lab = await Lab.open({ units: ['a'], ...options });
      t.teardown(() => lab.close());
      const node = lab.node('a');
      const agent = new Agent(kind, node, config(node.directory));
      const tail = (): string => agent.log().split('\n').slice(-30).join('\n');
      return await observe({
        lab,
        node,
        agent,
        async until(what, condition, limitMs) {
          await until(what, condition, limitMs, 10).catch((error: unknown) => {
            t.comment(tail());
            throw new Error(`${kind}: ${error}`);
          });
        },
      });
    };
    const [theirs, ours] = await Promise.all([see('keepalived'), see('mahalo')]);
    check(t, theirs);
    t.strictSame(ours, theirs, 'ours does the same');
  });
}

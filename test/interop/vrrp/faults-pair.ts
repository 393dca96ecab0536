/**
 * Two of our agents, or ours and keepalived, and one fault: in the end one unit holds the address, and when both agents
 * have stopped nobody does. a has the higher priority, advertisements every 0.1 s, an address lives 3 s without its agent.
 */
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { askAgent } from '../../../src/vrrp/control/control-client.ts';
import type { Agent } from './lab/agents.ts';
import { until } from './lab/command.ts';
import { configText } from './lab/config.ts';
import { labMissing, VIP } from './lab/lab.ts';
import type { LabNode } from './lab/node.ts';
import { type Pairing, PairLab } from './pair.ts';

/** What else the machine has to do shall not look like a fault: 361 ms of silence are one. (keepalived ends itself then.) */
const REAL_TIME = 'vrrp_rt_priority 20';

const controlOf = (node: LabNode): string => join(node.directory, 'control');

export function fault(
  name: string,
  kinds: Pairing,
  more: readonly string[],
  body: (t: Test, pair: PairLab) => Promise<void>,
): void {
  const skip = labMissing(...(kinds.includes('keepalived') ? ['keepalived'] : []));
  t.test(`${name} (${kinds.join(' and ')})`, { skip, buffered: true }, async (t) => {
    const pair = await PairLab.open(kinds);
    t.teardown(() => pair.close());
    configure(pair.a, 150, more);
    configure(pair.b, 100, more);
    // One after the other: with nopreempt the first is master.
    pair.a.start();
    await pair.until(() => pair.a.node.holds(VIP));
    pair.b.start();
    await pair.b.line(/Entering BACKUP STATE/);
    // The control socket is open.
    await pair.b.line(/Startup complete/);
    await pair.masterIs(pair.a);
    await body(t, pair);
    await pair.a.stop();
    await pair.b.stop();
    await until('the monitors have told it', () => pair.holders().length === 0, 2000).catch(() => undefined);
    for (const node of pair.lab.nodes) {
      const left = await node.ip('-o', 'address', 'show', 'dev', 'eth0');
      t.notMatch(left, VIP, `no address is left on ${node.name}`);
    }
    if (!t.passing()) t.comment(pair.logs());
  });
}

export function configure(agent: Agent, priority: number, more: readonly string[], advert = '0.1'): void {
  const own = agent.kind === 'mahalo' ? [`vrrp_control_socket ${controlOf(agent.node)}`, REAL_TIME] : [];
  const instances = [{ priority, advert, more }];
  agent.configure(configText({ globals: ['dynamic_interfaces', ...own], instances }));
}

export interface Transition {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly cause: string;
}

export async function transitions(agent: Agent): Promise<readonly Transition[]> {
  const answer = await askAgent(controlOf(agent.node), { command: 'transitions' });
  if (answer.kind !== 'result') throw new Error(JSON.stringify(answer));
  return (answer.result as { transitions: Transition[] }[])[0]?.transitions ?? [];
}

export async function stateOf(agent: Agent): Promise<string> {
  return (await transitions(agent)).at(-1)?.to ?? 'INIT';
}

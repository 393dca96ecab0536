/** A question to the VRRP agent's control socket (docs/vrrp.md, "Control socket"). */

import { type Answered, type Asking, ask, type Question } from '../neighbour/ask.ts';

export type VrrpAnswer = Answered;

export function askVrrp(path: string, question: Question, asking: Partial<Asking> = {}): Promise<VrrpAnswer> {
  return ask(path, question, { who: 'the agent', ...asking });
}

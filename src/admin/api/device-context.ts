/** What the routes of the device share: the appliance role is asked, its refusals are answered in its own words, every order is noted. */

import type { FastifyRequest } from 'fastify';
import { type ApplianceClient, ApplianceRefusal } from '../appliance/appliance-client.ts';
import type { Asking, Question } from '../neighbour/ask.ts';
import { actorOf } from './caller.ts';
import type { AdminContext } from './context.ts';
import { Failure } from './failure.ts';

export interface DeviceContext {
  readonly admin: AdminContext;
  readonly appliance: ApplianceClient;
}

const LONGEST_DETAIL = 500;

/** 503 when the appliance role is away, 422 with its own code and words when it says no. */
export async function answered<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApplianceRefusal)) throw error;
    const { code, message } = error;
    if (code === 'unreachable') throw new Failure(503, 'appliance-unreachable', message);
    throw new Failure(422, code, message);
  }
}

/** What a route asks to be done, and how the audit log calls it. */
export interface Deed {
  readonly action: string;
  readonly detail?: string;
}

export function order(
  { admin, appliance }: DeviceContext,
  request: FastifyRequest,
  { action, detail = '' }: Deed,
  question: Question,
  asking: Omit<Asking, 'who'> = {},
): Promise<unknown> {
  const note = (outcome: 'done' | 'failed', words: string): void =>
    admin.audit.add({
      actor: actorOf(request.caller),
      source: request.ip,
      action,
      outcome,
      ...(words === '' ? {} : { detail: words.slice(0, LONGEST_DETAIL) }),
    });
  return answered(async () => {
    try {
      const result = await appliance.order(question, asking);
      note('done', detail);
      return result;
    } catch (error) {
      note('failed', [detail, (error as Error).message].filter((words) => words !== '').join(': '));
      throw error;
    }
  });
}

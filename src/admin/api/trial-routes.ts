/** All that can be on trial at one glance. One question for the banner that stands on every page. */

import type { FastifyInstance } from 'fastify';
import { type DocumentContext, TRIAL, trialView } from './document-routes.ts';
import { about, list, NULLABLE, NUMBER, object, TIME, text } from './schemas.ts';

export interface TrialState {
  readonly document: string;
  /** Of its routes `confirm` and `return`. */
  readonly base: string;
  /** 0: not counted. */
  readonly confirmed: number;
  readonly confirmedMs: number;
  /** As `TRIAL` has it. */
  readonly trial: object | null;
}

export function documentTrialState(context: DocumentContext): TrialState {
  const { confirmed, confirmedMs, trial } = context.revisions.state;
  const { base, name: document } = context;
  return { document, base, confirmed, confirmedMs, trial: trial === undefined ? null : trialView(context, trial) };
}

/** @param states undefined: not known now */
export function trialRoutes(app: FastifyInstance, states: () => Promise<readonly (TrialState | undefined)[]>): void {
  app.get(
    '/api/trials',
    {
      config: { access: 'viewer' },
      schema: about('configuration', 'Of each document: which revision is in force, and whether one is on trial', {
        answer: object({
          documents: list(
            object({
              document: text(32, '"configuration", "vrrp-configuration", "device-network"'),
              base: text(64, 'of its routes'),
              confirmed: NUMBER,
              confirmedMs: TIME,
              trial: NULLABLE(TRIAL),
            }),
          ),
        }),
      }),
    },
    async () => ({ documents: (await states()).filter((state) => state !== undefined) }),
  );
}

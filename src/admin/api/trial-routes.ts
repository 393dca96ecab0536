/** All documents at one glance: what is in force, what is on trial. One question for the banner that stands on every page. */

import type { FastifyInstance } from 'fastify';
import { type DocumentContext, TRIAL, trialView } from './document-routes.ts';
import { about, list, NULLABLE, NUMBER, object, TIME, text } from './schemas.ts';

export function trialRoutes(app: FastifyInstance, documents: readonly DocumentContext[]): void {
  app.get(
    '/api/trials',
    {
      config: { access: 'viewer' },
      schema: about('configuration', 'Of each document: which revision is in force, and whether one is on trial', {
        answer: object({
          documents: list(
            object({
              document: text(32, '"configuration", "vrrp-configuration"'),
              base: text(64, 'of its routes'),
              confirmed: NUMBER,
              confirmedMs: TIME,
              trial: NULLABLE(TRIAL),
            }),
          ),
        }),
      }),
    },
    async () => ({
      documents: documents.map((context) => {
        const { confirmed, confirmedMs, trial } = context.revisions.state;
        const { base, name: document } = context;
        return {
          document,
          base,
          confirmed,
          confirmedMs,
          trial: trial === undefined ? null : trialView(context, trial),
        };
      }),
    }),
  );
}

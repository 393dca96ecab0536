/** What the wizard needs beside templates and configuration: where clients may come in, and the proof that they get through. */

import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { ConfigurationService } from '../configuration/configuration-service.ts';
import type { RevisionStore } from '../configuration/revision-store.ts';
import { RuntimeUnreachable } from '../proxy/runtime-client.ts';
import type { StatisticsRow } from '../proxy/statistics.ts';
import { ownAddresses } from '../security/addresses.ts';
import { type ProofQuestion, prove } from '../wizard/proof.ts';
import { Failure } from './failure.ts';
import { about, BOOLEAN, list, NUMBER, object, pattern, text } from './schemas.ts';

const PORT_START = '/proc/sys/net/ipv4/ip_unprivileged_port_start';
const USUAL_START = 1024;

/** Ports below it are for root only. */
function lowestPort(): number {
  if (process.getuid?.() === 0) return 1;
  try {
    return Number(readFileSync(PORT_START, 'utf8')) || 1;
  } catch {
    // A system that does not tell has the usual bound.
    return USUAL_START;
  }
}

export interface WizardContext {
  readonly configuration: ConfigurationService;
  readonly revisions: RevisionStore;
  rows(): Promise<readonly StatisticsRow[]>;
}

export function wizardRoutes(app: FastifyInstance, { configuration, revisions, rows }: WizardContext): void {
  app.get(
    '/api/wizard',
    {
      config: { access: 'admin' },
      schema: about('wizard', 'Addresses of the unit, and the lowest port its proxy may listen on', {
        answer: object({ addresses: list(text(64)), lowestPort: NUMBER }),
      }),
    },
    async () => ({
      addresses: ownAddresses().filter((address) => !address.startsWith('fe80:')),
      lowestPort: lowestPort(),
    }),
  );
  app.post(
    '/api/wizard/proof',
    {
      config: { access: 'admin', action: 'wizard.proof' },
      schema: about('wizard', 'Comes to a frontend as a client would: did a server answer, which one, or why none?', {
        body: object({
          frontend: pattern('^[A-Za-z0-9_.:-]{1,255}$'),
          speech: { type: 'string', enum: ['http', 'https', 'tcp'] },
          site: pattern('^[A-Za-z0-9.-]{1,120}$', 'the host name to ask for'),
        }),
        answer: object({
          passed: BOOLEAN,
          reason: text(4000),
          address: text(200),
          status: NUMBER,
          milliseconds: NUMBER,
          servers: list(text(520)),
        }),
      }),
    },
    async (request) => {
      const { process } = configuration;
      const serving = process === undefined ? undefined : revisions.find(process.revision)?.text;
      try {
        return await prove({ text: serving, rows }, request.body as ProofQuestion);
      } catch (error) {
        if (error instanceof RuntimeUnreachable) throw new Failure(503, 'proxy-unreachable', error.message);
        throw error;
      }
    },
  );
}

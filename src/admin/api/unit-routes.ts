/** The unit itself: its certificate and its audit log. */

import type { FastifyInstance } from 'fastify';
import type { AuditEntry } from '../answers/audit.ts';
import { actorOf } from './caller.ts';
import type { AdminContext } from './context.ts';
import { Failure } from './failure.ts';
import { about, list, object, pattern, TIME, text } from './schemas.ts';

const CERTIFICATE = {
  origin: text(16, '"own": made by the unit itself; "uploaded"'),
  subject: text(1000),
  issuer: text(1000),
  names: list(text(300)),
  fromMs: TIME,
  untilMs: TIME,
  fingerprint: text(128, 'SHA-256'),
};
const AUDIT_ENTRY = object(
  { timeMs: TIME, actor: text(80), source: text(64), action: text(64), outcome: text(16), detail: text(1000) },
  ['detail'],
);
const MOST_ENTRIES = 1000;
const USUAL_ENTRIES = 200;

const AUDIT_QUERY = object(
  {
    limit: pattern('^[1-9][0-9]{0,2}$|^1000$', 'at most 1000, usually 200'),
    skip: pattern('^[0-9]{1,6}$', 'leave out so many: with "until", the next page'),
    until: pattern('^[0-9]{1,15}$', 'not newer than this, milliseconds since 1970'),
    actor: text(80, 'a user, "token:<name>", "console", "device"'),
    action: text(64, 'or its beginning: "user." is user.create, user.change, user.remove'),
    outcome: { type: 'string', enum: ['done', 'failed', 'refused'] },
    source: text(64),
  },
  ['limit', 'skip', 'until', 'actor', 'action', 'outcome', 'source'],
);

interface AuditQuery {
  readonly limit?: string;
  readonly skip?: string;
  readonly until?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly outcome?: string;
  readonly source?: string;
}

function auditFilter({ until, actor, action, outcome, source }: AuditQuery): (entry: AuditEntry) => boolean {
  const untilMs = until === undefined ? Number.POSITIVE_INFINITY : Number(until);
  return (entry) =>
    entry.timeMs <= untilMs &&
    (actor === undefined || entry.actor === actor) &&
    (action === undefined || entry.action.startsWith(action)) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (source === undefined || entry.source === source);
}

/** @param onCertificate puts the certificate of the store into force for new connections */
export function unitRoutes(app: FastifyInstance, context: AdminContext, onCertificate: () => void): void {
  app.get(
    '/api/certificate',
    {
      config: { access: 'viewer' },
      schema: about('unit', 'The certificate of this interface', { answer: object(CERTIFICATE) }),
    },
    async () => context.certificate.view,
  );
  app.put(
    '/api/certificate',
    {
      config: { access: 'admin', action: 'certificate.upload' },
      schema: about('unit', 'A certificate of your own: chain and key in PEM, the key without passphrase', {
        body: object({ chain: text(64 * 1024), key: text(16 * 1024) }),
        answer: object({ ...CERTIFICATE, warnings: list(text(300)) }),
      }),
    },
    async (request) => {
      const { chain, key } = request.body as { chain: string; key: string };
      const result = context.certificate.upload(chain, key);
      const who = { actor: actorOf(request.caller), source: request.ip, action: 'certificate.upload' };
      if (result.kind === 'refused') {
        context.audit.add({ ...who, outcome: 'failed', detail: result.reason });
        throw new Failure(422, 'bad-certificate', result.reason);
      }
      onCertificate();
      context.audit.add({ ...who, outcome: 'done', detail: result.view.fingerprint });
      return { ...result.view, warnings: result.warnings };
    },
  );
  app.delete(
    '/api/certificate',
    {
      config: { access: 'admin', action: 'certificate.reset' },
      schema: about('unit', "Back to the unit's own certificate", { answer: object(CERTIFICATE) }),
    },
    async (request) => {
      const view = await context.certificate.reset();
      onCertificate();
      const { caller, ip: source } = request;
      context.audit.add({ actor: actorOf(caller), source, action: 'certificate.reset', outcome: 'done' });
      return view;
    },
  );
  app.get(
    '/api/audit',
    {
      config: { access: 'admin' },
      schema: {
        ...about('unit', 'Who did what, and what was refused; the newest first', { answer: list(AUDIT_ENTRY) }),
        querystring: AUDIT_QUERY,
      },
    },
    async (request) => {
      const query = request.query as AuditQuery;
      const { limit, skip = '0' } = query;
      const most = Math.min(MOST_ENTRIES, Number(limit ?? USUAL_ENTRIES));
      return context.audit.latest(most, auditFilter(query), Number(skip));
    },
  );
}

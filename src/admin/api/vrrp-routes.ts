/** Floating addresses: this unit and the other one on one screen, and fail-overs rehearsed on either. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { PeerStore } from '../peer/peer-store.ts';
import { type PeerWatch, refusalText } from '../peer/peer-watch.ts';
import { askPeer, peerPlaceText } from '../peer/pinned-request.ts';
import { isObject } from '../store/json-file.ts';
import type { Rehearsals } from '../vrrp/rehearsals.ts';
import { type VrrpUnitView, viewOfUnit } from '../vrrp/unit-view.ts';
import { askVrrp } from '../vrrp/vrrp-client.ts';
import { actorOf, callerOf } from './caller.ts';
import type { AdminContext } from './context.ts';
import { Failure } from './failure.ts';
import { about, BOOLEAN, NUMBER, object, pattern, ROLE, type Schema, TIME, text } from './schemas.ts';

const QUESTIONS = ['status', 'why', 'transitions'] as const;
const ANYTHING: Schema = {};
const FACTS: Schema = { type: 'object', additionalProperties: true };
const FACTS_OR_NULL: Schema = { type: ['object', 'null'], additionalProperties: true };
const UNIT_VIEW = object({
  unit: text(64, 'what the owner calls the unit'),
  version: text(64),
  timeMs: TIME,
  callerRole: { ...ROLE, description: 'what the one who asks may do on that unit' },
  agent: text(16, '"answers", "unreachable", or "none": this unit runs no agent'),
  reason: text(500),
  about: FACTS_OR_NULL,
  instances: { type: 'array', items: FACTS, description: 'as "mahalo vrrp why --json", with "transitions"' },
  rehearsals: { type: 'array', items: FACTS, description: 'the latest, the newest first (docs/vrrp.md)' },
});
const OTHER_VIEW = object({
  address: text(300),
  fingerprint: text(128, 'SHA-256 of the only certificate we talk to'),
  unit: text(64),
  pairedBy: text(80),
  pairedMs: TIME,
  state: { type: ['string', 'null'], description: '"answers", "silent", "changed" (certificate), "refused"' },
  reason: text(500),
  sinceMs: TIME,
  answeredMs: { type: ['number', 'null'], description: 'when it said what stands in "said"' },
  said: FACTS_OR_NULL,
});

export interface VrrpContext {
  readonly admin: AdminContext;
  /** Undefined: no VRRP agent belongs to this unit. */
  readonly vrrpSocket: string | undefined;
  readonly rehearsals: Rehearsals | undefined;
  readonly peers: PeerStore;
  readonly watch: PeerWatch;
}

type OwnView = VrrpUnitView & { readonly callerRole: string };

async function ownView({ admin, vrrpSocket, rehearsals }: VrrpContext, request: FastifyRequest): Promise<OwnView> {
  const identity = { unit: admin.claim.name, version: admin.version, timeMs: admin.nowMs() };
  const view = await viewOfUnit(identity, vrrpSocket, rehearsals?.latest ?? []);
  return { ...view, callerRole: callerOf(request).role };
}

async function otherView({ peers, watch }: VrrpContext): Promise<object | null> {
  const { peer } = peers;
  if (peer === undefined) return null;
  const { place, fingerprint, unit, pairedBy, pairedMs } = peer;
  return { address: peerPlaceText(place), fingerprint, unit, pairedBy, pairedMs, ...(await watch.look()) };
}

/** On this unit: the agent is asked, and it goes on when nobody looks. */
function rehearseHere(context: VrrpContext, request: FastifyRequest, instance: string, confirmed: boolean): object {
  const { rehearsals } = context;
  if (rehearsals === undefined) throw new Failure(404, 'no-vrrp', 'this unit runs no VRRP agent');
  const begun = rehearsals.start({ instance, confirmed, by: actorOf(request.caller), source: request.ip });
  if (begun === undefined) throw new Failure(409, 'busy', 'a rehearsal is under way');
  return { number: begun.number };
}

/** On the other unit, with the token that was entered for it. */
async function rehearseThere(
  { admin, peers }: VrrpContext,
  request: FastifyRequest,
  instance: string,
  confirmed: boolean,
): Promise<object> {
  const { peer } = peers;
  if (peer === undefined) throw new Failure(409, 'no-peer', 'this unit is not paired with another one');
  const { place, fingerprint, token } = peer;
  const body = { unit: 'this', instance, confirmed };
  const answer = await askPeer(place, fingerprint, { method: 'POST', path: '/api/vrrp/rehearsal', token, body });
  const fault =
    answer.kind === 'answer'
      ? answer.status === 200
        ? undefined
        : refusalText(answer.status, answer.body)
      : answer.kind === 'changed'
        ? 'it has another certificate now'
        : answer.reason;
  admin.audit.add({
    actor: actorOf(request.caller),
    source: request.ip,
    action: 'vrrp.rehearse',
    outcome: fault === undefined ? 'done' : 'failed',
    detail: `${instance} on ${peerPlaceText(place)}: ${fault ?? 'begun'}`,
  });
  if (fault !== undefined) throw new Failure(502, 'refused-by-peer', `the other unit: ${fault}`);
  const number = answer.kind === 'answer' && isObject(answer.body) ? Number(answer.body['number']) : 0;
  return { number };
}

function questionRoutes(app: FastifyInstance, context: VrrpContext): void {
  app.get(
    '/api/vrrp/:question',
    {
      config: { access: 'viewer' },
      schema: about('vrrp', 'What the VRRP agent says of itself: status, why, transitions (docs/vrrp.md)', {
        params: object({ question: pattern(`^(?:${QUESTIONS.join('|')})$`) }),
        answer: ANYTHING,
      }),
    },
    async (request) => {
      const { question } = request.params as { question: string };
      const { vrrpSocket } = context;
      if (vrrpSocket === undefined) throw new Failure(404, 'no-vrrp', 'this unit runs no VRRP agent');
      const answer = await askVrrp(vrrpSocket, { command: question });
      if (answer.kind === 'unreachable') throw new Failure(503, 'vrrp-unreachable', answer.reason);
      if (answer.kind === 'fault') throw new Failure(502, 'refused-by-vrrp', answer.message);
      return answer.result;
    },
  );
}

export function vrrpRoutes(app: FastifyInstance, context: VrrpContext): void {
  questionRoutes(app, context);
  app.get(
    '/api/vrrp/unit',
    {
      config: { access: 'viewer' },
      schema: about('vrrp', 'All that this unit knows of its floating addresses', { answer: UNIT_VIEW }),
    },
    (request) => ownView(context, request),
  );
  app.get(
    '/api/vrrp/pair',
    {
      config: { access: 'viewer' },
      schema: about('vrrp', 'This unit and the other one; "other" is null on a unit that stands alone', {
        answer: object({ here: UNIT_VIEW, other: { anyOf: [OTHER_VIEW, { type: 'null' }] } }),
      }),
    },
    async (request) => {
      const [here, other] = await Promise.all([ownView(context, request), otherView(context)]);
      return { here, other };
    },
  );
  app.post(
    '/api/vrrp/rehearsal',
    {
      config: { access: 'operator', action: 'vrrp.rehearse' },
      schema: about('vrrp', 'Fail over on purpose and back; how it went stands in "rehearsals" of that unit', {
        body: object({
          unit: { type: 'string', enum: ['this', 'other'] },
          instance: pattern('^[^\\u0000-\\u001f]{1,255}$'),
          confirmed: { ...BOOLEAN, description: 'also when no other unit has ever been heard' },
        }),
        answer: object({ number: NUMBER }),
      }),
    },
    async (request) => {
      const { unit, instance, confirmed } = request.body as { unit: string; instance: string; confirmed: boolean };
      return unit === 'this'
        ? rehearseHere(context, request, instance, confirmed)
        : rehearseThere(context, request, instance, confirmed);
    },
  );
}

/** Pairing: the owner looks at the other unit's certificate, compares it, and enters a token that was made there. */

import type { FastifyInstance } from 'fastify';
import { FINGERPRINT_PATTERN, type PeerStore } from '../peer/peer-store.ts';
import { refusalText } from '../peer/peer-watch.ts';
import { askPeer, fingerprintAt, type PeerPlace, parsePeerPlace, peerPlaceText } from '../peer/pinned-request.ts';
import { isObject } from '../store/json-file.ts';
import { actorOf, callerOf } from './caller.ts';
import type { AdminContext } from './context.ts';
import { Failure } from './failure.ts';
import { about, DONE, object, pattern, ROLE, text } from './schemas.ts';

const ADDRESS = text(300, 'name or address, with a port unless that is 8443: 10.0.0.3, [fe80::3%eth0]:8443');

function placeOf(address: string): PeerPlace {
  const place = parsePeerPlace(address);
  if (place === undefined) throw new Failure(422, 'bad-address', `'${address.slice(0, 100)}' is no address of a unit`);
  return place;
}

/** What stands there answers as a Mahalo unit with this certificate. */
async function asked(place: PeerPlace, fingerprint: string, path: string, token?: string): Promise<object> {
  const answer = await askPeer(place, fingerprint, { method: 'GET', path, ...(token === undefined ? {} : { token }) });
  switch (answer.kind) {
    case 'silent':
      throw new Failure(502, 'peer-silent', answer.reason);
    case 'changed':
      throw new Failure(409, 'peer-changed', `the certificate there has the fingerprint ${answer.fingerprint}`);
    case 'answer':
      if (answer.status === 200 && isObject(answer.body)) return answer.body;
      throw new Failure(422, 'refused-by-peer', `the other unit: ${refusalText(answer.status, answer.body)}`);
  }
}

async function lookAt(address: string): Promise<object> {
  const place = placeOf(address);
  const fingerprint = await fingerprintAt(place).catch((error: Error) => {
    throw new Failure(502, 'peer-silent', error.message);
  });
  const { unit, version } = (await asked(place, fingerprint, '/api/claim')) as Record<string, unknown>;
  if (typeof version !== 'string') throw new Failure(422, 'refused-by-peer', 'what answers there is no Mahalo unit');
  return { address: peerPlaceText(place), fingerprint, unit: String(unit).slice(0, 64), version: version.slice(0, 64) };
}

interface Pairing {
  readonly address: string;
  readonly fingerprint: string;
  readonly token: string;
}

export function peerRoutes(app: FastifyInstance, { audit, nowMs }: AdminContext, peers: PeerStore): void {
  app.post(
    '/api/vrrp/peer/look',
    {
      config: { access: 'admin', action: 'peer.look' },
      schema: about('vrrp', 'Who answers at an address, and with which certificate: compare it with its console', {
        body: object({ address: ADDRESS }),
        answer: object({ address: ADDRESS, fingerprint: text(128), unit: text(64), version: text(64) }),
      }),
    },
    async (request) => lookAt((request.body as { address: string }).address),
  );
  app.put(
    '/api/vrrp/peer',
    {
      config: { access: 'admin', action: 'peer.pair' },
      schema: about('vrrp', 'Pair with another unit: a token made there (viewer: to look, operator: to rehearse)', {
        body: object({ address: ADDRESS, fingerprint: pattern(FINGERPRINT_PATTERN), token: text(200) }),
        answer: object({ address: ADDRESS, unit: text(64), role: ROLE }),
      }),
    },
    async (request) => {
      const { address, fingerprint, token } = request.body as Pairing;
      const place = placeOf(address);
      const { role } = (await asked(place, fingerprint, '/api/caller', token)) as Record<string, unknown>;
      // Who breaks into one unit should not own both.
      if (role !== 'viewer' && role !== 'operator') {
        throw new Failure(422, 'token-too-strong', 'make a token with the role operator or viewer there');
      }
      const said = (await asked(place, fingerprint, '/api/vrrp/unit', token)) as Record<string, unknown>;
      const unit = String(said['unit']).slice(0, 64);
      const pairedBy = callerOf(request).user.name;
      peers.set({ place, fingerprint, token, unit, pairedBy, pairedMs: nowMs() });
      const detail = `${peerPlaceText(place)} ${unit}, ${role}, ${fingerprint}`;
      audit.add({ actor: actorOf(request.caller), source: request.ip, action: 'peer.pair', outcome: 'done', detail });
      return { address: peerPlaceText(place), unit, role };
    },
  );
  app.delete(
    '/api/vrrp/peer',
    {
      config: { access: 'admin', action: 'peer.part' },
      schema: about('vrrp', 'Stand alone again; revoke the token on the other unit', { answer: DONE }),
    },
    async (request) => {
      const { peer } = peers;
      if (peer === undefined) throw new Failure(404, 'not-found', 'this unit is not paired with another one');
      peers.set(undefined);
      const detail = `${peerPlaceText(peer.place)} ${peer.unit}`;
      audit.add({ actor: actorOf(request.caller), source: request.ip, action: 'peer.part', outcome: 'done', detail });
      return { done: true };
    },
  );
}

/** What an admin offers beyond people and proxy: the pair of units and its floating addresses. */

import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../admin/api/context.ts';
import { peerRoutes } from '../admin/api/peer-routes.ts';
import { vrrpRoutes } from '../admin/api/vrrp-routes.ts';
import { PeerStore } from '../admin/peer/peer-store.ts';
import { notePeerState, PeerWatch } from '../admin/peer/peer-watch.ts';
import type { JsonFileOptions } from '../admin/store/json-file.ts';
import { Rehearsals } from '../admin/vrrp/rehearsals.ts';
import type { AdminArguments } from './admin-arguments.ts';

export function openEquipment(
  app: FastifyInstance,
  admin: AdminContext,
  { directory, vrrpSocket }: AdminArguments,
  onDamage: JsonFileOptions<unknown>['onDamage'],
): void {
  const { audit, nowMs } = admin;
  const peers = new PeerStore(directory, { onDamage, nowMs });
  const watch = new PeerWatch(() => peers.peer, nowMs, notePeerState(audit));
  const rehearsals = vrrpSocket === undefined ? undefined : new Rehearsals(vrrpSocket, audit, nowMs);
  vrrpRoutes(app, { admin, vrrpSocket, rehearsals, peers, watch });
  peerRoutes(app, admin, peers);
  watch.start();
  app.addHook('onClose', async () => watch.stop());
}

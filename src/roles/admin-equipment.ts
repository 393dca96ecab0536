/** What an admin offers beyond people and proxy: the machine, the pair of units, the terminal. */

import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../admin/api/context.ts';
import { peerRoutes } from '../admin/api/peer-routes.ts';
import { systemRoutes } from '../admin/api/system-routes.ts';
import { terminalRoutes } from '../admin/api/terminal-routes.ts';
import { vrrpRoutes } from '../admin/api/vrrp-routes.ts';
import { PeerStore } from '../admin/peer/peer-store.ts';
import { notePeerState, PeerWatch } from '../admin/peer/peer-watch.ts';
import type { JsonFileOptions } from '../admin/store/json-file.ts';
import { SystemReader } from '../admin/system/system-reader.ts';
import type { ShellUserChoice } from '../admin/terminal/shell-user.ts';
import { TerminalSetting } from '../admin/terminal/terminal-setting.ts';
import { Tickets } from '../admin/terminal/tickets.ts';
import { Rehearsals } from '../admin/vrrp/rehearsals.ts';
import type { AdminArguments } from './admin-arguments.ts';

export function openEquipment(
  app: FastifyInstance,
  admin: AdminContext,
  given: AdminArguments,
  shellUser: ShellUserChoice,
  onDamage: JsonFileOptions<unknown>['onDamage'],
  /** Of the VRRP agent, whoever started it; undefined while there is none. */
  vrrpSocket: () => string | undefined,
): void {
  const { directory } = given;
  const { audit, nowMs, version } = admin;
  const peers = new PeerStore(directory, { onDamage, nowMs });
  const watch = new PeerWatch(() => peers.peer, nowMs, notePeerState(audit));
  const rehearsals = new Rehearsals(() => vrrpSocket() ?? '', audit, nowMs);
  // The agent comes with its first configuration, and may go again.
  vrrpRoutes(app, {
    admin,
    peers,
    watch,
    get vrrpSocket() {
      return vrrpSocket();
    },
    get rehearsals() {
      return vrrpSocket() === undefined ? undefined : rehearsals;
    },
  });
  peerRoutes(app, admin, peers);
  watch.start();
  app.addHook('onClose', async () => watch.stop());
  systemRoutes(app, new SystemReader(version, directory, nowMs));
  terminalRoutes(app, {
    admin,
    setting: new TerminalSetting(directory, { onDamage, nowMs }),
    tickets: new Tickets(nowMs),
    shellUser,
    idleMs: 1000 * given.terminalIdleSeconds,
  });
}

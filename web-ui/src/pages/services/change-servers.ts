/** Sets the state or weight of servers, tells it, and offers the way back. */

import type { ServerName } from '../../../../src/admin/answers/servers.ts';
import { api } from '../../api/client.ts';
import { toast, toastError } from '../../application/toasts.tsx';

export type ServerState = 'ready' | 'drain' | 'maint';

interface Figures {
  readonly state: ServerState;
  readonly weight: number;
}

interface Changed extends ServerName {
  readonly before: Figures;
  readonly now: Figures;
  readonly error?: string;
}

const DEEDS: Readonly<Record<ServerState, string>> = {
  ready: 'is back in service',
  drain: 'gets no new clients',
  maint: 'is in maintenance',
};

/** Sets state or weight of servers, and offers the way back. */
export async function changeServers(
  servers: readonly ServerName[],
  change: { readonly state?: ServerState; readonly weight?: number },
  onDone: () => void,
): Promise<void> {
  try {
    const body = { servers: servers.map(({ backend, server }) => ({ backend, server, ...change })) };
    const { servers: changed } = await api.post<{ servers: readonly Changed[] }>('/api/proxy/servers', body);
    onDone();
    const failed = changed.filter(({ error }) => error !== undefined);
    if (failed.length > 0) throw new Error(failed.map(({ error, server }) => `${server}: ${error}`).join('; '));
    const [first] = changed;
    const who = changed.length === 1 ? `${first?.backend}/${first?.server}` : `${changed.length} servers:`;
    const deed = change.state === undefined ? `has weight ${change.weight}` : DEEDS[change.state];
    const undo = async (): Promise<void> => {
      const back = changed.map(({ backend, before, server }) => ({
        backend,
        server,
        ...(change.state === undefined ? { weight: before.weight } : { state: before.state }),
      }));
      await api.post('/api/proxy/servers', { servers: back });
      toast({ tone: 'neutral', text: 'As it was before.' });
      onDone();
    };
    toast({ tone: 'good', text: `${who} ${deed}.`, undo });
  } catch (error) {
    toastError(error);
  }
}

/** Servers that are waited for, whoever began it: how many sessions are left, and the way back. */

import { useEffect, useState } from 'preact/hooks';
import type { DrainWait } from '../../../../src/admin/answers/servers.ts';
import { api } from '../../api/client.ts';
import { listenLive } from '../../api/live.ts';
import { mayAct } from '../../application/session.ts';
import { toastError } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { formatCount } from '../../design/format.ts';
import { Notice } from '../../design/states.tsx';

/** @param server only this one; undefined: all of the backend */
export function DrainNotices({ backend, server }: { readonly backend: string; readonly server?: string }) {
  const [waits, setWaits] = useState<readonly DrainWait[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    const first = api.get<readonly DrainWait[]>('/api/drains', { background: true, signal: abort.signal });
    // Without it the next message says the same.
    first.then(setWaits, () => {});
    const stop = listenLive((message) => {
      if (message.type === 'drains') setWaits(message['waits'] as readonly DrainWait[]);
    });
    return () => {
      abort.abort();
      stop();
    };
  }, []);
  const cancel = (id: number): Promise<void> => api.delete<void>(`/api/drains/${id}`).catch(toastError);
  const shown = waits.filter(
    (one) => one.state === 'waiting' && one.backend === backend && (server === undefined || one.server === server),
  );
  return (
    <>
      {shown.map(({ actor, id, server: name, sessions, sessionsNow }) => (
        <Notice key={id} tone="information">
          <div class="row">
            <span>
              {backend}/{name} is being drained by {actor}: {formatCount(sessionsNow)} sessions are left, ready at{' '}
              {formatCount(sessions)}.
            </span>
            {mayAct('operator') && (
              <Button small onClick={() => cancel(id)}>
                Cancel: back to service
              </Button>
            )}
          </div>
        </Notice>
      ))}
    </>
  );
}

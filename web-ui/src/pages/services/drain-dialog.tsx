/** Drain and wait: asks until when, then shows how it goes. Closing the dialog does not end the waiting. */

import { useEffect, useState } from 'preact/hooks';
import type { ServerView } from '../../../../src/admin/answers/figures.ts';
import type { DrainWait, ServerName } from '../../../../src/admin/answers/servers.ts';
import { api } from '../../api/client.ts';
import { listenLive } from '../../api/live.ts';
import { toast, toastError } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { Checkbox, TextField } from '../../design/field.tsx';
import { formatCount, formatDuration } from '../../design/format.ts';
import { Notice } from '../../design/states.tsx';

interface Properties {
  readonly name: ServerName;
  readonly server: ServerView;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** The newest word about a wait. */
function useWait(first: DrainWait | undefined): DrainWait | undefined {
  const [wait, setWait] = useState(first);
  const id = first?.id;
  useEffect(() => {
    setWait(first);
    if (id === undefined) return;
    return listenLive((message) => {
      if (message.type !== 'drains') return;
      const found = (message['waits'] as readonly DrainWait[]).find((one) => one.id === id);
      if (found !== undefined) setWait(found);
    });
  }, [id, first]);
  return wait ?? first;
}

export function DrainDialog({ name, onClose, onDone, server }: Properties) {
  const [sessions, setSessions] = useState('0');
  const [maintenance, setMaintenance] = useState(false);
  const [begun, setBegun] = useState<DrainWait>();
  const wait = useWait(begun);
  const wrong = !/^\d{1,6}$/.test(sessions);
  const begin = async (): Promise<void> => {
    try {
      const path = `/api/proxy/servers/${encodeURIComponent(name.backend)}/${encodeURIComponent(name.server)}/drain`;
      const body = { sessions: Number(sessions), afterwards: maintenance ? 'maint' : 'drain' };
      setBegun(await api.post<DrainWait>(path, body));
      onDone();
    } catch (error) {
      toastError(error);
    }
  };
  const cancel = async (): Promise<void> => {
    try {
      await api.delete(`/api/drains/${begun?.id}`);
      toast({ tone: 'neutral', text: `${name.backend}/${name.server} is back in service.` });
      onDone();
      onClose();
    } catch (error) {
      toastError(error);
    }
  };
  const title = `Drain ${name.backend}/${name.server}`;
  if (wait !== undefined) {
    return (
      <Dialog
        title={title}
        onClose={onClose}
        actions={
          <>
            {wait.state === 'waiting' && <Button onClick={cancel}>Cancel: back to service</Button>}
            <Button primary onClick={onClose}>
              {wait.state === 'waiting' ? 'Go on waiting in the background' : 'Close'}
            </Button>
          </>
        }
      >
        <Progress wait={wait} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button primary disabled={wrong} onClick={begin}>
            Drain and wait
          </Button>
        </>
      }
    >
      <p>
        The server gets no new clients; those it has may finish. Now it has {formatCount(server.rates.sessions ?? 0)}{' '}
        sessions.
      </p>
      <TextField
        label="Ready when at most so many sessions are left"
        type="number"
        inputMode="numeric"
        value={sessions}
        onInput={setSessions}
        focus
        {...(wrong ? { error: 'a whole number' } : {})}
      />
      <Checkbox label="Then put it into maintenance" checked={maintenance} onChange={setMaintenance} />
    </Dialog>
  );
}

function Progress({ wait }: { readonly wait: DrainWait }) {
  const { afterwards, endedMs, reason, sessions, sessionsAtStart, sessionsNow, startedMs, state } = wait;
  const gone = Math.max(0, sessionsAtStart - sessionsNow);
  const after =
    afterwards === 'maint' ? 'It is in maintenance now.' : 'It stays drained until you put it back to service.';
  switch (state) {
    case 'waiting':
      return (
        <>
          <p role="status">
            {formatCount(sessionsNow)} sessions are left; waiting for {formatCount(sessions)} or less.
          </p>
          <progress
            class="drain-progress"
            max={Math.max(1, sessionsAtStart - sessions)}
            value={gone}
            aria-label="Sessions gone"
          />
        </>
      );
    case 'done':
      return (
        <Notice tone="good">
          Drained in {formatDuration((endedMs ?? startedMs) - startedMs)}, no session was cut. {after}
        </Notice>
      );
    default:
      return <Notice tone="warning">{reason}</Notice>;
  }
}

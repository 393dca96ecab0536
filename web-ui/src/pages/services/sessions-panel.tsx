/** Who is connected now: asked for when somebody wants to know, for the proxy has to write all of it down. */

import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { SessionList, SessionView } from '../../../../src/admin/answers/servers.ts';
import { api } from '../../api/client.ts';
import { serverPath } from '../../application/live/figures.ts';
import { mayAct } from '../../application/session.ts';
import { toast, toastError } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/dialog.tsx';
import { formatCount, formatDuration } from '../../design/format.ts';
import { Panel } from '../../design/page.tsx';
import { type Column, Table } from '../../design/table.tsx';

export function SessionsPanel() {
  const [list, setList] = useState<SessionList>();
  const [victim, setVictim] = useState<SessionView>();
  const load = async (): Promise<void> => {
    try {
      setList(await api.get<SessionList>('/api/proxy/sessions'));
    } catch (error) {
      toastError(error);
    }
  };
  const kill = async ({ client, id }: SessionView): Promise<void> => {
    await api.delete(`/api/proxy/sessions/${id}`);
    toast({ tone: 'good', text: `The session of ${client} was ended.` });
    await load();
  };
  const columns: readonly Column<SessionView>[] = [
    { id: 'client', head: 'Client', by: ({ client }) => client, cell: ({ client }) => client },
    { id: 'frontend', head: 'Frontend', by: ({ frontend }) => frontend, cell: ({ frontend }) => frontend },
    {
      id: 'server',
      head: 'Server',
      by: ({ backend, server }) => `${backend}/${server}`,
      cell: ({ backend, server }) =>
        server === '' ? (
          <span class="muted">none yet</span>
        ) : (
          <Link href={serverPath(backend, server)}>
            {backend}/{server}
          </Link>
        ),
    },
    {
      id: 'age',
      head: 'Age',
      number: true,
      by: ({ ageSeconds }) => ageSeconds,
      cell: ({ ageSeconds }) => formatDuration(1000 * ageSeconds),
    },
    {
      id: 'left',
      head: 'Time-out in',
      title: 'if nothing happens',
      number: true,
      by: ({ idleLeftSeconds }) => idleLeftSeconds ?? -1,
      cell: ({ idleLeftSeconds }) => (idleLeftSeconds === null ? '-' : formatDuration(1000 * idleLeftSeconds)),
    },
    ...(mayAct('admin')
      ? [
          {
            id: 'end',
            head: 'Actions',
            hidden: true,
            cell: (session: SessionView) => (
              <Button small danger label={`End the session of ${session.client}`} onClick={() => setVictim(session)}>
                End
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Panel
      title="Sessions"
      actions={
        <Button small onClick={load}>
          {list === undefined ? 'Show who is connected' : 'Show again'}
        </Button>
      }
    >
      {list === undefined && <p class="muted">Connections that are open now: who, since when, to which server.</p>}
      {list !== undefined && (
        <Table
          label="Sessions"
          columns={columns}
          rows={list.sessions}
          keyOf={({ id }) => id}
          empty="Nobody is connected."
        />
      )}
      {list !== undefined && list.omitted > 0 && <p class="muted">{formatCount(list.omitted)} more are not shown.</p>}
      {victim !== undefined && (
        <ConfirmDialog
          title="End this session?"
          deed="End it"
          danger
          onClose={() => setVictim(undefined)}
          onConfirm={() => kill(victim)}
        >
          <p>
            {victim.client} is cut off from {victim.backend}/{victim.server || 'no server yet'} at once.
          </p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}

import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { BackendView, ServerView } from '../../../../src/admin/answers/figures.ts';
import { frontendPath, serverPath } from '../../application/live/figures.ts';
import { LightBadge, Reason } from '../../application/live/light.tsx';
import { formatMetric } from '../../application/live/rates.tsx';
import { mayAct } from '../../application/session.ts';
import { Button } from '../../design/button.tsx';
import { Checkbox } from '../../design/field.tsx';
import { PageHeader, Panel } from '../../design/page.tsx';
import { type Column, Table } from '../../design/table.tsx';
import { changeServers, type ServerState } from './change-servers.ts';
import { DrainNotices } from './drain-notices.tsx';
import { HistoryPanel, METRICS_WITH_SERVERS } from './history-panel.tsx';
import { ObjectState } from './object-state.tsx';
import { ServerActions } from './server-actions.tsx';
import { Sparkline } from './sparkline.tsx';

export function BackendPage({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const { name = '' } = params;
  return (
    <ObjectState what={`backend ${name}`} find={({ backends }) => backends.find((one) => one.name === name)}>
      {(backend, _topology, { refresh }) => (
        <>
          <PageHeader
            title={
              <>
                Backend {name} <LightBadge light={backend.light} />
              </>
            }
            about={<Reason health={backend} />}
            actions={<Link href={`/log?backend=${encodeURIComponent(name)}`}>Its log</Link>}
          />
          <p>
            Mode {backend.mode}; reached from{' '}
            {backend.others.map((one, index) => (
              <>
                {index > 0 && ', '}
                <Link key={one} href={frontendPath(one)}>
                  {one}
                </Link>
              </>
            ))}
            {backend.others.length === 0 && 'no frontend by name'}.
          </p>
          <DrainNotices backend={name} />
          <Servers backend={backend} onDone={refresh} />
          <HistoryPanel object={`backend/${encodeURIComponent(name)}`} metrics={METRICS_WITH_SERVERS} />
        </>
      )}
    </ObjectState>
  );
}

function Servers({ backend, onDone }: { readonly backend: BackendView; readonly onDone: () => void }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choose = (name: string, wanted: boolean): void => {
    const next = new Set(chosen);
    if (wanted) next.add(name);
    else next.delete(name);
    setChosen(next);
  };
  const set = async (state: ServerState): Promise<void> => {
    await changeServers(
      [...chosen].map((server) => ({ backend: backend.name, server })),
      { state },
      onDone,
    );
    setChosen(new Set());
  };
  const operator = mayAct('operator');
  const columns: readonly Column<ServerView>[] = [
    ...(operator
      ? [
          {
            id: 'chosen',
            head: 'Choose',
            cell: ({ name }: ServerView) => (
              <Checkbox
                label={<span class="hidden-label">{name}</span>}
                checked={chosen.has(name)}
                onChange={(wanted) => choose(name, wanted)}
              />
            ),
          },
        ]
      : []),
    {
      id: 'name',
      head: 'Server',
      by: ({ name }) => name,
      cell: ({ backup, name }) => (
        <>
          <Link href={serverPath(backend.name, name)}>{name}</Link>
          {backup && <span class="muted"> backup</span>}
        </>
      ),
    },
    { id: 'address', head: 'Address', by: ({ address }) => address, cell: ({ address }) => address },
    {
      id: 'state',
      head: 'State',
      by: ({ title }) => title,
      cell: ({ light, reason, title }) => (
        <span title={reason}>
          <LightBadge light={light} title={title} />
        </span>
      ),
    },
    {
      id: 'requests',
      head: 'Requests',
      title: 'the last minute, and the last second',
      cell: ({ name }) => (
        <Sparkline
          metric="requests"
          object={`server/${encodeURIComponent(backend.name)}/${encodeURIComponent(name)}`}
        />
      ),
    },
    {
      id: 'sessions',
      head: 'Sessions',
      number: true,
      by: ({ rates }) => rates.sessions ?? -1,
      cell: ({ rates }) => formatMetric('sessions', rates.sessions),
    },
    {
      id: 'response',
      head: 'Response time',
      number: true,
      by: ({ rates }) => rates.responseMs ?? -1,
      cell: ({ rates }) => formatMetric('responseMs', rates.responseMs),
    },
    ...(operator
      ? [
          {
            id: 'actions',
            head: 'Actions',
            hidden: true,
            cell: (server: ServerView) => <ServerActions backend={backend.name} server={server} onDone={onDone} />,
          },
        ]
      : []),
  ];
  return (
    <Panel
      title="Servers"
      actions={
        chosen.size > 0 && (
          <>
            <span>{chosen.size} chosen:</span>
            <Button small onClick={() => set('ready')}>
              Back to service
            </Button>
            <Button small onClick={() => set('drain')}>
              Drain
            </Button>
            <Button small danger onClick={() => set('maint')}>
              Maintenance
            </Button>
          </>
        )
      }
    >
      <Table
        label={`Servers of ${backend.name}`}
        columns={columns}
        rows={backend.members}
        keyOf={({ name }) => name}
        empty="This backend has no servers: what it answers it says itself."
      />
    </Panel>
  );
}

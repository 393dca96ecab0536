import { Link } from 'wouter-preact';
import { backendPath } from '../../application/live/figures.ts';
import { LightBadge, Reason } from '../../application/live/light.tsx';
import { Facts, PageHeader, Panel } from '../../design/page.tsx';
import { DrainNotices } from './drain-notices.tsx';
import { HistoryPanel, METRICS_WITH_SERVERS } from './history-panel.tsx';
import { ObjectState } from './object-state.tsx';
import { ServerActions } from './server-actions.tsx';

export function ServerPage({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const { backend = '', server: name = '' } = params;
  const object = `server/${encodeURIComponent(backend)}/${encodeURIComponent(name)}`;
  return (
    <ObjectState
      what={`server ${backend}/${name}`}
      find={({ backends }) =>
        backends.find((one) => one.name === backend)?.members.find((member) => member.name === name)
      }
    >
      {(server, _topology, { refresh }) => (
        <>
          <PageHeader
            title={
              <>
                Server {name} <LightBadge light={server.light} title={server.title} />
              </>
            }
            about={<Reason health={server} />}
            actions={<Link href={`/log?server=${encodeURIComponent(`${backend}/${name}`)}`}>Its log</Link>}
          />
          <DrainNotices backend={backend} server={name} />
          <ServerActions backend={backend} server={server} onDone={refresh} />
          <Panel>
            <Facts
              facts={[
                ['Backend', <Link href={backendPath(backend)}>{backend}</Link>],
                ['Address', server.address],
                ['Status', server.status],
                ['Weight', String(server.weight)],
                ['Role', server.backup ? 'backup: serves when no other does' : 'active'],
              ]}
            />
          </Panel>
          <HistoryPanel object={object} metrics={METRICS_WITH_SERVERS} />
        </>
      )}
    </ObjectState>
  );
}

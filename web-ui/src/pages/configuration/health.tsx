/** What the proxy says about itself while a text is on trial: frontends, servers, and those that are down with the reason. */

import { useEffect, useState } from 'preact/hooks';
import { api, messageOf } from '../../api/client.ts';
import { Panel } from '../../design/page.tsx';
import { Badge } from '../../design/states.tsx';
import type { EditedDocument } from './documents.ts';

const POLL_MS = 2_000;

interface Row {
  readonly kind: string;
  readonly pxname: string;
  readonly svname: string;
  readonly status: string;
  readonly last_chk?: string;
}

interface Shown {
  readonly running: boolean;
  readonly revision: number;
  readonly rows: readonly Row[];
}

async function ask(): Promise<Shown> {
  const { revision, running } = await api.get<{ running: boolean; revision: number }>('/api/proxy', {
    background: true,
  });
  const { rows } = await api.get<{ rows: readonly Row[] }>('/api/proxy/statistics', { background: true });
  return { running, revision, rows };
}

export function Health({ document, revision }: { readonly document: EditedDocument; readonly revision: number }) {
  const [shown, setShown] = useState<Shown>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (document.id !== 'configuration') return;
    const look = (): void => {
      ask().then(
        (answer) => {
          setShown(answer);
          setFailure(undefined);
        },
        (error: unknown) => setFailure(messageOf(error)),
      );
    };
    look();
    const timer = setInterval(look, POLL_MS);
    return () => clearInterval(timer);
  }, [document]);
  if (document.id !== 'configuration') return null;
  if (failure !== undefined) return <Panel title="Health">The proxy cannot be asked: {failure}</Panel>;
  if (shown === undefined) return <Panel title="Health">The proxy is asked.</Panel>;
  const frontends = shown.rows.filter((one) => one.kind === 'frontend');
  const open = frontends.filter((one) => one.status === 'OPEN');
  const servers = shown.rows.filter((one) => one.kind === 'server');
  const down = servers.filter((one) => one.status.startsWith('DOWN'));
  const serving = shown.running && shown.revision === revision;
  return (
    <Panel title="Health">
      <ul class="problems">
        <li>
          <Badge tone={serving ? 'good' : 'bad'}>{serving ? 'runs' : 'does not run'}</Badge>
          <span>The process with revision {revision}.</span>
        </li>
        <li>
          <Badge tone={open.length === frontends.length ? 'good' : 'bad'}>
            {open.length} of {frontends.length}
          </Badge>
          <span>frontends accept connections.</span>
        </li>
        <li>
          <Badge tone={down.length === 0 ? 'good' : 'warning'}>
            {servers.length - down.length} of {servers.length}
          </Badge>
          <span>servers are not known to be down.</span>
        </li>
        {down.map((one) => (
          <li key={`${one.pxname}/${one.svname}`}>
            <Badge tone="bad">{one.status}</Badge>
            <span>
              {one.pxname}/{one.svname} {one.last_chk ?? ''}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

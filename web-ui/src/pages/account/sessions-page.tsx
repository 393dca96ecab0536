/** Who is logged in, from where; a session that should not be there can be ended. */

import { api } from '../../api/client.ts';
import { useAsked } from '../../application/asked.ts';
import { mayAct } from '../../application/session.ts';
import { toast, toastError } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { formatAge } from '../../design/format.ts';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Badge, Loading, Notice } from '../../design/states.tsx';
import { Table } from '../../design/table.tsx';
import { AccountTabs } from './account-tabs.tsx';
import { browserName } from './browser-name.ts';

interface SessionRow {
  readonly id: string;
  readonly user: string;
  readonly source: string;
  readonly agent: string;
  readonly startedMs: number;
  readonly seenMs: number;
  readonly current: boolean;
}

const PERIOD_MS = 10_000;

export function SessionsPage() {
  const { answer: sessions, failure, refresh } = useAsked<readonly SessionRow[]>('/api/sessions', PERIOD_MS);
  const end = async (session: SessionRow): Promise<void> => {
    try {
      await api.delete(`/api/sessions/${session.id}`);
      toast({ tone: 'good', text: `The session of ${session.user} from ${session.source} has ended.` });
      await refresh();
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <>
      <PageHeader
        title="Sessions"
        about={
          mayAct('admin')
            ? 'Everybody who is logged in. A session ends after 30 minutes without a request, after 12 hours, or here.'
            : 'Where you are logged in. A session ends after 30 minutes without a request, after 12 hours, or here.'
        }
      />
      <AccountTabs />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {sessions === undefined && failure === undefined && <Loading what="the sessions" />}
      {sessions !== undefined && (
        <Panel>
          <Table
            label="Sessions"
            rows={sessions}
            keyOf={({ id }) => id}
            columns={[
              {
                id: 'user',
                head: 'User',
                by: ({ user }) => user,
                cell: ({ user, current }) => (
                  <>
                    {user} {current && <Badge tone="information">this one</Badge>}
                  </>
                ),
              },
              { id: 'browser', head: 'Browser', cell: ({ agent }) => <span title={agent}>{browserName(agent)}</span> },
              { id: 'source', head: 'Address', by: ({ source }) => source, cell: ({ source }) => source },
              {
                id: 'started',
                head: 'Logged in',
                by: ({ startedMs }) => startedMs,
                cell: ({ startedMs }) => formatAge(startedMs),
              },
              { id: 'seen', head: 'Last request', by: ({ seenMs }) => seenMs, cell: ({ seenMs }) => formatAge(seenMs) },
              {
                id: 'actions',
                head: 'Actions',
                hidden: true,
                cell: (session) =>
                  session.current ? (
                    <span class="muted">log out to end it</span>
                  ) : (
                    <Button small danger label={`End it: the session of ${session.user}`} onClick={() => end(session)}>
                      End it
                    </Button>
                  ),
              },
            ]}
          />
        </Panel>
      )}
    </>
  );
}

/** Users and their roles. */

import { useState } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { useAsked } from '../../application/asked.ts';
import { currentSession, type Role } from '../../application/session.ts';
import { toast } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/dialog.tsx';
import { formatTime } from '../../design/format.ts';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Badge, Loading, Notice } from '../../design/states.tsx';
import { Table } from '../../design/table.tsx';
import { PeopleTabs } from './people-tabs.tsx';
import { ChangeUserDialog, NewUserDialog } from './user-dialogs.tsx';

export interface User {
  readonly name: string;
  readonly role: Role;
  readonly createdMs: number;
  readonly oneTimePassword: boolean;
}

type Open = { readonly kind: 'new' } | { readonly kind: 'change' | 'remove'; readonly user: User };

export function UsersPage() {
  const { answer: users, failure, refresh } = useAsked<readonly User[]>('/api/users');
  const [open, setOpen] = useState<Open>();
  const close = (): void => setOpen(undefined);
  const done = async (text: string): Promise<void> => {
    toast({ tone: 'good', text });
    await refresh();
  };
  return (
    <>
      <PageHeader
        title="Users"
        about="Everybody who may log in. A viewer looks; an operator also drains servers and rehearses fail-overs; an admin does everything."
        actions={
          <Button primary onClick={() => setOpen({ kind: 'new' })}>
            New user
          </Button>
        }
      />
      <PeopleTabs />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {users === undefined && failure === undefined && <Loading what="the users" />}
      {users !== undefined && (
        <Panel>
          <Table
            label="Users"
            rows={users}
            keyOf={({ name }) => name}
            columns={[
              {
                id: 'name',
                head: 'Name',
                by: ({ name }) => name,
                cell: ({ name }) => (
                  <>
                    {name} {name === currentSession().user && <Badge tone="information">you</Badge>}
                  </>
                ),
              },
              { id: 'role', head: 'Role', by: ({ role }) => role, cell: ({ role }) => role },
              {
                id: 'factor',
                head: 'Second factor',
                by: ({ oneTimePassword }) => Number(oneTimePassword),
                cell: ({ oneTimePassword }) =>
                  oneTimePassword ? <Badge tone="good">one-time password</Badge> : <span class="muted">none</span>,
              },
              {
                id: 'created',
                head: 'Since',
                by: ({ createdMs }) => createdMs,
                cell: ({ createdMs }) => formatTime(createdMs),
              },
              {
                id: 'actions',
                head: 'Actions',
                hidden: true,
                cell: (user) => (
                  <div class="row">
                    <Button small label={`Change ${user.name}`} onClick={() => setOpen({ kind: 'change', user })}>
                      Change
                    </Button>
                    <Button
                      small
                      danger
                      label={`Remove ${user.name}`}
                      onClick={() => setOpen({ kind: 'remove', user })}
                    >
                      Remove
                    </Button>
                  </div>
                ),
              },
            ]}
          />
        </Panel>
      )}
      {open?.kind === 'new' && <NewUserDialog onClose={close} onDone={done} />}
      {open?.kind === 'change' && <ChangeUserDialog user={open.user} onClose={close} onDone={done} />}
      {open?.kind === 'remove' && (
        <ConfirmDialog
          title={`Remove ${open.user.name}?`}
          deed="Remove the user"
          danger
          onClose={close}
          onConfirm={async () => {
            await api.delete(`/api/users/${encodeURIComponent(open.user.name)}`);
            await done(`${open.user.name} is removed.`);
          }}
        >
          <p>All sessions and API tokens of this user end at once. What the audit log says about them stays.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

/** Keys for scripts. Each is shown once: the unit keeps a digest only. */

import { useState } from 'preact/hooks';
import { api, messageOf } from '../../api/client.ts';
import { useAsked } from '../../application/asked.ts';
import { mayAct, type Role } from '../../application/session.ts';
import { toast } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog, Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/field.tsx';
import { formatTime } from '../../design/format.ts';
import { CopyText, PageHeader, Panel } from '../../design/page.tsx';
import { Badge, Loading, Notice } from '../../design/states.tsx';
import { Table } from '../../design/table.tsx';
import { AccountTabs } from './account-tabs.tsx';

interface Token {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly role: Role;
  readonly createdMs: number;
  /** 0: never. */
  readonly expiresMs: number;
}

const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];
const LIVES = [
  { value: '1', label: '1 day' },
  { value: '30', label: '30 days' },
  { value: '365', label: 'a year' },
  { value: '0', label: 'until it is revoked' },
];

export function TokensPage() {
  const { answer: tokens, failure, refresh } = useAsked<readonly Token[]>('/api/tokens');
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Token>();
  return (
    <>
      <PageHeader
        title="API tokens"
        about={
          <>
            For scripts and for a paired unit: a token stands in for a login, and may never more than its owner. Every
            route is described at <a href="/api/docs">/api/docs</a> (OpenAPI).
          </>
        }
        actions={
          <Button primary onClick={() => setMaking(true)}>
            New token
          </Button>
        }
      />
      <AccountTabs />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {tokens === undefined && failure === undefined && <Loading what="the tokens" />}
      {tokens !== undefined && (
        <Panel>
          <Table
            label="API tokens"
            rows={tokens}
            keyOf={({ id }) => id}
            empty="There is no token."
            columns={[
              { id: 'name', head: 'Name', by: ({ name }) => name, cell: ({ name }) => name },
              { id: 'user', head: 'Owner', by: ({ user }) => user, cell: ({ user }) => user },
              { id: 'role', head: 'May act as', by: ({ role }) => role, cell: ({ role }) => role },
              {
                id: 'created',
                head: 'Made',
                by: ({ createdMs }) => createdMs,
                cell: ({ createdMs }) => formatTime(createdMs),
              },
              {
                id: 'expires',
                head: 'Good until',
                by: ({ expiresMs }) => expiresMs,
                cell: ({ expiresMs }) => <Expiry expiresMs={expiresMs} />,
              },
              {
                id: 'actions',
                head: 'Actions',
                hidden: true,
                cell: (token) => (
                  <Button small danger label={`Revoke ${token.name}`} onClick={() => setRevoking(token)}>
                    Revoke
                  </Button>
                ),
              },
            ]}
          />
        </Panel>
      )}
      {making && <NewToken onClose={() => setMaking(false)} onMade={refresh} />}
      {revoking !== undefined && (
        <ConfirmDialog
          title={`Revoke ${revoking.name}?`}
          deed="Revoke the token"
          danger
          onClose={() => setRevoking(undefined)}
          onConfirm={async () => {
            await api.delete(`/api/tokens/${revoking.id}`);
            toast({ tone: 'good', text: `${revoking.name} opens nothing any more.` });
            await refresh();
          }}
        >
          <p>Whatever uses it is refused from now on.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function Expiry({ expiresMs }: { readonly expiresMs: number }) {
  if (expiresMs === 0) return <span>it is revoked</span>;
  return expiresMs < Date.now() ? <Badge tone="neutral">over</Badge> : <span>{formatTime(expiresMs)}</span>;
}

function NewToken({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: () => Promise<void> }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState('30');
  const [token, setToken] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const make = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFailure(undefined);
    try {
      const body = { name: name.trim(), role, days: Number(days) };
      setToken((await api.post<{ readonly token: string }>('/api/tokens', body)).token);
      await onMade();
    } catch (error) {
      setFailure(messageOf(error));
    }
  };
  if (token !== undefined) {
    return (
      <Dialog
        title="Your new token"
        onClose={onClose}
        actions={
          <Button primary onClick={onClose}>
            I have it
          </Button>
        }
      >
        <Notice tone="warning">It is shown this once. Keep it where you keep passwords.</Notice>
        <CopyText text={token} label="the token" />
        <p>A script sends it with every request:</p>
        <CopyText
          text={`curl -k -H 'Authorization: Bearer ${token}' ${location.origin}/api/proxy`}
          label="an example with curl"
        />
      </Dialog>
    );
  }
  return (
    <Dialog title="New token" onClose={onClose}>
      <form class="stack" onSubmit={make}>
        <TextField
          label="Name"
          help="What uses it: so that you know later what to revoke."
          value={name}
          onInput={setName}
          maxLength={64}
          autoComplete="off"
          required
          focus
        />
        <SelectField
          label="It may act as"
          value={role}
          onChange={(value) => setRole(ROLES.find((one) => one === value) ?? 'viewer')}
          choices={ROLES.filter(mayAct).map((value) => ({ value, label: value }))}
        />
        <SelectField label="Good for" value={days} onChange={setDays} choices={LIVES} />
        {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
        <div class="row">
          <Button primary submit>
            Make the token
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}

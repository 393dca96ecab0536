/** Making a user, and changing one: role, or a new password for somebody who forgot his. */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { api, messageOf } from '../../api/client.ts';
import type { Role } from '../../application/session.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/field.tsx';
import { Notice } from '../../design/states.tsx';
import type { User } from './users-page.tsx';

const ROLES: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'viewer', label: 'viewer: looks' },
  { value: 'operator', label: 'operator: also drains servers, rehearses fail-overs' },
  { value: 'admin', label: 'admin: everything' },
];

interface DialogProperties {
  readonly onClose: () => void;
  readonly onDone: (text: string) => Promise<void>;
}

interface FormProperties extends DialogProperties {
  readonly title: string;
  readonly deed: string;
  readonly children: ComponentChildren;
  /** Throws what the unit refuses; returns what was done. */
  readonly onSend: () => Promise<string>;
}

function FormDialog({ children, deed, onClose, onDone, onSend, title }: FormProperties) {
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      await onDone(await onSend());
      onClose();
    } catch (error) {
      setFailure(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={send}>
        {children}
        {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
        <div class="row">
          <Button primary submit disabled={busy}>
            {deed}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}

function RoleField({ role, onRole }: { readonly role: Role; readonly onRole: (role: Role) => void }) {
  return (
    <SelectField
      label="Role"
      value={role}
      onChange={(value) => onRole(ROLES.find((one) => one.value === value)?.value ?? 'viewer')}
      choices={ROLES}
    />
  );
}

export function NewUserDialog({ onClose, onDone }: DialogProperties) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  return (
    <FormDialog
      title="New user"
      deed="Make the user"
      onClose={onClose}
      onDone={onDone}
      onSend={async () => {
        await api.post('/api/users', { name: name.trim(), role, password });
        return `${name.trim()} may log in now.`;
      }}
    >
      <TextField
        label="User name"
        help="Letters, digits, and . _ @ -; at most 32."
        value={name}
        onInput={setName}
        autoComplete="off"
        required
        focus
      />
      <RoleField role={role} onRole={setRole} />
      <TextField
        label="First password"
        help="At least 10 characters. Tell it to the user, who can change it under My account."
        type="password"
        value={password}
        onInput={setPassword}
        autoComplete="new-password"
        required
      />
    </FormDialog>
  );
}

export function ChangeUserDialog({ user, onClose, onDone }: DialogProperties & { readonly user: User }) {
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>(user.role);
  return (
    <FormDialog
      title={`Change ${user.name}`}
      deed="Change"
      onClose={onClose}
      onDone={onDone}
      onSend={async () => {
        const change = { ...(role === user.role ? {} : { role }), ...(password === '' ? {} : { password }) };
        await api.patch(`/api/users/${encodeURIComponent(user.name)}`, change);
        return `${user.name} is changed.`;
      }}
    >
      <RoleField role={role} onRole={setRole} />
      <TextField
        label="New password"
        help="Leave it empty to keep the old one. A new password also takes the second factor away and ends all sessions."
        type="password"
        value={password}
        onInput={setPassword}
        autoComplete="new-password"
      />
    </FormDialog>
  );
}

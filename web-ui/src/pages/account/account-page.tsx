/** One's own password and second factor. */

import { useState } from 'preact/hooks';
import { api, messageOf } from '../../api/client.ts';
import { useAsked } from '../../application/asked.ts';
import { toast } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { CodeField } from '../../design/code-field.tsx';
import { TextField } from '../../design/field.tsx';
import { formatTime } from '../../design/format.ts';
import { Facts, PageHeader, Panel } from '../../design/page.tsx';
import { Badge, Loading, Notice } from '../../design/states.tsx';
import type { Account } from './account.ts';
import { AccountTabs } from './account-tabs.tsx';
import { SecondFactor } from './second-factor.tsx';

export function AccountPage() {
  const { answer: account, failure, refresh } = useAsked<Account>('/api/me');
  return (
    <>
      <PageHeader title="My account" about="Your password, and a second factor beside it." />
      <AccountTabs />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {account === undefined && failure === undefined && <Loading what="your account" />}
      {account !== undefined && (
        <>
          <Panel title="You">
            <Facts
              facts={[
                ['User name', account.name],
                ['Role', account.role],
                ['Since', formatTime(account.createdMs)],
                [
                  'Second factor',
                  account.oneTimePassword ? (
                    <Badge key="on" tone="good">
                      one-time passwords
                    </Badge>
                  ) : (
                    'none'
                  ),
                ],
              ]}
            />
          </Panel>
          <div class="columns">
            <PasswordPanel account={account} />
            <SecondFactor account={account} onChange={refresh} />
          </div>
        </>
      )}
    </>
  );
}

function PasswordPanel({ account }: { readonly account: Account }) {
  const [password, setPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [again, setAgain] = useState('');
  const [code, setCode] = useState('');
  const [failure, setFailure] = useState<string>();
  const change = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFailure(undefined);
    if (newPassword !== again) {
      setFailure('The two new passwords differ.');
      return;
    }
    try {
      await api.post('/api/me/password', { password, newPassword, ...(account.oneTimePassword ? { code } : {}) });
      for (const clear of [setPassword, setNewPassword, setAgain, setCode]) clear('');
      toast({ tone: 'good', text: 'Your password is changed; your other sessions have ended.' });
    } catch (error) {
      setFailure(messageOf(error));
    }
  };
  return (
    <Panel title="Change the password">
      <form class="stack" onSubmit={change}>
        <input type="text" name="username" autoComplete="username" value={account.name} readOnly hidden />
        <TextField
          label="Password now"
          type="password"
          value={password}
          onInput={setPassword}
          autoComplete="current-password"
          required
        />
        {account.oneTimePassword && <CodeField code={code} onCode={setCode} />}
        <TextField
          label="New password"
          help="At least 10 characters. Long beats odd: four random words are fine."
          type="password"
          value={newPassword}
          onInput={setNewPassword}
          autoComplete="new-password"
          required
        />
        <TextField
          label="New password again"
          type="password"
          value={again}
          onInput={setAgain}
          autoComplete="new-password"
          required
        />
        {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
        <div class="row">
          <Button submit>Change the password</Button>
        </div>
      </form>
    </Panel>
  );
}

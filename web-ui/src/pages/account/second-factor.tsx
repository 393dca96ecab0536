/** One-time passwords: on in two steps, so that nobody locks himself out with an authenticator that shows other digits. */

import { useState } from 'preact/hooks';
import { api, messageOf } from '../../api/client.ts';
import { toast } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { CodeField } from '../../design/code-field.tsx';
import { TextField } from '../../design/field.tsx';
import { CopyText, Panel } from '../../design/page.tsx';
import { Notice } from '../../design/states.tsx';
import type { Account } from './account.ts';
import { QrCode } from './qr-code.tsx';
import './account.css';

interface Enrolment {
  readonly secret: string;
  /** otpauth:// */
  readonly address: string;
}

interface FactorProperties {
  readonly account: Account;
  readonly onChange: () => Promise<void>;
}

export function SecondFactor({ account, onChange }: FactorProperties) {
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const done = async (text: string): Promise<void> => {
    setEnrolment(undefined);
    toast({ tone: 'good', text });
    await onChange();
  };
  return (
    <Panel title="Second factor">
      {account.oneTimePassword ? (
        <Remove onDone={() => done('Your password alone is enough again.')} />
      ) : enrolment === undefined ? (
        <Begin onBegun={setEnrolment} />
      ) : (
        <Confirm
          enrolment={enrolment}
          onCancel={() => setEnrolment(undefined)}
          onDone={() => done('From now on a login needs a one-time password as well.')}
        />
      )}
    </Panel>
  );
}

/** A form that sends something and tells what went wrong. */
function useSending(send: () => Promise<void>) {
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      await send();
    } catch (error) {
      setFailure(messageOf(error));
    }
    setBusy(false);
  };
  return { failure, busy, onSubmit };
}

function PasswordField({ password, onPassword }: { readonly password: string; onPassword: (text: string) => void }) {
  return (
    <TextField
      label="Your password"
      type="password"
      value={password}
      onInput={onPassword}
      autoComplete="current-password"
      required
    />
  );
}

function Begin({ onBegun }: { readonly onBegun: (enrolment: Enrolment) => void }) {
  const [password, setPassword] = useState('');
  const { failure, busy, onSubmit } = useSending(async () =>
    onBegun(await api.post<Enrolment>('/api/me/one-time-password', { password })),
  );
  return (
    <form class="stack" onSubmit={onSubmit}>
      <p>
        With one-time passwords a login needs six digits from your telephone, too: a stolen password alone opens
        nothing. Any authenticator that knows TOTP (RFC 6238) will do.
      </p>
      <PasswordField password={password} onPassword={setPassword} />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      <div class="row">
        <Button submit disabled={busy}>
          Set up one-time passwords
        </Button>
      </div>
    </form>
  );
}

interface ConfirmProperties {
  readonly enrolment: Enrolment;
  readonly onCancel: () => void;
  readonly onDone: () => Promise<void>;
}

function Confirm({ enrolment, onCancel, onDone }: ConfirmProperties) {
  const [code, setCode] = useState('');
  const { failure, busy, onSubmit } = useSending(async () => {
    await api.post('/api/me/one-time-password/confirm', { code });
    await onDone();
  });
  const groups = enrolment.secret.match(/.{1,4}/g)?.join(' ') ?? enrolment.secret;
  return (
    <form class="stack" onSubmit={onSubmit}>
      <p>1. Scan this with your authenticator, or type the secret into it.</p>
      <QrCode text={enrolment.address} label="QR code with the secret below, for an authenticator" />
      <p class="secret">
        <CopyText text={groups} label="the secret" />
      </p>
      <p>2. Enter the six digits that it shows. Only then the second factor is on.</p>
      <CodeField code={code} onCode={setCode} />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      <div class="row">
        <Button primary submit disabled={busy}>
          Turn it on
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}

function Remove({ onDone }: { readonly onDone: () => Promise<void> }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const { failure, busy, onSubmit } = useSending(async () => {
    await api.post('/api/me/one-time-password/remove', { password, code });
    await onDone();
  });
  return (
    <form class="stack" onSubmit={onSubmit}>
      <p>One-time passwords are on. To do without them again:</p>
      <PasswordField password={password} onPassword={setPassword} />
      <CodeField code={code} onCode={setCode} />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      <div class="row">
        <Button danger submit disabled={busy}>
          Remove the second factor
        </Button>
      </div>
    </form>
  );
}

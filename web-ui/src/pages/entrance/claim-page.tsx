/** A fresh unit: its code, a name for it, and the first admin. */

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { ApiError, api, messageOf } from '../../api/client.ts';
import { enter, type Session, shortVersion, startSession } from '../../application/session.ts';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icon.tsx';
import { Notice } from '../../design/states.tsx';

const LEAST_PASSWORD = 10;

interface Wrong {
  readonly field: 'code' | 'password' | 'again' | 'form';
  readonly message: string;
}

const FIELD_OF_CODE: Readonly<Record<string, Wrong['field']>> = { 'wrong-code': 'code', 'weak-password': 'password' };

export function ClaimPage() {
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [wrong, setWrong] = useState<Wrong>();
  const [busy, setBusy] = useState(false);
  const [, navigate] = useLocation();
  useEffect(() => {
    document.title = 'Claim this unit - Mahalo';
  }, []);
  const errorOf = (field: Wrong['field']): string | undefined => (wrong?.field === field ? wrong.message : undefined);

  const claim = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (password !== again) {
      setWrong({ field: 'again', message: 'The two passwords are not the same.' });
      return;
    }
    setBusy(true);
    setWrong(undefined);
    try {
      const body = { code: code.trim(), unit: name.trim(), user: user.trim(), password };
      const session = await api.post<Session>('/api/claim', body);
      navigate('/wizard');
      enter(session);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'claimed') await startSession();
      const field = error instanceof ApiError ? FIELD_OF_CODE[error.code] : undefined;
      setWrong({ field: field ?? 'form', message: messageOf(error) });
      setBusy(false);
    }
  };

  return (
    <main class="entrance">
      <header class="stack">
        <p class="brand">
          <Icon name="brand" /> <span>Mahalo</span>
        </p>
        <h1>This unit is nobody's yet</h1>
        <p class="muted">
          Claim it: from then on only people with a password get in. There is no default password, and nobody can claim
          it after you without its console.
        </p>
      </header>
      <Notice tone="information">
        Your browser warned of the certificate because the unit made it itself. Open the certificate in your browser and
        compare its <strong>SHA-256 fingerprint</strong> with the one on the console of the unit, next to the claim
        code. If they differ, somebody is in between: stop here.
      </Notice>
      <form onSubmit={claim}>
        <TextField
          label="Claim code"
          help="It stands on the console of the unit (or where you started it), as XXXX-XXXX-XXXX."
          value={code}
          onInput={setCode}
          error={errorOf('code')}
          autoComplete="off"
          required
          monospace
          focus
        />
        <TextField
          label="Name of the unit"
          help="What you will call it, for instance by its place: rack 4."
          value={name}
          onInput={setName}
          autoComplete="off"
          maxLength={64}
          required
        />
        <TextField
          label="Your user name"
          value={user}
          onInput={setUser}
          autoComplete="username"
          maxLength={32}
          required
        />
        <TextField
          label="Password"
          help={`At least ${LEAST_PASSWORD} characters; a few words are good. Forgotten, it can be reset on the console.`}
          type="password"
          value={password}
          onInput={setPassword}
          error={errorOf('password')}
          autoComplete="new-password"
          required
        />
        <TextField
          label="The password once more"
          type="password"
          value={again}
          onInput={setAgain}
          error={errorOf('again')}
          autoComplete="new-password"
          required
        />
        {errorOf('form') !== undefined && <Notice tone="bad">{errorOf('form')}</Notice>}
        <div class="row">
          <Button primary submit disabled={busy}>
            {busy ? 'Claiming' : 'Claim this unit'}
          </Button>
        </div>
      </form>
      <p class="muted small">Mahalo {shortVersion()}</p>
    </main>
  );
}

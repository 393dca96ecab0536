/** Name and password; the one-time password only of those who have one. Afterwards the page that was asked for opens. */

import { useEffect, useState } from 'preact/hooks';
import { ApiError, api, messageOf } from '../../api/client.ts';
import { enter, entrance, type Session, unit } from '../../application/session.ts';
import { Button } from '../../design/button.tsx';
import { CodeField } from '../../design/code-field.tsx';
import { TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icon.tsx';
import { Notice } from '../../design/states.tsx';

export function LoginPage() {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `Log in - ${unit.value.unit || 'Mahalo'}`;
  }, []);

  const logIn = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setWrong(undefined);
    try {
      const body = { user: user.trim(), password, ...(needsCode ? { code } : {}) };
      enter(await api.post<Session>('/api/login', body));
      return;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'code-needed') setNeedsCode(true);
      else setWrong(messageOf(error));
    }
    setBusy(false);
  };

  const isOver = entrance.value.kind === 'logged-out' && entrance.value.over;
  return (
    <main class="entrance">
      <header class="stack">
        <p class="brand">
          <Icon name="brand" /> <span>{unit.value.unit || 'Mahalo'}</span>
        </p>
        <h1>Log in</h1>
      </header>
      {isOver && (
        <Notice tone="warning">
          Your session has ended. Log in again, and you are back on the page where you were.
        </Notice>
      )}
      <form onSubmit={logIn}>
        <TextField label="User name" value={user} onInput={setUser} autoComplete="username" required focus />
        <TextField
          label="Password"
          type="password"
          value={password}
          onInput={setPassword}
          autoComplete="current-password"
          required
        />
        {needsCode && <CodeField code={code} onCode={setCode} focus />}
        {wrong !== undefined && <Notice tone="bad">{wrong}</Notice>}
        <div class="row">
          <Button primary submit disabled={busy}>
            {busy ? 'Logging in' : 'Log in'}
          </Button>
        </div>
      </form>
      <p class="muted small">
        Forgotten? <code>mahalo admin unclaim</code> on the console of the unit lets it be claimed anew; its
        configuration stays.
      </p>
    </main>
  );
}

/** Everything is forgotten: the name of the unit typed out, and the password once more. */

import { useState } from 'preact/hooks';
import { ApiError, api } from '../../api/client.ts';
import { awaitRestart } from '../../application/away.ts';
import { currentSession } from '../../application/session.ts';
import { CodeField } from '../../design/code-field.tsx';
import { ConfirmDialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/field.tsx';

export function ResetDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const { unit, user } = currentSession();
  const reset = async (): Promise<void> => {
    try {
      await api.post('/api/device/factory-reset', { unit: name, password, ...(needsCode ? { code } : {}) });
      awaitRestart();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'code-needed') setNeedsCode(true);
      throw error;
    }
  };
  return (
    <ConfirmDialog title="Forget everything?" deed="Forget everything" danger onClose={onClose} onConfirm={reset}>
      <p>
        People, tokens, configuration, history, network settings and the certificate are erased; the software stays.
        Then the device starts anew, with addresses as from the factory, and waits to be claimed with the code on its
        console. There is no way back: export the configuration first if you may want it again.
      </p>
      <input type="text" name="username" autoComplete="username" value={user} readOnly hidden />
      <TextField
        label={`Type the name of the unit: ${unit}`}
        value={name}
        onInput={setName}
        autoComplete="off"
        required
        focus
      />
      <TextField
        label="Your password"
        type="password"
        value={password}
        onInput={setPassword}
        autoComplete="current-password"
        required
      />
      {needsCode && <CodeField code={code} onCode={setCode} />}
    </ConfirmDialog>
  );
}

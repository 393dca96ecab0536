/** Pairing with another unit: its address, the comparison of its fingerprint, a token that was made there. */

import { useState } from 'preact/hooks';
import { api, messageOf } from '../../api/client.ts';
import { toast } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { Checkbox, TextField } from '../../design/field.tsx';
import { Notice } from '../../design/states.tsx';

interface Seen {
  readonly address: string;
  readonly fingerprint: string;
  readonly unit: string;
  readonly version: string;
}

interface PairProperties {
  /** To begin with. */
  readonly address: string;
  readonly onClose: () => void;
  readonly onPaired: () => Promise<void>;
}

export function PairDialog({ address: initial, onClose, onPaired }: PairProperties) {
  const [address, setAddress] = useState(initial);
  const [seen, setSeen] = useState<Seen>();
  const [same, setSame] = useState(false);
  const [token, setToken] = useState('');
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      if (seen === undefined) setSeen(await api.post<Seen>('/api/vrrp/peer/look', { address: address.trim() }));
      else {
        const body = { address: seen.address, fingerprint: seen.fingerprint, token: token.trim() };
        const { unit } = await api.put<{ readonly unit: string }>('/api/vrrp/peer', body);
        toast({ tone: 'good', text: `This unit is paired with ${unit}.` });
        await onPaired();
        onClose();
        return;
      }
    } catch (error) {
      setFailure(messageOf(error));
    }
    setBusy(false);
  };
  return (
    <Dialog title="Pair with the other unit" onClose={onClose}>
      <form class="stack" onSubmit={send}>
        <TextField
          label="Address of the other unit"
          help="A name or an IP address, where its web pages are; with a port unless that is 8443."
          value={address}
          onInput={(text) => {
            setAddress(text);
            setSeen(undefined);
            setSame(false);
          }}
          placeholder="10.0.0.3"
          autoComplete="off"
          required
          focus
        />
        {seen !== undefined && (
          <>
            <p>
              There is <strong>{seen.unit || 'a unit without a name'}</strong> (Mahalo {seen.version}). Its certificate
              has the fingerprint
            </p>
            <code class="vrrp-fingerprint">{seen.fingerprint}</code>
            <Checkbox
              label="This is the fingerprint that its console shows (or its page People, Certificate)"
              checked={same}
              onChange={setSame}
            />
            <TextField
              label="Token"
              help="Made there under My account, API tokens: as operator, to rehearse fail-overs from here, or as viewer, only to look."
              type="password"
              value={token}
              onInput={setToken}
              autoComplete="off"
              required
            />
          </>
        )}
        {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
        <div class="row">
          <Button primary submit disabled={busy || (seen !== undefined && !same)}>
            {seen === undefined ? 'Look who is there' : 'Pair'}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}

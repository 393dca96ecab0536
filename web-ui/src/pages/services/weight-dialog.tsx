import { useState } from 'preact/hooks';
import type { ServerName } from '../../../../src/admin/answers/servers.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/field.tsx';
import { changeServers } from './change-servers.ts';

const HEAVIEST = 256;

interface Properties {
  readonly name: ServerName;
  readonly weight: number;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function WeightDialog({ name, onClose, onDone, weight }: Properties) {
  const [text, setText] = useState(String(weight));
  const wrong = !/^\d{1,3}$/.test(text) || Number(text) > HEAVIEST;
  const set = async (): Promise<void> => {
    await changeServers([name], { weight: Number(text) }, onDone);
    onClose();
  };
  return (
    <Dialog
      title={`Weight of ${name.backend}/${name.server}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button primary disabled={wrong} onClick={set}>
            Set weight
          </Button>
        </>
      }
    >
      <TextField
        label="Weight"
        type="number"
        inputMode="numeric"
        value={text}
        onInput={setText}
        focus
        help="0 to 256: its share of new clients beside the weights of the others. 0: none, but those it knows."
        {...(wrong ? { error: 'a whole number from 0 to 256' } : {})}
      />
    </Dialog>
  );
}

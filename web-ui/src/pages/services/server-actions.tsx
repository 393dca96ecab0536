/** What operators do with servers: each deed with its way back. */

import { useState } from 'preact/hooks';
import type { ServerView } from '../../../../src/admin/answers/figures.ts';
import { mayAct } from '../../application/session.ts';
import { Button } from '../../design/button.tsx';
import { changeServers, type ServerState } from './change-servers.ts';
import { DrainDialog } from './drain-dialog.tsx';
import { WeightDialog } from './weight-dialog.tsx';

interface ActionsProperties {
  readonly backend: string;
  readonly server: ServerView;
  readonly onDone: () => void;
}

export function ServerActions({ backend, onDone, server }: ActionsProperties) {
  const [open, setOpen] = useState<'drain' | 'weight'>();
  if (!mayAct('operator')) return null;
  const name = { backend, server: server.name };
  const set = (state: ServerState): Promise<void> => changeServers([name], { state }, onDone);
  const { status } = server;
  const drained = status.startsWith('DRAIN');
  const resting = status.startsWith('MAINT');
  return (
    <div class="actions">
      {(drained || resting) && (
        <Button small primary onClick={() => set('ready')}>
          Back to service
        </Button>
      )}
      {!drained && !resting && (
        <Button small onClick={() => setOpen('drain')}>
          Drain...
        </Button>
      )}
      {!resting && (
        <Button small danger onClick={() => set('maint')}>
          Maintenance
        </Button>
      )}
      <Button small quiet onClick={() => setOpen('weight')}>
        Weight {server.weight}...
      </Button>
      {open === 'drain' && (
        <DrainDialog name={name} server={server} onClose={() => setOpen(undefined)} onDone={onDone} />
      )}
      {open === 'weight' && (
        <WeightDialog name={name} weight={server.weight} onClose={() => setOpen(undefined)} onDone={onDone} />
      )}
    </div>
  );
}

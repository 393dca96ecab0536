/** A text on trial: does what it should serve really serve, how long is left, keep it or take it back. */

import { useEffect, useState } from 'preact/hooks';
import { api, messageOf } from '../../api/client.ts';
import { currentSession } from '../../application/session.ts';
import { toast, toastError } from '../../application/toasts.tsx';
import { refreshTrial } from '../../application/trial.ts';
import { Button } from '../../design/button.tsx';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Notice } from '../../design/states.tsx';
import type { EditedDocument, TrialState } from './documents.ts';
import { Health } from './health.tsx';

const POLL_MS = 2_000;

export type RunningTrial = NonNullable<TrialState['trial']> & {
  /** By this browser's own clock. */
  readonly endsAt: number;
};

interface KnownState {
  readonly confirmed: number;
  readonly trial: RunningTrial | null;
}

/** Asked again and again: somebody else may apply, confirm, or let the time run out. */
export function useTrialState({ base }: EditedDocument): {
  readonly state: KnownState | undefined;
  readonly refresh: () => Promise<void>;
} {
  const [state, setState] = useState<KnownState>();
  const ask = async (background: boolean): Promise<void> => {
    const { confirmed, trial } = await api.get<TrialState>(`${base}/state`, { background });
    setState({ confirmed, trial: trial === null ? null : { ...trial, endsAt: performance.now() + trial.remainingMs } });
  };
  useEffect(() => {
    // The next question comes soon: what cannot be known for a moment is shown as it was.
    const quietly = (): void => void ask(true).catch(messageOf);
    quietly();
    const timer = setInterval(quietly, POLL_MS);
    return () => clearInterval(timer);
  }, [base]);
  return { state, refresh: () => ask(false) };
}

interface TrialPanelProperties {
  readonly document: EditedDocument;
  readonly trial: RunningTrial;
  readonly onChange: () => Promise<void>;
}

export function TrialPanel({ document, onChange, trial }: TrialPanelProperties) {
  const [now, setNow] = useState(performance.now());
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((trial.endsAt - now) / 1000));
  const mine = trial.author === currentSession().user;

  const act = async (deed: 'confirm' | 'return', done: string): Promise<void> => {
    setBusy(true);
    try {
      await api.post(`${document.base}/${deed}`, { revision: trial.revision });
      toast({ tone: 'good', text: done });
    } catch (error) {
      toastError(error);
    }
    await Promise.all([refreshTrial(), onChange()]).catch(toastError);
    setBusy(false);
  };

  return (
    <div class="stack">
      <PageHeader
        title={`Revision ${trial.revision} is on trial`}
        about="Look whether everything that matters to you still works: from where your clients are, not only here."
      />
      <Notice tone="warning">
        {trial.serving ? 'It runs.' : 'It is being started.'} Unless {mine ? 'you keep it' : `${trial.author} keeps it`}
        , the text before comes back in <strong class="number">{seconds} s</strong>.
      </Notice>
      <Health document={document} revision={trial.revision} />
      <Panel title="Decide">
        <div class="row">
          {mine && (
            <Button
              primary
              disabled={busy || !trial.serving}
              onClick={() => act('confirm', `Revision ${trial.revision} is kept: from now on it boots.`)}
            >
              Keep it
            </Button>
          )}
          <Button disabled={busy || !trial.serving} onClick={() => act('return', 'The text before is in force again.')}>
            Take it back now
          </Button>
        </div>
      </Panel>
    </div>
  );
}

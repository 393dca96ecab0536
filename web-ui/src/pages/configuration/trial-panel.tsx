/** A text on trial: does what it should serve really serve, how long is left, keep it or take it back. */

import { currentSession } from '../../application/session.ts';
import { confirmTrial, type DocumentState, type RunningTrial, returnFromTrial } from '../../application/trial.ts';
import { useVerdict } from '../../application/trial-banner.tsx';
import { Button } from '../../design/button.tsx';
import { useSecondsLeft } from '../../design/clock.ts';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Notice } from '../../design/states.tsx';
import type { EditedDocument } from './documents.ts';
import { Health } from './health.tsx';

interface TrialPanelProperties {
  readonly document: EditedDocument;
  readonly state: DocumentState;
  readonly trial: RunningTrial;
}

export function TrialPanel({ document, state, trial }: TrialPanelProperties) {
  const seconds = useSecondsLeft(trial.endsAt);
  const { act, busy } = useVerdict();
  const mine = trial.author === currentSession().user;
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
              onClick={() => act(() => confirmTrial(state, trial.revision))}
            >
              Keep it
            </Button>
          )}
          <Button disabled={busy || !trial.serving} onClick={() => act(() => returnFromTrial(state, trial.revision))}>
            Take it back now
          </Button>
        </div>
      </Panel>
    </div>
  );
}

/** On every page while a document is on trial: how long is left, and the two things that can be done about it. */

import { useEffect, useState } from 'preact/hooks';
import { Button } from '../design/button.tsx';
import { useSecondsLeft } from '../design/clock.ts';
import { currentSession, mayAct } from './session.ts';
import { toast, toastError } from './toasts.tsx';
import {
  confirmTrial,
  type DocumentId,
  type DocumentState,
  documentStates,
  type RunningTrial,
  returnFromTrial,
  watchTrials,
} from './trial.ts';

const NAMES: Readonly<Record<DocumentId, { readonly label: string; readonly name: (revision: number) => string }>> = {
  configuration: { label: 'Configuration', name: (revision) => `Configuration ${revision} is` },
  'vrrp-configuration': {
    label: 'keepalived.conf',
    name: (revision) => `keepalived.conf, revision ${revision}, is`,
  },
  'device-network': { label: 'Network settings', name: () => 'New network settings are' },
};
/** The last seconds are red. */
const SOON_S = 20;

export function TrialBanners() {
  useEffect(() => watchTrials(), []);
  return (
    <>
      {documentStates.value?.map(
        (state) => state.trial !== null && <Countdown key={state.document} state={state} running={state.trial} />,
      )}
    </>
  );
}

/** Keep it, take it back: one at a time, and what became of it is told. */
export function useVerdict(): {
  readonly busy: boolean;
  readonly act: (work: () => Promise<string>) => Promise<void>;
} {
  const [busy, setBusy] = useState(false);
  const act = async (work: () => Promise<string>): Promise<void> => {
    setBusy(true);
    try {
      toast({ tone: 'good', text: await work() });
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, act };
}

interface CountdownProperties {
  readonly state: DocumentState;
  readonly running: RunningTrial;
}

function Countdown({ running, state }: CountdownProperties) {
  const seconds = useSecondsLeft(running.endsAt);
  const { act, busy } = useVerdict();
  const { author, revision, serving } = running;
  const isAuthor = author === currentSession().user;
  const { label, name } = NAMES[state.document];
  return (
    <section class={seconds <= SOON_S ? 'trial trial-soon' : 'trial'} aria-label={`${label} on trial`}>
      <p>
        <strong>{name(revision)} on trial</strong> (by {author}).{' '}
        {serving ? 'Unless it is confirmed, the one before returns in ' : 'It is starting; time left: '}
        <span class="number" role="timer">
          {seconds} s
        </span>
        .
      </p>
      {mayAct('admin') && (
        <div class="row">
          {isAuthor && (
            <Button primary small disabled={busy || !serving} onClick={() => act(() => confirmTrial(state, revision))}>
              Keep it
            </Button>
          )}
          <Button small disabled={busy} onClick={() => act(() => returnFromTrial(state, revision))}>
            Take it back now
          </Button>
        </div>
      )}
    </section>
  );
}

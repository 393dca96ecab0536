/** On every page while a document is on trial: how long is left, and the two things that can be done about it. */

import { useEffect, useState } from 'preact/hooks';
import { Button } from '../design/button.tsx';
import { currentSession, mayAct } from './session.ts';
import { toast, toastError } from './toasts.tsx';
import {
  confirmTrial,
  type DocumentState,
  documentStates,
  type RunningTrial,
  returnFromTrial,
  watchTrials,
} from './trial.ts';

const TICK_MS = 250;
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

/** Whole seconds until a moment of this browser's clock; draws anew while they go by. */
export function useSecondsLeft(endsAt: number): number {
  const [now, setNow] = useState(performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((endsAt - now) / 1000));
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
  const floating = state.document === 'vrrp-configuration';
  return (
    <section
      class={seconds <= SOON_S ? 'trial trial-soon' : 'trial'}
      aria-label={floating ? 'keepalived.conf on trial' : 'Configuration on trial'}
    >
      <p>
        <strong>{floating ? `keepalived.conf, revision ${revision},` : `Configuration ${revision}`} is on trial</strong>{' '}
        (by {author}). {serving ? 'Unless it is confirmed, the one before returns in ' : 'It is starting; time left: '}
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

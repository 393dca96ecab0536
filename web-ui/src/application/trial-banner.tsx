/** On every page while a configuration is on trial: how long is left, and the two things that can be done about it. */

import { useEffect, useState } from 'preact/hooks';
import { Button } from '../design/button.tsx';
import { currentSession, mayAct } from './session.ts';
import { toast, toastError } from './toasts.tsx';
import { confirmTrial, type RunningTrial, returnFromTrial, trial, watchTrial } from './trial.ts';

const TICK_MS = 250;
/** The last seconds are red. */
const SOON_S = 20;

export function TrialBanner() {
  useEffect(() => watchTrial(), []);
  const running = trial.value;
  return running === undefined ? null : <Countdown running={running} />;
}

function Countdown({ running }: { readonly running: RunningTrial }) {
  const [now, setNow] = useState(performance.now());
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((running.endsAt - now) / 1000));
  const isAuthor = running.author === currentSession().user;
  const act = async (work: () => Promise<void>, done: string): Promise<void> => {
    setBusy(true);
    try {
      await work();
      toast({ tone: 'good', text: done });
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class={seconds <= SOON_S ? 'trial trial-soon' : 'trial'} aria-label="Configuration on trial">
      <p>
        <strong>Configuration {running.revision} is on trial</strong> (by {running.author}).{' '}
        {running.serving ? 'Unless it is confirmed, the one before returns in ' : 'It is starting; time left: '}
        <span class="number" role="timer">
          {seconds} s
        </span>
        .
      </p>
      {mayAct('admin') && (
        <div class="row">
          {isAuthor && (
            <Button
              primary
              small
              disabled={busy || !running.serving}
              onClick={() => act(() => confirmTrial(running.revision), `Configuration ${running.revision} is kept.`)}
            >
              Keep it
            </Button>
          )}
          <Button
            small
            disabled={busy}
            onClick={() => act(() => returnFromTrial(running.revision), 'The configuration before serves again.')}
          >
            Take it back now
          </Button>
        </div>
      )}
    </section>
  );
}

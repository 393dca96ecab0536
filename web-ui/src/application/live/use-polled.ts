/** An answer of the unit that is asked for again and again while the page can be seen. */

import { useEffect, useState } from 'preact/hooks';
import { api, messageOf } from '../../api/client.ts';

export interface Polled<Answer> {
  /** The newest answer; stays when a later question fails. */
  readonly answer: Answer | undefined;
  readonly failure: string | undefined;
  /** Asks now: after something was changed. */
  readonly refresh: () => void;
}

export function usePolled<Answer>(path: string, periodMs = 2_000): Polled<Answer> {
  const [state, setState] = useState<{ path: string; answer?: Answer; failure?: string }>({ path });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      if (document.visibilityState !== 'hidden') {
        try {
          const answer = await api.get<Answer>(path, { background: true, signal: abort.signal });
          setState({ path, answer });
        } catch (error) {
          if (abort.signal.aborted) return;
          setState((before) => ({ ...(before.path === path ? before : { path }), failure: messageOf(error) }));
        }
      }
      if (!abort.signal.aborted) timer = setTimeout(ask, periodMs);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [path, periodMs, round]);
  const current = state.path === path ? state : undefined;
  return { answer: current?.answer, failure: current?.failure, refresh: () => setRound((one) => one + 1) };
}

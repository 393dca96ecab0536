/** What the unit says to one question, for a page: asked once, or again and again while the page can be seen. */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { api, messageOf } from '../api/client.ts';

export interface Asked<Answer> {
  /** Undefined: nothing was answered yet. What was answered stays when a later question fails. */
  readonly answer: Answer | undefined;
  /** Why the latest question was not answered. */
  readonly failure: string | undefined;
  /** Asks now. */
  readonly refresh: () => Promise<void>;
}

/**
 * @param path of a GET route; another path is another question
 * @param everyMs asked again after so long; undefined: only when `refresh` is called
 */
export function useAsked<Answer>(path: string, everyMs?: number): Asked<Answer> {
  const [state, setState] = useState<{ readonly path: string; readonly answer?: Answer; readonly failure?: string }>({
    path,
  });
  const asked = useRef(0);
  /** The youngest question whose answer is known: what an older one brings later is old. */
  const known = useRef(0);
  const ask = useCallback(
    async (background: boolean): Promise<void> => {
      const number = ++asked.current;
      const isNews = (): boolean => {
        if (number <= known.current) return false;
        known.current = number;
        return true;
      };
      try {
        const answer = await api.get<Answer>(path, { background });
        if (isNews()) setState({ path, answer });
      } catch (error) {
        if (!isNews()) return;
        const failure = messageOf(error);
        setState((before) => (before.path === path ? { ...before, failure } : { path, failure }));
      }
    },
    [path],
  );
  useEffect(() => {
    const forget = (): void => {
      known.current = asked.current;
    };
    void ask(false);
    if (everyMs === undefined) return forget;
    let asking = false;
    const timer = setInterval(async () => {
      // A slow answer makes it skip the next question.
      if (asking || document.visibilityState === 'hidden') return;
      asking = true;
      await ask(true);
      asking = false;
    }, everyMs);
    return () => {
      forget();
      clearInterval(timer);
    };
  }, [ask, everyMs]);
  const { answer, failure } = state.path === path ? state : {};
  return { answer, failure, refresh: () => ask(false) };
}

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
  const latest = useRef(0);
  const ask = useCallback(
    async (background: boolean): Promise<void> => {
      const number = ++latest.current;
      try {
        const answer = await api.get<Answer>(path, { background });
        if (number === latest.current) setState({ path, answer });
      } catch (error) {
        if (number !== latest.current) return;
        const failure = messageOf(error);
        setState((before) => (before.path === path ? { ...before, failure } : { path, failure }));
      }
    },
    [path],
  );
  useEffect(() => {
    void ask(false);
    if (everyMs === undefined) return () => void latest.current++;
    let asking = false;
    const timer = setInterval(async () => {
      // A slow answer makes it skip the next question.
      if (asking || document.visibilityState === 'hidden') return;
      asking = true;
      await ask(true);
      asking = false;
    }, everyMs);
    return () => {
      latest.current++;
      clearInterval(timer);
    };
  }, [ask, everyMs]);
  const known = state.path === path ? state : undefined;
  return { answer: known?.answer, failure: known?.failure, refresh: () => ask(false) };
}

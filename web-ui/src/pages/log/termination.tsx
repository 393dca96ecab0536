/** The letters of a termination state in words: the unit knows them (/api/log/termination-states). */

import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client.ts';

interface Letter {
  readonly letter: string;
  readonly title: string;
  readonly meaning: string;
}

export interface TerminationWords {
  readonly cause: Letter;
  readonly phase: Letter;
  readonly combination?: { readonly meaning: string; readonly advice: string };
  readonly request?: Letter;
  readonly response?: Letter;
  readonly summary: string;
}

/** Each state is asked for once. */
const known = new Map<string, Promise<TerminationWords | undefined>>();

function wordsOf(state: string): Promise<TerminationWords | undefined> {
  let words = known.get(state);
  if (words === undefined) {
    words = api
      .get<TerminationWords>(`/api/log/termination-states/${encodeURIComponent(state)}`, { background: true })
      .catch(() => undefined);
    known.set(state, words);
  }
  return words;
}

export function useTermination(state: string): TerminationWords | undefined {
  const [words, setWords] = useState<TerminationWords>();
  useEffect(() => {
    let gone = false;
    setWords(undefined);
    void wordsOf(state).then((found) => gone || setWords(found));
    return () => {
      gone = true;
    };
  }, [state]);
  return words;
}

/** Its summary on hover and for screen readers; a click opens the details of the line. */
export function TerminationState({ onOpen, state }: { readonly onOpen: () => void; readonly state: string }) {
  const words = useTermination(state);
  const label = words === undefined ? state : `${state}: ${words.summary}`;
  return (
    <button type="button" class="line" title={label} aria-label={label} onClick={onOpen}>
      {state}
    </button>
  );
}

export function TerminationDetails({ state }: { readonly state: string }) {
  const words = useTermination(state);
  if (words === undefined) return <code>{state}</code>;
  const letters = [words.cause, words.phase, words.request, words.response].filter((one) => one !== undefined);
  return (
    <div class="letters">
      <p>
        <strong>{words.summary}</strong>
      </p>
      {words.combination !== undefined && words.combination.advice !== '' && <p>{words.combination.advice}</p>}
      <ul>
        {letters.map(({ letter, meaning, title }, index) => (
          <li key={index}>
            <code>{letter}</code> {title}: {meaning}
          </li>
        ))}
      </ul>
    </div>
  );
}

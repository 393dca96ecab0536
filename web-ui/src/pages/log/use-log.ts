/** The newest lines under a filter, then those that come. Paused, they are counted and wait. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { LogFilter, LogLine } from '../../../../src/admin/answers/log.ts';
import { api, messageOf } from '../../api/client.ts';
import { listenLive, wishLive } from '../../api/live.ts';
import { searchOf } from './log-filter.ts';

/** More would be slow to draw, and nobody scrolls that far: the filter finds what is older. */
const MOST_SHOWN = 300;

export interface LiveLog {
  /** Newest first. */
  readonly lines: readonly LogLine[];
  /** Lines the unit could not send: it sends at most so many at once. */
  readonly omitted: number;
  /** That came while it was paused. */
  readonly waiting: number;
  readonly failure: string | undefined;
}

const NOTHING: LiveLog = { lines: [], omitted: 0, waiting: 0, failure: undefined };

function joined(older: readonly LogLine[], newer: readonly LogLine[]): readonly LogLine[] {
  const last = older[0]?.number ?? 0;
  const fresh = newer.filter(({ number }) => number > last);
  return [...fresh.reverse(), ...older].slice(0, MOST_SHOWN);
}

export function useLog(filter: LogFilter, paused: boolean): LiveLog {
  const [log, setLog] = useState(NOTHING);
  const held = useRef<readonly LogLine[]>([]);
  const isPaused = useRef(paused);
  isPaused.current = paused;
  const search = searchOf(filter);
  useEffect(() => {
    const abort = new AbortController();
    held.current = [];
    setLog(NOTHING);
    wishLive({ type: 'log', filter });
    const stop = listenLive((message) => {
      if (message.type !== 'log') return;
      const lines = message['lines'] as readonly LogLine[];
      const omitted = Number(message['omitted']);
      if (isPaused.current) {
        held.current = [...held.current, ...lines].slice(-MOST_SHOWN);
        setLog((now) => ({ ...now, waiting: now.waiting + lines.length + omitted }));
      } else setLog((now) => ({ ...now, lines: joined(now.lines, lines), omitted: now.omitted + omitted }));
    });
    const path = `/api/log?limit=${MOST_SHOWN}${search === '' ? '' : `&${search}`}`;
    api.get<{ lines: readonly LogLine[] }>(path, { signal: abort.signal }).then(
      ({ lines }) => setLog((now) => ({ ...now, lines: joined([...lines].reverse(), [...now.lines].reverse()) })),
      (error) => abort.signal.aborted || setLog((now) => ({ ...now, failure: messageOf(error) })),
    );
    return () => {
      abort.abort();
      stop();
      wishLive({ type: 'log', filter: null });
      wishLive(undefined);
    };
  }, [search]);
  useEffect(() => {
    if (paused) return;
    setLog((now) => ({ ...now, lines: joined(now.lines, held.current), waiting: 0 }));
    held.current = [];
  }, [paused]);
  return log;
}

/** Instead of figures: the proxy does not run or does not answer. In words: what that means, since when, what to do. */

import { Link } from 'wouter-preact';
import type { Standing } from '../../../../src/admin/answers/figures.ts';
import { formatAge, formatTime } from '../../design/format.ts';
import { Panel } from '../../design/page.tsx';
import { EmptyState, Notice } from '../../design/states.tsx';
import { useAsked } from '../asked.ts';
import { mayAct } from '../session.ts';
import './proxy-away.css';

const LAST_WORDS_MS = 5_000;

/** There is something to show. */
export function isThere({ state }: Standing): boolean {
  return state === 'serving';
}

/** Everything but `serving`. */
export function ProxyAway({ standing }: { readonly standing: Standing }) {
  const { state, summary } = standing;
  const admin = mayAct('admin');
  switch (state) {
    case 'serving':
      return null;
    case 'starting':
      return <p role="status">{summary}</p>;
    case 'empty':
      return (
        <EmptyState
          title="Nothing is balanced yet"
          action={admin ? <Link href="/wizard">Add a service</Link> : undefined}
        >
          The unit has no configuration. Three questions make the first one.
        </EmptyState>
      );
    case 'bare':
      return (
        <EmptyState
          title="The proxy runs, and has nothing to do"
          action={admin ? <Link href="/wizard">Add a service</Link> : undefined}
        >
          Its configuration has no frontend, so nobody can come in, and no backend, so there is nowhere to go.
        </EmptyState>
      );
    case 'stopped':
    case 'unreachable':
      return <Trouble standing={standing} admin={admin} />;
  }
}

function Trouble({ admin, standing }: { readonly standing: Standing; readonly admin: boolean }) {
  const { sinceMs, state, summary } = standing;
  const stopped = state === 'stopped';
  return (
    <>
      <Notice tone="bad">
        <strong>{summary}</strong>
        {sinceMs !== null && ` Since ${formatTime(sinceMs)} (${formatAge(sinceMs)}).`}
      </Notice>
      <Panel title="What to do">
        <ul class="advice">
          <li>
            {stopped
              ? 'The unit starts it again by itself: after one second, then after longer and longer rests, a minute at most. This page shows it as soon as it is back.'
              : 'It may only be busy, and clients may still be served. This page goes on asking.'}
          </li>
          <li>
            <Link href="/log">The log</Link> shows what happened before.
          </li>
          <li>
            <Link href="/system">The System page</Link> shows whether the machine has memory, storage and time left for
            it.
          </li>
          {admin && (
            <li>
              <Link href="/configuration/history">The history of the configuration</Link> leads back to a text that
              worked.
            </li>
          )}
          {!admin && <li>Tell an admin of this unit: only admins see what it said last.</li>}
        </ul>
      </Panel>
      {admin && <LastWords />}
    </>
  );
}

/** What the process wrote before it fell silent: texts of the configuration may stand in it. */
function LastWords() {
  const { answer } = useAsked<{ readonly revision: number; readonly text: string }>(
    '/api/proxy/last-words',
    LAST_WORDS_MS,
  );
  if (answer === undefined) return null;
  return (
    <Panel title={`What it said last, with revision ${answer.revision}`}>
      {answer.text === '' ? <p>Nothing.</p> : <pre class="last-words">{answer.text}</pre>}
    </Panel>
  );
}

/** Before network settings are on trial: what differs, and where the unit is found then. */

import { useState } from 'preact/hooks';
import type { DevicePort } from '../../../../src/admin/answers/device.ts';
import type { NetworkSettings } from '../../../../src/admin/answers/device-network.ts';
import { ApiError, api, messageOf } from '../../api/client.ts';
import { expectMove, noteSilence } from '../../application/away.ts';
import { refreshTrials } from '../../application/trial.ts';
import { Button } from '../../design/button.tsx';
import { Panel } from '../../design/page.tsx';
import { Notice } from '../../design/states.tsx';
import { labelsOf, networkSentences, placesOf } from './network-words.ts';

/** The unit waits so long for "Keep it". */
const TRIAL_MS = 90_000;
/** It answers before or after it has other addresses; or not at all. */
const PATIENCE_MS = 20_000;

interface Properties {
  readonly before: NetworkSettings;
  readonly after: NetworkSettings;
  readonly ports: readonly DevicePort[];
  readonly hostname: string;
  readonly onBack: () => void;
}

export function NetworkReview({ after, before, hostname, onBack, ports }: Properties) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const labels = labelsOf(ports);
  const old = networkSentences(before, labels);
  const young = networkSentences(after, labels);
  const places = placesOf(after, hostname, location.port);
  const same = JSON.stringify(before) === JSON.stringify(after);
  const apply = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    expectMove(places, performance.now() + TRIAL_MS);
    try {
      await api.post('/api/device/network/apply', { network: after }, { patienceMs: PATIENCE_MS });
      await refreshTrials();
    } catch (error) {
      // Without an answer: the address it was asked at is gone.
      if (!(error instanceof ApiError && error.status === 0 && noteSilence())) setFailure(messageOf(error));
    }
    setBusy(false);
  };
  return (
    <Panel title="What will change">
      <div class="stack">
        <div class="device-pair">
          <SentenceList title="Now" sentences={old} others={young} word="goes" />
          <SentenceList title="Then" sentences={young} others={old} word="new" />
        </div>
        <p>
          The unit is found then at{' '}
          {places.map((place, index) => (
            <span key={place}>
              {index > 0 && ' or '}
              <code>{place}</code>
            </span>
          ))}
          . Log in there if this page loses it, and press "Keep it": you have 90 s. If nobody does, everything is as it
          is now.
        </p>
        <p class="muted">Connections of clients may break when addresses or ports change.</p>
        {same && <Notice tone="neutral">Nothing is different.</Notice>}
        {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
        <div class="row">
          <Button primary disabled={busy || same} onClick={apply}>
            {busy ? 'It is being applied' : 'Apply on trial'}
          </Button>
          <Button disabled={busy} onClick={onBack}>
            Back
          </Button>
        </div>
      </div>
    </Panel>
  );
}

interface ListProperties {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly others: readonly string[];
  /** Beside a sentence that the other side does not have. */
  readonly word: string;
}

function SentenceList({ others, sentences, title, word }: ListProperties) {
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>
            {others.includes(sentence) ? (
              <span class="muted">{sentence}</span>
            ) : (
              <>
                <strong>{sentence}</strong> ({word})
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

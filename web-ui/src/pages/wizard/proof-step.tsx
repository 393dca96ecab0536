/** The configuration runs on trial: requests are sent through it until one gets through, or the time is over. */

import { useEffect, useState } from 'preact/hooks';
import type { Proof } from '../../../../src/admin/answers/proof.ts';
import { ApiError, api, messageOf } from '../../api/client.ts';
import { toastError } from '../../application/toasts.tsx';
import { confirmTrial, type DocumentState, returnFromTrial, stateOf, trial } from '../../application/trial.ts';
import { Button } from '../../design/button.tsx';
import { formatDuration } from '../../design/format.ts';
import { Facts, Panel } from '../../design/page.tsx';
import { Notice } from '../../design/states.tsx';
import type { Speech } from './kinds.ts';
import type { Draft } from './wizard-page.tsx';

interface ProofProperties {
  readonly draft: Draft;
  /** That of the draft. */
  readonly revision: number;
  readonly speech: Speech;
  readonly site: string;
  readonly onAgain: () => void;
  readonly onAnother: () => void;
}

const PAUSE_MS = 2_000;

/** The frontend that has servers behind it: others only redirect. */
function frontendOf(text: string): string {
  const sections = text.split(/^(?=\S)/m).filter((one) => /^(?:frontend|listen)\s/.test(one));
  const found = sections.find((one) => /^\s+(?:use|default)_backend\s/m.test(one)) ?? sections[0];
  return found?.split(/\s+/)[1] ?? '';
}

/** It may be kept or taken back here, in the banner above, by another page; or its time is over. */
function endingOf(revision: number): 'kept' | 'returned' | undefined {
  if (trial.value?.revision === revision) return undefined;
  return stateOf('configuration')?.confirmed === revision ? 'kept' : 'returned';
}

export function ProofStep({ draft, onAgain, onAnother, revision, site, speech }: ProofProperties) {
  const [proof, setProof] = useState<Proof>();
  const [tries, setTries] = useState(0);
  const [busy, setBusy] = useState(false);
  const ending = endingOf(revision);
  const running = ending === undefined ? trial.value : undefined;
  const passed = proof?.passed === true;
  useEffect(() => {
    if (passed || ending !== undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const frontend = frontendOf(draft.written.configuration.inserted);
        setProof(await api.post<Proof>('/api/wizard/proof', { frontend, speech, site }));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        setProof({ passed: false, reason: messageOf(error), address: '', status: 0, milliseconds: 0, servers: [] });
      }
      setTries((before) => before + 1);
    };
    timer = setTimeout(() => void ask(), tries === 0 ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [passed, ending, tries, draft, site, speech]);

  const end = async (work: (state: DocumentState, revision: number) => Promise<string>): Promise<void> => {
    const state = stateOf('configuration');
    if (state === undefined) return;
    setBusy(true);
    await work(state, revision).catch(toastError);
    setBusy(false);
  };

  return (
    <Panel title={passed ? 'It works' : 'Does a request get through?'}>
      <div class="stack">
        <Light proof={proof} />
        {proof !== undefined && proof.address !== '' && (
          <Facts
            facts={[
              ['Tried at', <code key="address">{proof.address}</code>],
              ...(proof.status > 0 ? [['HTTP status', String(proof.status)] as const] : []),
              ...(proof.milliseconds > 0 ? [['It took', formatDuration(proof.milliseconds)] as const] : []),
              ...(proof.servers.length > 0 ? [['Counted by', proof.servers.join(', ')] as const] : []),
            ]}
          />
        )}
        {ending === 'returned' && (
          <Notice tone="warning">
            It was not kept, and the configuration before serves again. Nothing is lost: try it once more.
          </Notice>
        )}
        {ending === 'kept' && (
          <Notice tone="good">
            It is in force, also after a restart. You find it under the configuration, as text.
          </Notice>
        )}
        <div class="row">
          {running !== undefined && (
            <>
              <Button primary={passed} disabled={busy || !running.serving} onClick={() => end(confirmTrial)}>
                {passed ? 'Keep it' : 'Keep it although nothing got through'}
              </Button>
              <Button disabled={busy} onClick={() => end(returnFromTrial)}>
                Take it back
              </Button>
            </>
          )}
          {ending === 'returned' && <Button onClick={onAgain}>Change the answers</Button>}
          {ending === 'kept' && <Button onClick={onAnother}>Add another service</Button>}
        </div>
      </div>
    </Panel>
  );
}

function Light({ proof }: { readonly proof: Proof | undefined }) {
  if (proof === undefined) {
    return (
      <p class="light" role="status">
        <span class="light-dot" aria-hidden="true" /> Sending a request through the balancer
      </p>
    );
  }
  return (
    <p class="light" role="status">
      <span class={proof.passed ? 'light-dot light-good' : 'light-dot light-bad'} aria-hidden="true" />
      <span>
        <strong>{proof.passed ? 'Green: ' : 'Not yet: '}</strong>
        {proof.reason}
      </span>
    </p>
  );
}

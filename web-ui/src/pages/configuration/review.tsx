/** Before an apply: both texts beside each other, what will happen in words, a note; then the deed. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, api, messageOf } from '../../api/client.ts';
import { refreshTrials } from '../../application/trial.ts';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/field.tsx';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Loading, Notice } from '../../design/states.tsx';
import { type EditedDocument, type Preview, previewText, type Report } from './documents.ts';
import type { Draft } from './drafts.ts';
import { ProblemList } from './problem-list.tsx';
import { wordsOf } from './words.ts';

interface ReviewProperties {
  readonly document: EditedDocument;
  readonly draft: Draft;
  readonly applying: boolean;
  readonly onApplying: (applying: boolean) => void;
  readonly onBack: () => void;
  readonly onApplied: () => void;
}

export function Review({ applying, document, draft, onApplied, onApplying, onBack }: ReviewProperties) {
  const [answer, setAnswer] = useState<{ readonly report: Report; readonly preview: Preview | null }>();
  const [note, setNote] = useState(draft.note);
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    previewText(document, draft.text, draft.files)
      .then(setAnswer)
      .catch((error: unknown) => setFailure(messageOf(error)));
  }, []);

  const apply = async (event: Event): Promise<void> => {
    event.preventDefault();
    onApplying(true);
    setFailure(undefined);
    try {
      const { base, files, text } = draft;
      await api.post(`${document.base}/apply`, { text, files, parent: base.number, note: note.trim() });
      await refreshTrials();
      onApplied();
    } catch (error) {
      if (error instanceof ApiError && error.detail['report'] !== undefined) {
        setAnswer({ report: error.detail['report'] as Report, preview: null });
      }
      setFailure(messageOf(error));
    }
    onApplying(false);
  };

  return (
    <form class="stack" onSubmit={apply}>
      <PageHeader
        title="Review"
        about={`Left: what is in force (revision ${draft.base.number}). Right: what you are about to apply.`}
        actions={
          <Button onClick={onBack} disabled={applying}>
            Back to the text
          </Button>
        }
      />
      <Difference document={document} draft={draft} />
      {answer === undefined && failure === undefined && <Loading what="what will happen" />}
      {answer?.preview === null && <ProblemList report={answer.report} />}
      {answer !== undefined && answer.preview !== null && <Consequences preview={answer.preview} />}
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      <Panel title="Apply">
        <div class="stack">
          <p>
            It runs on trial at once. Unless you confirm within the time shown then, the text that is in force now comes
            back by itself: also when the unit can no longer be reached, or its power goes away.
          </p>
          <TextField
            label="Note"
            help="Why? It stands in the history, with your name and the time."
            value={note}
            onInput={setNote}
            maxLength={500}
            autoComplete="off"
          />
          <div class="row">
            <Button primary submit disabled={applying || answer === undefined || answer.preview === null}>
              {applying ? 'Applying; waiting until it serves' : 'Apply on trial'}
            </Button>
          </div>
        </div>
      </Panel>
    </form>
  );
}

function Consequences({ preview }: { readonly preview: Preview }) {
  return (
    <Panel title="What will happen">
      <ul class="sentences">
        {preview.sentences.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <h3>While it is exchanged</h3>
      <ul class="sentences">
        {preview.process.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </Panel>
  );
}

function Difference({ document, draft }: { readonly document: EditedDocument; readonly draft: Draft }) {
  const { base, text } = draft;
  return (
    <SideBySide
      document={document}
      before={{ text: base.text, label: `In force: revision ${base.number}` }}
      after={{ text, label: 'About to be applied' }}
    />
  );
}

interface Side {
  readonly text: string;
  readonly label: string;
}

interface SideBySideProperties {
  readonly document: EditedDocument;
  readonly before: Side;
  readonly after: Side;
}

/** Two texts; what differs is marked, what is equal is folded. */
export function SideBySide({ after, before, document }: SideBySideProperties) {
  const place = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let remove: (() => void) | undefined;
    let gone = false;
    Promise.all([import('./editor/create-editor.ts'), wordsOf(document)])
      .then(([{ showDifference }, words]) => {
        if (gone || place.current === null) return;
        remove = showDifference({ parent: place.current, before, after, words });
      })
      .catch((error: unknown) => setFailure(messageOf(error)));
    return () => {
      gone = true;
      remove?.();
    };
  }, [before.text, after.text]);
  if (failure !== undefined) return <Notice tone="bad">The difference cannot be shown: {failure}</Notice>;
  return (
    <section class="difference" aria-label="Differences">
      <div class="difference-heads" aria-hidden="true">
        <span>{before.label}</span>
        <span>{after.label}</span>
      </div>
      <div ref={place} />
    </section>
  );
}

/** The text of a document: written, checked while it is written, then looked at as a difference and applied. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { api, messageOf } from '../../api/client.ts';
import { FileButton } from '../../application/file-button.tsx';
import { toastError } from '../../application/toasts.tsx';
import { stateOf } from '../../application/trial.ts';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/dialog.tsx';
import { formatTime } from '../../design/format.ts';
import { PageHeader } from '../../design/page.tsx';
import { EmptyState, Loading, Notice } from '../../design/states.tsx';
import { CodeEditor, type EditorHandle } from './code-editor.tsx';
import { DocumentTabs } from './document-tabs.tsx';
import { checkText, type EditedDocument, type Report } from './documents.ts';
import { changeText, type Draft, draftOf, isChanged, openDraft, restartDraft, settleDraft } from './drafts.ts';
import { NewerRevision } from './newer-revision.tsx';
import { ProblemList } from './problem-list.tsx';
import { Review } from './review.tsx';
import { TrialPanel } from './trial-panel.tsx';

/** Of a text: a request has room for it. */
const LARGEST_FILE = 512 * 1024;

export function EditorPage({ document }: { readonly document: EditedDocument }) {
  const [failure, setFailure] = useState<string>();
  // Who goes back to an older text sees the difference first, and applies it there.
  const [reviewing, setReviewing] = useState(() => new URLSearchParams(location.search).has('review'));
  // While it is being started the review stays: what goes wrong is told there.
  const [applying, setApplying] = useState(false);
  const draft = draftOf(document).value;
  const open = (): void => {
    setFailure(undefined);
    openDraft(document).catch((error: unknown) => setFailure(messageOf(error)));
  };
  useEffect(open, [document]);
  const state = stateOf(document.id);
  const settled = state?.trial === null;
  // A trial is over: what was kept is the new beginning, what was taken back can be mended.
  useEffect(() => {
    if (settled) settleDraft(document).catch(toastError);
  }, [settled, state?.confirmed]);
  if (failure !== undefined) {
    return (
      <EmptyState title="The text could not be read" action={<Button onClick={open}>Try again</Button>}>
        {failure}
      </EmptyState>
    );
  }
  if (draft === undefined || state === undefined) return <Loading what="the text" />;
  if (state.trial !== null && !applying) {
    return <TrialPanel document={document} state={state} trial={state.trial} />;
  }
  // Another text may have come into force: then the difference to that one comes first.
  if (applying || (reviewing && isChanged(draft) && draft.base.number === state.confirmed)) {
    const applied = (): void => {
      setApplying(false);
      setReviewing(false);
    };
    return (
      <Review
        document={document}
        draft={draft}
        applying={applying}
        onApplying={setApplying}
        onApplied={applied}
        onBack={() => setReviewing(false)}
      />
    );
  }
  return <Writing document={document} draft={draft} confirmed={state.confirmed} onReview={() => setReviewing(true)} />;
}

interface WritingProperties {
  readonly document: EditedDocument;
  readonly draft: Draft;
  /** What is in force by now: another admin may have applied something. */
  readonly confirmed: number;
  readonly onReview: () => void;
}

function Writing({ confirmed, document, draft, onReview }: WritingProperties) {
  const editor = useRef<EditorHandle>(null);
  const [report, setReport] = useState<Report>();
  const [discarding, setDiscarding] = useState(false);
  const changed = isChanged(draft);
  const outdated = changed && confirmed !== draft.base.number;
  const errors = report?.verdict === 'invalid';

  const format = (): void => {
    const { text } = draftOf(document).value ?? draft;
    api
      .post<{ readonly text: string }>(`${document.base}/format`, { text })
      .then((answer) => editor.current?.setText(answer.text))
      .catch(toastError);
  };
  /** In place of all that stands there; Ctrl+Z takes it back. */
  const openFile = async (file: File): Promise<void> => {
    if (file.size > LARGEST_FILE) throw new Error(`${file.name} is larger than a text may be (512 KB).`);
    const text = await file.text();
    if (text.includes('\0')) throw new Error(`${file.name} is no text.`);
    editor.current?.setText(text);
  };
  const discard = async (): Promise<void> => {
    editor.current?.setText((await restartDraft(document)).text);
  };

  return (
    <div class="stack">
      <PageHeader
        title={document.title}
        about={document.about}
        actions={
          <>
            <Button onClick={format} title="Blanks only: words, comments and order stay (Shift+Alt+F)">
              Format
            </Button>
            <FileButton label={`File with a ${document.fileName}`} onFile={openFile}>
              Open a file
            </FileButton>
            <Button disabled={!changed} onClick={() => setDiscarding(true)}>
              Discard changes
            </Button>
            <Button primary disabled={!changed || errors || outdated} onClick={onReview}>
              Review and apply
            </Button>
          </>
        }
      />
      <DocumentTabs />
      {draft.keptMs !== undefined && changed && (
        <Notice tone="information">
          This is what you wrote until {formatTime(draft.keptMs)} and did not apply. Nobody else sees it.
        </Notice>
      )}
      {outdated && <NewerRevision document={document} draft={draft} confirmed={confirmed} />}
      <CodeEditor
        document={document}
        text={draft.text}
        handle={editor}
        onChange={(text) => changeText(document, text)}
        onReport={setReport}
        onFormat={format}
        check={(text) => checkText(document, text, draft.files)}
      />
      <p class="muted small">
        Ctrl+Space completes, F12 or Ctrl+click goes to a definition, Shift+Alt+F formats, F8 goes to the next problem.
        Ctrl+F searches. Escape, then Tab leaves the text.
      </p>
      <ProblemList report={report} onGoTo={(one) => editor.current?.goTo(one)} />
      {discarding && (
        <ConfirmDialog
          title="Discard what you wrote?"
          deed="Discard"
          danger
          onClose={() => setDiscarding(false)}
          onConfirm={discard}
        >
          <p>The text goes back to the one in force. What you wrote since is gone.</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

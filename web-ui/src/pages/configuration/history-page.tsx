/** Every text that was applied: who, when, why, what changed; compare any two, go back, take all away, bring in. */

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import type { DocumentFile, RevisionView } from '../../../../src/admin/answers/revisions.ts';
import { api, messageOf } from '../../api/client.ts';
import { toastError } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/dialog.tsx';
import { SelectField } from '../../design/field.tsx';
import { formatTime } from '../../design/format.ts';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Badge, Loading, Notice, type Tone } from '../../design/states.tsx';
import { type Column, Table } from '../../design/table.tsx';
import { DocumentTabs } from './document-tabs.tsx';
import type { EditedDocument } from './documents.ts';
import { hasDraft, proposeText } from './drafts.ts';
import { ImportButton } from './import-button.tsx';
import { SideBySide } from './review.tsx';

const OUTCOMES: Readonly<Record<RevisionView['outcome'], readonly [word: string, tone: Tone]>> = {
  confirmed: ['in force', 'good'],
  trial: ['on trial', 'warning'],
  past: ['past', 'neutral'],
};

export function HistoryPage({ document }: { readonly document: EditedDocument }) {
  const [revisions, setRevisions] = useState<readonly RevisionView[]>();
  const [failure, setFailure] = useState<string>();
  const [pair, setPair] = useState<readonly [older: number, younger: number]>();
  const load = (): Promise<void> =>
    api.get<readonly RevisionView[]>(`${document.base}/revisions`).then(setRevisions, (error: unknown) => {
      setFailure(messageOf(error));
    });
  useEffect(() => void load(), [document]);
  return (
    <div class="stack">
      <PageHeader
        title={`History: ${document.fileName}`}
        about="Every text that was applied. Going back shows the difference first, and runs on trial like any other."
        actions={
          <>
            <a class="button" href={`${document.base}/export`} download>
              Export all
            </a>
            <ImportButton document={document} onDone={load} />
          </>
        }
      />
      <DocumentTabs past />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {revisions === undefined && failure === undefined && <Loading what="the history" />}
      {revisions !== undefined && (
        <Panel>
          <Revisions document={document} revisions={revisions} onCompare={setPair} />
        </Panel>
      )}
      {revisions !== undefined && revisions.length > 1 && (
        <Comparison document={document} revisions={revisions} pair={pair} onPair={setPair} />
      )}
    </div>
  );
}

interface RevisionsProperties {
  readonly document: EditedDocument;
  readonly revisions: readonly RevisionView[];
  readonly onCompare: (pair: readonly [number, number]) => void;
}

function Revisions({ document, onCompare, revisions }: RevisionsProperties) {
  const [, navigate] = useLocation();
  const [asked, setAsked] = useState<RevisionView>();
  const goBack = async ({ number }: RevisionView): Promise<void> => {
    const path = `${document.base}/revisions/${number}`;
    const { files, text } = await api.get<{ readonly text: string; readonly files: readonly DocumentFile[] }>(path);
    await proposeText(document, { text, files, note: `Back to revision ${number}` });
    navigate(`${document.path}?review`);
  };
  const columns: readonly Column<RevisionView>[] = [
    { id: 'number', head: 'Revision', number: true, cell: (one) => one.number, by: (one) => one.number },
    { id: 'time', head: 'Applied', cell: (one) => formatTime(one.timeMs), by: (one) => one.timeMs },
    { id: 'author', head: 'By', cell: (one) => one.author, by: (one) => one.author },
    { id: 'note', head: 'Note', cell: (one) => <span class="wrapped">{one.note}</span> },
    {
      id: 'outcome',
      head: 'State',
      cell: ({ outcome }) => <Badge tone={OUTCOMES[outcome][1]}>{OUTCOMES[outcome][0]}</Badge>,
    },
    {
      id: 'deeds',
      head: 'What can be done',
      hidden: true,
      cell: (one) => (
        <span class="row">
          {revisions.some(({ number }) => number === one.parent) && (
            <Button
              small
              quiet
              label={`Changes of revision ${one.number}`}
              onClick={() => onCompare([one.parent, one.number])}
            >
              Changes
            </Button>
          )}
          {one.outcome === 'past' && (
            <Button
              small
              quiet
              label={`Go back to it: revision ${one.number}`}
              onClick={() => (hasDraft(document) ? setAsked(one) : goBack(one).catch(toastError))}
            >
              Go back to it
            </Button>
          )}
          <a class="button small quiet" href={`${document.base}/revisions/${one.number}/file`} download>
            Save<span class="hidden-label"> revision {one.number}</span>
          </a>
        </span>
      ),
    },
  ];
  return (
    <>
      <Table
        label="Revisions"
        columns={columns}
        rows={revisions}
        keyOf={(one) => one.number}
        empty="Nothing was applied yet."
      />
      {asked !== undefined && (
        <ConfirmDialog
          title="Replace what you wrote?"
          deed={`Take revision ${asked.number}`}
          danger
          onClose={() => setAsked(undefined)}
          onConfirm={() => goBack(asked)}
        >
          <p>You changed the text in the editor and did not apply it. The older text takes its place.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

interface ComparisonProperties {
  readonly document: EditedDocument;
  readonly revisions: readonly RevisionView[];
  readonly pair: readonly [number, number] | undefined;
  readonly onPair: (pair: readonly [number, number]) => void;
}

function Comparison({ document, onPair, pair, revisions }: ComparisonProperties) {
  const [texts, setTexts] = useState<{ readonly before: string; readonly after: string }>();
  const [one, other] = pair ?? [revisions[1]?.number ?? 0, revisions[0]?.number ?? 0];
  useEffect(() => {
    let gone = false;
    setTexts(undefined);
    api
      .get<{ readonly before: string; readonly after: string }>(`${document.base}/revisions/${one}/compare/${other}`)
      .then((answer) => gone || setTexts(answer))
      .catch(toastError);
    return () => {
      gone = true;
    };
  }, [document, one, other]);
  const choices = revisions.map(({ note, number }) => ({
    value: String(number),
    label: `${number} ${note}`.slice(0, 60),
  }));
  return (
    <Panel title="Compare">
      <div class="stack">
        <div class="columns">
          <SelectField
            label="Left"
            value={String(one)}
            onChange={(value) => onPair([Number(value), other])}
            choices={choices}
          />
          <SelectField
            label="Right"
            value={String(other)}
            onChange={(value) => onPair([one, Number(value)])}
            choices={choices}
          />
        </div>
        {texts?.before === texts?.after && texts !== undefined && <p>Both say the same.</p>}
        {texts !== undefined && (
          <SideBySide
            document={document}
            before={{ text: texts.before, label: `Revision ${one}` }}
            after={{ text: texts.after, label: `Revision ${other}` }}
          />
        )}
      </div>
    </Panel>
  );
}

/** One template: its questions, then what the answers make, with a reason for every line, to be put into the text. */

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { messageOf } from '../../api/client.ts';
import { QuestionField } from '../../application/templates/question-field.tsx';
import {
  type Answers,
  answerErrors,
  initialAnswers,
  loadTemplates,
  type Template,
  type WrittenTemplate,
  writeTemplate,
} from '../../application/templates/template.ts';
import { Button } from '../../design/button.tsx';
import { ManualLink, PageHeader, Panel } from '../../design/page.tsx';
import { EmptyState, Loading, Notice } from '../../design/states.tsx';
import { CONFIGURATION, KEEPALIVED } from './documents.ts';
import { openDraft } from './drafts.ts';
import { Result } from './template-result.tsx';

export function TemplatePage({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const [templates, setTemplates] = useState<readonly Template[]>();
  const [failure, setFailure] = useState<string>();
  const [, navigate] = useLocation();
  useEffect(() => {
    loadTemplates().then(setTemplates, (error: unknown) => setFailure(messageOf(error)));
  }, []);
  if (failure !== undefined) return <Notice tone="bad">{failure}</Notice>;
  if (templates === undefined) return <Loading what="the template" />;
  const template = templates.find((one) => one.id === params['id']);
  if (template === undefined) {
    return (
      <EmptyState
        title="There is no such template"
        action={<Button onClick={() => navigate('/configuration/templates')}>All templates</Button>}
      />
    );
  }
  return <Form key={template.id} template={template} />;
}

function Form({ template }: { readonly template: Template }) {
  const [answers, setAnswers] = useState<Answers>(() => initialAnswers(template));
  const [mistakes, setMistakes] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [written, setWritten] = useState<WrittenTemplate>();

  const write = async (timeouts: 'add' | 'leave'): Promise<void> => {
    setBusy(true);
    setMistakes({});
    setFailure(undefined);
    try {
      const { text } = await openDraft(CONFIGURATION);
      const both = template.example.keepalived !== undefined;
      const keepalived = both ? (await openDraft(KEEPALIVED)).text : '';
      setWritten(await writeTemplate(template, answers, text, { keepalived, timeouts }));
    } catch (error) {
      setWritten(undefined);
      const told = answerErrors(error);
      if (told === undefined) setFailure(messageOf(error));
      else setMistakes(told);
    }
    setBusy(false);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    void write('leave');
  };
  const count = Object.keys(mistakes).length;

  return (
    <div class="stack">
      <PageHeader title={template.title} about={template.purpose} />
      <form class="panel stack" onSubmit={submit} noValidate>
        {template.questions.map((asked) => (
          <QuestionField
            key={asked.id}
            asked={asked}
            value={answers[asked.id] ?? ''}
            onInput={(value) => setAnswers({ ...answers, [asked.id]: value })}
            error={mistakes[asked.id]}
          />
        ))}
        {mistakes[''] !== undefined && <Notice tone="bad">{mistakes['']}</Notice>}
        {count > 0 && (
          <Notice tone="bad">{count === 1 ? 'One answer has' : `${count} answers have`} to be mended.</Notice>
        )}
        {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
        <div class="row">
          <Button primary={written === undefined} submit disabled={busy}>
            {busy ? 'Writing' : 'Write the text'}
          </Button>
        </div>
      </form>
      {written !== undefined && <Result template={template} written={written} onTimeouts={() => write('add')} />}
      {template.manual.length > 0 && (
        <Panel title="To read">
          <ul class="sentences">
            {template.manual.map((one) => (
              <li key={one.place}>
                {one.link === '' ? one.place : <ManualLink href={one.link} place={one.place} />}: {one.about}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

/** What a template wrote: every line with its reason, what was renamed, which files come with it. */

import { useLocation } from 'wouter-preact';
import { ExplainedText } from '../../application/templates/explained-text.tsx';
import type { Template, WrittenTemplate, WrittenText } from '../../application/templates/template.ts';
import { toast, toastError } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { Panel } from '../../design/page.tsx';
import { Notice } from '../../design/states.tsx';
import { CONFIGURATION, KEEPALIVED } from './documents.ts';
import { proposeText } from './drafts.ts';
import { ProblemList } from './problem-list.tsx';

interface ResultProperties {
  readonly template: Template;
  readonly written: WrittenTemplate;
  /** The existing defaults lack time-outs: put them into what is new. */
  readonly onTimeouts: () => void;
}

export function Result({ onTimeouts, template, written }: ResultProperties) {
  const [, navigate] = useLocation();
  const { configuration, files, keepalived, needs, offers, renamed, report } = written;
  const missing = offers.filter((one) => !one.added);
  const put = async (): Promise<void> => {
    const kept = files.map(({ path, text }) => ({ path, text }));
    await proposeText(CONFIGURATION, { text: configuration.text, files: kept, note: `Template: ${template.title}` });
    if (keepalived !== null) {
      await proposeText(KEEPALIVED, { text: keepalived.text, files: [], note: `Template: ${template.title}` });
      toast({ tone: 'neutral', text: 'The part for keepalived.conf waits in its own text: apply it as well.' });
    }
    navigate('/configuration');
  };
  return (
    <>
      <Explained title="The new part of your configuration" written={configuration} />
      {renamed.map(({ used, wanted }) => (
        <Notice key={used} tone="information">
          "{wanted}" is taken; the new one is called "{used}".
        </Notice>
      ))}
      {missing.length > 0 && (
        <Notice tone="warning">
          The defaults of your configuration lack time-outs that the new part needs; without them a silent connection
          may stay for ever.{' '}
          <Button small onClick={onTimeouts}>
            Add them to the new part
          </Button>
        </Notice>
      )}
      {files.map((file) => (
        <Panel key={file.path} title={<code>{file.path}</code>}>
          <p>{file.explanation}</p>
          <pre class="code">{file.text}</pre>
        </Panel>
      ))}
      {needs.map(({ path, what }) => (
        <Notice key={path} tone="warning">
          It needs the file <code>{path}</code>: {what}.
        </Notice>
      ))}
      {keepalived !== null && <Explained title="For keepalived.conf, on this unit" written={keepalived} />}
      <ProblemList report={report} />
      <div class="row">
        <Button primary onClick={() => put().catch(toastError)}>
          Put it into the text
        </Button>
        <span class="muted">Nothing is applied yet: you see the whole text next.</span>
      </div>
    </>
  );
}

function Explained({ title, written }: { readonly title: string; readonly written: WrittenText }) {
  const lineCount = (text: string): number => text.split('\n').length - 1;
  const firstLine = lineCount(written.text) - lineCount(written.inserted) + 1;
  return (
    <Panel title={title}>
      <ExplainedText text={written.inserted} firstLine={firstLine} lines={written.lines} />
    </Panel>
  );
}

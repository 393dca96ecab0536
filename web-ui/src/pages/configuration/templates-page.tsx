/** The catalogue: what can be written by answering questions, and what the proxy cannot run yet. */

import { useEffect, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { messageOf } from '../../api/client.ts';
import { loadTemplates, type Template } from '../../application/templates/template.ts';
import { PageHeader } from '../../design/page.tsx';
import { Badge, Loading, Notice } from '../../design/states.tsx';

export function TemplatesPage() {
  const [templates, setTemplates] = useState<readonly Template[]>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    loadTemplates().then(setTemplates, (error: unknown) => setFailure(messageOf(error)));
  }, []);
  return (
    <div class="stack">
      <PageHeader
        title="Templates"
        about="Answer a few questions; what you get is readable text at the end of your configuration, with a reason for every line. Nothing is applied before you have seen it."
      />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {templates === undefined && failure === undefined && <Loading what="the templates" />}
      <ul class="cards">
        {offeredFirst(templates ?? []).map((one) => (
          <li key={one.id} class="panel">
            <Card template={one} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function offeredFirst(templates: readonly Template[]): readonly Template[] {
  const offered = (one: Template): boolean => one.availability.kind === 'offered';
  return [...templates.filter(offered), ...templates.filter((one) => !offered(one))];
}

function Card({ template }: { readonly template: Template }) {
  const { availability, id, purpose, title } = template;
  return (
    <>
      <h2>{availability.kind === 'offered' ? <Link href={`/configuration/templates/${id}`}>{title}</Link> : title}</h2>
      <p>{purpose}</p>
      {availability.kind === 'not-yet' && (
        <p>
          <Badge tone="neutral">not yet</Badge> because this proxy does not do{' '}
          {availability.missing.map((word, index) => (
            <span key={word}>
              {index > 0 && ', '}
              <code>{word}</code>
            </span>
          ))}
        </p>
      )}
      {availability.kind === 'broken' && (
        <p>
          <Badge tone="bad">broken</Badge> {availability.messages.join('; ')}
        </p>
      )}
    </>
  );
}

/** The steps before the proof: kind, servers, address, and the text to read. */

import type { ComponentChildren } from 'preact';
import { ExplainedText } from '../../application/templates/explained-text.tsx';
import { QuestionField } from '../../application/templates/question-field.tsx';
import type { Answers, AskedQuestion, Template } from '../../application/templates/template.ts';
import { Button } from '../../design/button.tsx';
import { Icon } from '../../design/icon.tsx';
import { ManualLink, Panel } from '../../design/page.tsx';
import { Notice } from '../../design/states.tsx';
import { KINDS, type Kind } from './kinds.ts';
import type { Choice, Draft, UnitFacts } from './wizard-page.tsx';

/** Where a question is asked: servers second, all others with the address. */
export function stepOf({ question }: AskedQuestion): 'servers' | 'address' {
  return question.type === 'servers' || question.type === 'routes' ? 'servers' : 'address';
}

/** Asked openly: the address, and what has no answer of its own. The rest is in "more". */
function isPlain({ id, question }: AskedQuestion): boolean {
  return id === 'address' || id === 'port' || question.initially === undefined;
}

function choiceOf(kind: Kind, templates: readonly Template[]): Choice | undefined {
  for (const { id, note, speech } of kind.templates) {
    const template = templates.find((one) => one.id === id && one.availability.kind === 'offered');
    if (template !== undefined) return { kind, template, speech, note };
  }
  return undefined;
}

interface KindProperties {
  readonly templates: readonly Template[];
  readonly onChoose: (choice: Choice) => void;
}

export function KindStep({ onChoose, templates }: KindProperties) {
  return (
    <Panel title="What do you want to balance?">
      <div class="kinds">
        {KINDS.map((kind) => {
          const choice = choiceOf(kind, templates);
          return (
            <button
              key={kind.id}
              type="button"
              class="kind"
              disabled={choice === undefined}
              onClick={() => choice !== undefined && onChoose(choice)}
            >
              <span class="kind-title">
                <Icon name={kind.icon} /> {kind.title}
              </span>
              <span class="muted">{choice === undefined ? 'The proxy cannot do this yet.' : kind.about}</span>
            </button>
          );
        })}
      </div>
    </Panel>
  );
}

interface FormProperties {
  readonly choice: Choice;
  readonly answers: Answers;
  readonly errors: Readonly<Record<string, string>>;
  readonly onInput: (id: string, value: string) => void;
}

interface StepProperties extends FormProperties {
  readonly onBack: () => void;
  readonly onNext: () => void;
}

interface FormFrameProperties {
  readonly children: ComponentChildren;
  readonly next: string;
  readonly busy?: boolean;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

function FormFrame({ busy, children, next, onBack, onNext }: FormFrameProperties) {
  return (
    <form
      class="stack wizard-form"
      onSubmit={(event) => {
        event.preventDefault();
        onNext();
      }}
    >
      {children}
      <div class="row">
        <Button onClick={onBack}>Back</Button>
        <Button primary submit disabled={busy}>
          {next}
        </Button>
      </div>
    </form>
  );
}

export function ServersStep({ answers, choice, errors, onBack, onInput, onNext }: StepProperties) {
  const asked = choice.template.questions.filter((one) => stepOf(one) === 'servers');
  return (
    <Panel title="Where are the servers?">
      <FormFrame next="Next" onBack={onBack} onNext={onNext}>
        {choice.note !== undefined && <Notice tone="information">{choice.note}</Notice>}
        <p class="muted">{choice.template.purpose}</p>
        {asked.map((one) => (
          <QuestionField
            key={one.id}
            asked={one}
            value={answers[one.id] ?? ''}
            error={errors[one.id]}
            onInput={(value) => onInput(one.id, value)}
          />
        ))}
      </FormFrame>
    </Panel>
  );
}

function addressChoices(addresses: readonly string[]): readonly { readonly value: string; readonly label: string }[] {
  const words = (address: string): string => (/^(?:127\.|::1$)/.test(address) ? ' (this unit only, for trying)' : '');
  return [
    { value: '*', label: 'all addresses of this unit' },
    ...addresses.map((address) => ({ value: address, label: `${address}${words(address)}` })),
  ];
}

interface AddressProperties extends StepProperties {
  readonly facts: UnitFacts;
  readonly busy: boolean;
}

export function AddressStep({ answers, busy, choice, errors, facts, onBack, onInput, onNext }: AddressProperties) {
  const asked = choice.template.questions.filter((one) => stepOf(one) === 'address');
  const more = asked.filter((one) => !isPlain(one));
  const field = (one: AskedQuestion) => (
    <QuestionField
      key={one.id}
      asked={one}
      value={answers[one.id] ?? ''}
      error={errors[one.id]}
      choices={one.id === 'address' ? addressChoices(facts.addresses) : undefined}
      onInput={(value) => onInput(one.id, value)}
    />
  );
  return (
    <Panel title="Which address do clients use?">
      <FormFrame next={busy ? 'Writing' : 'Show me the configuration'} busy={busy} onBack={onBack} onNext={onNext}>
        {asked.filter(isPlain).map(field)}
        {facts.lowestPort > 1 && (
          <p class="muted small">
            This unit does not run as root: its proxy may listen on ports from {facts.lowestPort} on.
          </p>
        )}
        {more.length > 0 && (
          <details open={more.some(({ id }) => errors[id] !== undefined)}>
            <summary>More, with answers that usually fit</summary>
            <div class="stack">{more.map(field)}</div>
          </details>
        )}
      </FormFrame>
    </Panel>
  );
}

interface ReadProperties {
  readonly draft: Draft;
  readonly busy: boolean;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

export function ReadStep({ busy, draft, onBack, onNext }: ReadProperties) {
  const { configuration, needs, renamed } = draft.written;
  const inserted = configuration.inserted.replace(/^\n+/, '');
  const firstLine = configuration.text.slice(0, configuration.text.length - inserted.length).split('\n').length;
  return (
    <Panel title="This is what will be added">
      <div class="stack">
        <p class="muted">
          {draft.before.trim() === ''
            ? 'It is an ordinary HAProxy configuration; you can change every line of it later.'
            : 'It goes to the end of your configuration; what is there already is not touched.'}{' '}
          With each line stands why it is there.
        </p>
        {renamed.map(({ used, wanted }) => (
          <Notice key={used} tone="information">
            The name {wanted} is taken; this one is called {used}.
          </Notice>
        ))}
        {needs.map(({ path, what }) => (
          <Notice key={path} tone="warning">
            It needs the file <code>{path}</code>: {what}
          </Notice>
        ))}
        <ExplainedText text={inserted} firstLine={firstLine} lines={configuration.lines} />
        <p>
          <ManualLink href="https://docs.haproxy.org/2.6/configuration.html" place="the whole of it" />
        </p>
        <div class="row">
          <Button onClick={onBack}>Back</Button>
          <Button primary disabled={busy} onClick={onNext}>
            {busy ? 'Starting it' : 'Try it'}
          </Button>
          <span class="muted small">
            It runs on trial: unless you keep it in time, the configuration of now returns.
          </span>
        </div>
      </div>
    </Panel>
  );
}

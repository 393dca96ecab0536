/**
 * Three questions, a text with every line explained, and a proof:
 *
 *   what? -> where are the servers? -> which address do clients use? -> read it -> try it -> keep it
 */

import './wizard.css';
import { useEffect, useState } from 'preact/hooks';
import { api, messageOf } from '../../api/client.ts';
import {
  type Answers,
  answerErrors,
  initialAnswers,
  loadTemplates,
  type Template,
  type WrittenTemplate,
  writeTemplate,
} from '../../application/templates/template.ts';
import { refreshTrials, type Trial, trial } from '../../application/trial.ts';
import { PageHeader } from '../../design/page.tsx';
import { EmptyState, Loading, Notice } from '../../design/states.tsx';
import { allowedPort, type Kind, type Speech } from './kinds.ts';
import { ProofStep } from './proof-step.tsx';
import { AddressStep, KindStep, ReadStep, ServersStep, stepOf } from './steps.tsx';

export interface UnitFacts {
  readonly addresses: readonly string[];
  /** Ports below are for root only. */
  readonly lowestPort: number;
}

export interface Choice {
  readonly kind: Kind;
  readonly template: Template;
  readonly speech: Speech;
  readonly note: string | undefined;
}

export interface Draft {
  readonly written: WrittenTemplate;
  /** The revision it began with, and its text. */
  readonly parent: number;
  readonly before: string;
}

type Step = 'kind' | 'servers' | 'address' | 'read' | 'proof';
const STEPS: readonly { readonly id: Step; readonly label: string }[] = [
  { id: 'kind', label: 'What' },
  { id: 'servers', label: 'Servers' },
  { id: 'address', label: 'Address' },
  { id: 'read', label: 'Read it' },
  { id: 'proof', label: 'Try it' },
];

export function WizardPage() {
  const [loaded, setLoaded] = useState<{ readonly templates: readonly Template[]; readonly facts: UnitFacts }>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    Promise.all([loadTemplates(), api.get<UnitFacts>('/api/wizard')]).then(
      ([templates, facts]) => setLoaded({ templates, facts }),
      (error: unknown) => setFailure(messageOf(error)),
    );
  }, []);
  if (failure !== undefined) return <EmptyState title="The wizard cannot begin">{failure}</EmptyState>;
  if (loaded === undefined) return <Loading what="the templates" />;
  return <Wizard {...loaded} />;
}

function Wizard({ facts, templates }: { readonly templates: readonly Template[]; readonly facts: UnitFacts }) {
  const [step, setStep] = useState<Step>('kind');
  const [choice, setChoice] = useState<Choice>();
  const [answers, setAnswers] = useState<Answers>({});
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [draft, setDraft] = useState<Draft>();
  const [revision, setRevision] = useState(0);
  const [busy, setBusy] = useState(false);

  const choose = (chosen: Choice): void => {
    const initial = { ...initialAnswers(chosen.template), ...chosen.kind.answers };
    const port = Number(initial['port']);
    const ports: Answers = port > 0 ? { port: String(allowedPort(port, facts.lowestPort)) } : {};
    setChoice(chosen);
    setAnswers({ ...initial, ...ports });
    setErrors({});
    setStep('servers');
  };

  /** Lets the unit read the answers; what it refuses is shown at its question, on the step that asks it. */
  const write = async (): Promise<void> => {
    if (choice === undefined) return;
    setBusy(true);
    setErrors({});
    try {
      const now = await api.get<{ readonly number: number; readonly text: string }>('/api/configuration');
      const written = await writeTemplate(choice.template, answers, now.text);
      setDraft({ written, parent: now.number, before: now.text });
      setStep('read');
    } catch (error) {
      const found = answerErrors(error) ?? { '': messageOf(error) };
      setErrors(found);
      const wrong = choice.template.questions.filter(({ id }) => found[id] !== undefined);
      if (wrong.length > 0) setStep(wrong.some((asked) => stepOf(asked) === 'servers') ? 'servers' : 'address');
    } finally {
      setBusy(false);
    }
  };

  const apply = async (): Promise<void> => {
    if (choice === undefined || draft === undefined) return;
    setBusy(true);
    setErrors({});
    try {
      const { text } = draft.written.configuration;
      const note = `wizard: ${choice.template.title}`;
      const { revision } = await api.post<Trial>('/api/configuration/apply', { text, parent: draft.parent, note });
      await refreshTrials();
      setRevision(revision);
      setStep('proof');
    } catch (error) {
      setErrors({ '': messageOf(error) });
    } finally {
      setBusy(false);
    }
  };

  const field = (id: string, value: string): void => setAnswers({ ...answers, [id]: value });
  const form = { choice, answers, errors, onInput: field };
  return (
    <>
      <PageHeader
        title="Add a service"
        about="Three questions; then a configuration you can read, on trial, and a request that proves it."
      />
      <Progress step={step} />
      {errors[''] !== undefined && <Notice tone="bad">{errors['']}</Notice>}
      {step === 'kind' && trial.value !== undefined && (
        <Notice tone="warning">
          Another configuration is on trial: keep it or take it back first (above). Only one can be tried at a time.
        </Notice>
      )}
      {step === 'kind' && <KindStep templates={templates} onChoose={choose} />}
      {step === 'servers' && choice !== undefined && (
        <ServersStep {...form} choice={choice} onBack={() => setStep('kind')} onNext={() => setStep('address')} />
      )}
      {step === 'address' && choice !== undefined && (
        <AddressStep
          {...form}
          choice={choice}
          facts={facts}
          busy={busy}
          onBack={() => setStep('servers')}
          onNext={write}
        />
      )}
      {step === 'read' && draft !== undefined && (
        <ReadStep draft={draft} busy={busy} onBack={() => setStep('address')} onNext={apply} />
      )}
      {step === 'proof' && draft !== undefined && choice !== undefined && (
        <ProofStep
          draft={draft}
          revision={revision}
          speech={choice.speech}
          site={answers['site'] || 'localhost'}
          onAgain={() => setStep('address')}
          onAnother={() => setStep('kind')}
        />
      )}
    </>
  );
}

function Progress({ step }: { readonly step: Step }) {
  const at = STEPS.findIndex((one) => one.id === step);
  return (
    <ol class="progress" aria-label="Steps">
      {STEPS.map((one, index) => (
        <li
          key={one.id}
          class={index < at ? 'progress-done' : undefined}
          aria-current={index === at ? 'step' : undefined}
        >
          {one.label}
        </li>
      ))}
    </ol>
  );
}

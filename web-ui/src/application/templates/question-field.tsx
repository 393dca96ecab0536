/** One question of a template as a field of a form. */

import { SelectField, TextArea, TextField } from '../../design/field.tsx';
import { type AskedQuestion, isList } from './template.ts';

interface QuestionFieldProperties {
  readonly asked: AskedQuestion;
  readonly value: string;
  readonly error?: string;
  readonly onInput: (value: string) => void;
  /** For addresses: those to choose from, with words for each. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
}

export function QuestionField({ asked, choices, error, onInput, value }: QuestionFieldProperties) {
  const { mostCharacters, question } = asked;
  const { help, label } = question;
  const common = { label, value, error };
  if (question.type === 'choice') {
    return <SelectField {...common} help={help} choices={question.choices} onChange={onInput} />;
  }
  if (choices !== undefined) return <SelectField {...common} help={help} choices={choices} onChange={onInput} />;
  const { example } = question;
  if (isList(question)) {
    const lines = typeof example === 'object' ? example : [];
    return (
      <TextArea
        {...common}
        help={`${help} One a line.`}
        rows={Math.max(3, value.split('\n').length + 1)}
        placeholder={lines.join('\n')}
        onInput={onInput}
      />
    );
  }
  const unit = question.type === 'number' && question.unit !== '' ? ` (${question.unit})` : '';
  return (
    <TextField
      {...common}
      label={`${label}${unit}`}
      help={help}
      onInput={onInput}
      placeholder={String(example)}
      autoComplete="off"
      inputMode={question.type === 'number' || question.type === 'port' ? 'numeric' : 'text'}
      maxLength={mostCharacters}
      monospace
    />
  );
}

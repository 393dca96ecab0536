/** Fields of a form: a label above, help and error below, both told to screen readers. */

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProperties {
  readonly label: string;
  readonly help?: ComponentChildren;
  readonly error?: string;
}

interface TextFieldProperties extends FieldProperties {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'password' | 'number' | 'search';
  readonly name?: string;
  /** As browsers and password managers know it: `username`, `current-password`, `new-password`, `one-time-code`, `off`. */
  readonly autoComplete?: string;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly focus?: boolean;
  readonly monospace?: boolean;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly inputMode?: 'numeric' | 'text' | 'decimal';
}

interface Described {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
}

interface WrapperProperties extends FieldProperties {
  readonly children: (described: Described) => ComponentChildren;
}

/** Around an input of one's own. */
export function Field({ children, error, help, label }: WrapperProperties) {
  const id = useId();
  const describedBy = [help !== undefined && `${id}-help`, error !== undefined && `${id}-error`];
  const named = describedBy.filter((one) => typeof one === 'string').join(' ');
  return (
    <div class={error === undefined ? 'field' : 'field field-wrong'}>
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': named === '' ? undefined : named,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {help !== undefined && (
        <p class="field-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

export function TextField({ error, focus, help, label, monospace, onInput, type, ...input }: TextFieldProperties) {
  return (
    <Field label={label} help={help} error={error}>
      {(described) => (
        <input
          {...described}
          {...input}
          type={type ?? 'text'}
          class={monospace === true ? 'monospace' : undefined}
          ref={(element) => {
            if (focus === true && element !== null && !element.dataset['focused']) {
              element.dataset['focused'] = 'once';
              element.focus();
            }
          }}
          spellcheck={false}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface TextAreaProperties extends FieldProperties {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly rows?: number;
  readonly required?: boolean;
  readonly placeholder?: string;
}

export function TextArea({ error, help, label, onInput, ...area }: TextAreaProperties) {
  return (
    <Field label={label} help={help} error={error}>
      {(described) => (
        <textarea
          {...described}
          {...area}
          class="monospace"
          spellcheck={false}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface SelectProperties extends FieldProperties {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly disabled?: boolean;
}

export function SelectField({ choices, disabled, error, help, label, onChange, value }: SelectProperties) {
  return (
    <Field label={label} help={help} error={error}>
      {(described) => (
        <select
          {...described}
          value={value}
          disabled={disabled}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {choices.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckboxProperties {
  readonly label: ComponentChildren;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

export function Checkbox({ checked, disabled, label, onChange }: CheckboxProperties) {
  return (
    <label class="checkbox">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

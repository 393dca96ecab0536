import type { ComponentChildren } from 'preact';

interface ButtonProperties {
  readonly children: ComponentChildren;
  /** Not given for `type="submit"`. */
  readonly onClick?: (event: MouseEvent) => unknown;
  /** The one thing this page is for. */
  readonly primary?: boolean;
  /** What cannot be undone, or takes something out of service. */
  readonly danger?: boolean;
  /** Without a border: beside others, in tables. */
  readonly quiet?: boolean;
  readonly small?: boolean;
  readonly disabled?: boolean;
  readonly submit?: boolean;
  /** For screen readers, when what is shown is no word. */
  readonly label?: string;
  readonly title?: string;
  /** For one that switches something: is it on? */
  readonly pressed?: boolean;
}

export function Button(properties: ButtonProperties) {
  const { children, danger, disabled, label, onClick, pressed, primary, quiet, small, submit, title } = properties;
  const kinds = [primary && 'primary', danger && 'danger', quiet && 'quiet', small && 'small'];
  return (
    <button
      type={submit === true ? 'submit' : 'button'}
      class={['button', ...kinds.filter((one) => typeof one === 'string')].join(' ')}
      disabled={disabled}
      aria-label={label}
      aria-pressed={pressed}
      title={title ?? label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** What a page shows instead of its content, and notices within it. */

import type { ComponentChildren } from 'preact';

export type Tone = 'good' | 'warning' | 'bad' | 'neutral' | 'information';

export function Loading({ what }: { readonly what: string }) {
  return (
    <p class="loading" role="status">
      Loading {what}
    </p>
  );
}

interface EmptyProperties {
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly action?: ComponentChildren;
  /** Below a header that says which page this is. */
  readonly below?: boolean;
}

/** Nothing to show: why, and what to do about it. */
export function EmptyState({ action, below, children, title }: EmptyProperties) {
  return (
    <section class="empty">
      {below === true ? <h2>{title}</h2> : <h1>{title}</h1>}
      {children !== undefined && <p class="muted">{children}</p>}
      {action}
    </section>
  );
}

/** A message within a page; bad news is read out at once. */
export function Notice({ children, tone }: { readonly children: ComponentChildren; readonly tone: Tone }) {
  return (
    <div class={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

/** A state in a word; the colour repeats it, it never stands alone. */
export function Badge({
  children,
  title,
  tone,
}: {
  readonly children: ComponentChildren;
  readonly tone: Tone;
  readonly title?: string;
}) {
  return (
    <span class={`badge badge-${tone}`} title={title}>
      {children}
    </span>
  );
}

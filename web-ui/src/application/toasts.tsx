/** Short messages at the edge: what was done, with an undo where there is one. Read out by screen readers. */

import { signal } from '@preact/signals';
import { messageOf } from '../api/client.ts';
import { Button } from '../design/button.tsx';

export interface Toast {
  readonly tone: 'good' | 'bad' | 'neutral';
  readonly text: string;
  readonly undo?: () => Promise<void> | void;
}

const SHOWN_MS = 6_000;
/** With an undo, or bad news: time to read and to reach it. */
const SHOWN_LONGER_MS = 15_000;
const MOST = 4;

const shown = signal<readonly (Toast & { readonly id: number })[]>([]);
let lastId = 0;

export function toast(one: Toast): void {
  const id = ++lastId;
  shown.value = [...shown.value, { ...one, id }].slice(-MOST);
  setTimeout(() => dismiss(id), one.tone === 'bad' || one.undo !== undefined ? SHOWN_LONGER_MS : SHOWN_MS);
}

/** Tells what went wrong; for the end of an event handler. */
export function toastError(error: unknown): void {
  toast({ tone: 'bad', text: messageOf(error) });
}

function dismiss(id: number): void {
  shown.value = shown.value.filter((one) => one.id !== id);
}

async function undo(id: number, work: () => Promise<void> | void): Promise<void> {
  dismiss(id);
  try {
    await work();
  } catch (error) {
    toastError(error);
  }
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map((one) => (
        <div key={one.id} class={`toast toast-${one.tone}`}>
          <span>{one.text}</span>
          {one.undo !== undefined && (
            <Button small onClick={() => one.undo !== undefined && undo(one.id, one.undo)}>
              Undo
            </Button>
          )}
          <Button small quiet label="Dismiss" onClick={() => dismiss(one.id)}>
            &times;
          </Button>
        </div>
      ))}
    </div>
  );
}

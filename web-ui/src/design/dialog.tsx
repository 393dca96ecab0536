/** A question above the page. The browser keeps the focus inside and gives it back; Escape closes. */

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { Notice } from './states.tsx';

interface DialogProperties {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
  /** Buttons at its foot. */
  readonly actions?: ComponentChildren;
  readonly wide?: boolean;
}

/** Open as long as it is drawn. */
export function Dialog({ actions, children, onClose, title, wide }: DialogProperties) {
  const reference = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    reference.current?.showModal();
  }, []);
  return (
    <dialog
      ref={reference}
      class={wide === true ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header class="dialog-head">
        <h2 id={id}>{title}</h2>
        <Button quiet small label="Close" onClick={onClose}>
          &times;
        </Button>
      </header>
      <div class="dialog-body">{children}</div>
      {actions !== undefined && <footer class="dialog-foot">{actions}</footer>}
    </dialog>
  );
}

interface ConfirmProperties {
  readonly title: string;
  readonly children: ComponentChildren;
  /** On the button: the deed, not "OK". */
  readonly deed: string;
  readonly danger?: boolean;
  readonly onClose: () => void;
  /** What it throws is shown in the dialog, which stays. */
  readonly onConfirm: () => Promise<void>;
}

export function ConfirmDialog({ children, danger, deed, onClose, onConfirm, title }: ConfirmProperties) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button primary={danger !== true} danger={danger} disabled={busy} onClick={confirm}>
            {deed}
          </Button>
        </>
      }
    >
      {children}
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
    </Dialog>
  );
}

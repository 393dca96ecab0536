/** A button that takes a file of this computer. */

import { useRef } from 'preact/hooks';
import { Button } from '../design/button.tsx';
import { toastError } from './toasts.tsx';

interface Properties {
  readonly children: string;
  /** What the file should be: for those who cannot see the button beside it. */
  readonly label: string;
  /** As the browser's own dialog has it; undefined: any. */
  readonly accept?: string;
  /** What it throws is told. */
  readonly onFile: (file: File) => Promise<void>;
}

export function FileButton({ accept, children, label, onFile }: Properties) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button onClick={() => input.current?.click()}>{children}</Button>
      <input
        ref={input}
        type="file"
        class="hidden-input"
        aria-label={label}
        {...(accept === undefined ? {} : { accept })}
        tabIndex={-1}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file !== undefined) onFile(file).catch(toastError);
        }}
      />
    </>
  );
}

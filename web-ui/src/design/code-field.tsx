/** The six digits of an authenticator. It may show them in two groups, and the blank between them is not part of the code. */

import { TextField } from './field.tsx';

interface CodeFieldProperties {
  readonly code: string;
  readonly onCode: (code: string) => void;
  readonly focus?: boolean;
}

export function CodeField({ code, focus, onCode }: CodeFieldProperties) {
  return (
    <TextField
      label="One-time password"
      help="The six digits your authenticator shows now."
      value={code}
      onInput={(typed) => onCode(typed.replaceAll(/\s/g, ''))}
      autoComplete="one-time-code"
      inputMode="numeric"
      maxLength={7}
      required
      monospace
      focus={focus}
    />
  );
}

import { TextField } from '../../design/field.tsx';

export function CodeField({ code, onCode }: { readonly code: string; readonly onCode: (code: string) => void }) {
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
    />
  );
}

/** Replacements with back references, as HAProxy writes them (manual 4.2, `http-request replace-header`). */

const ZERO = 48;
const LOWER_X = 120;

/** The value of a hexadecimal digit as HAProxy reads it, which does not ask whether it is one. */
function hexadecimal(code: number): number {
  const upper = code >= 97 && code <= 122 ? code - 32 : code;
  const digit = upper - ZERO;
  return (digit > 9 ? digit - 7 : digit) & 0xff;
}

/**
 * Expands `\0` to `\9` to what the groups matched (nothing for one that did not take part), `\xHH` to that byte, and a
 * backslash before anything else to just that. Returns null when it ends within an escape or exceeds `limit` bytes.
 */
export function expandReplacement(text: string, match: readonly (string | undefined)[], limit: number): string | null {
  let result = '';
  let at = 0;
  for (;;) {
    const slash = text.indexOf('\\', at);
    if (slash < 0) break;
    result += text.slice(at, slash);
    const code = text.charCodeAt(slash + 1);
    if (Number.isNaN(code)) return null;
    at = slash + 2;
    if (code >= ZERO && code <= ZERO + 9) result += match[code - ZERO] ?? '';
    else if (code === LOWER_X) {
      if (slash + 4 > text.length) return null;
      const value = (hexadecimal(text.charCodeAt(at)) << 4) + hexadecimal(text.charCodeAt(at + 1));
      result += String.fromCharCode(value & 0xff);
      at += 2;
    } else result += String.fromCharCode(code);
  }
  result += text.slice(at);
  return result.length < limit ? result : null;
}

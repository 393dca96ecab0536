/** Request methods as small numbers (RFC 9110 section 9); what is none of these is `METHOD_OTHER`. */

export const METHOD_OTHER = 0;
export const METHOD_GET = 1;
export const METHOD_HEAD = 2;
export const METHOD_POST = 3;
export const METHOD_PUT = 4;
export const METHOD_DELETE = 5;
export const METHOD_OPTIONS = 6;
export const METHOD_CONNECT = 7;
export const METHOD_TRACE = 8;
export const METHOD_PATCH = 9;

/** Names by number; `METHOD_OTHER` has none. */
export const METHOD_NAMES: readonly string[] = [
  '',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'PATCH',
];

const G = 71;
const E = 69;
const T = 84;

/** Number of the method in `bytes[start,end)`; methods are case-sensitive. */
export function methodNumber(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 3 && bytes[start] === G && bytes[start + 1] === E && bytes[start + 2] === T) return METHOD_GET;
  for (let number = METHOD_HEAD; number < METHOD_NAMES.length; number++) {
    const name = METHOD_NAMES[number] as string;
    if (name.length !== length) continue;
    let i = 0;
    while (i < length && bytes[start + i] === name.charCodeAt(i)) i++;
    if (i === length) return number;
  }
  return METHOD_OTHER;
}

/**
 * Classes of bytes in HTTP/1 messages (RFC 9110 section 5.6.2), as tables: one lookup is cheaper than comparisons.
 */

export const HT = 9;
export const LF = 10;
export const CR = 13;
export const SP = 32;
export const COMMA = 44;
export const SLASH = 47;
export const COLON = 58;

/** A token character's lower-case form; 0 for what may not stand in a token. */
export const TOKEN_LOWER = new Uint8Array(256);

/** Lower-case form of an ASCII letter, any other byte unchanged. */
export const LOWER = new Uint8Array(256);

/** 1 for what HAProxy allows in a protocol version: upper-case letters, digits, `.` and `/`. */
export const VERSION_CHAR = new Uint8Array(256);

/** 1 for the printable ASCII that a request target may hold: 33 to 126 but `#` (a fragment is never sent). */
export const TARGET_CHAR = new Uint8Array(256);

const TOKEN_MARKS = "!#$%&'*+-.^_`|~";

for (let byte = 0; byte < 256; byte++) {
  const letter = String.fromCharCode(byte);
  const upper = byte >= 65 && byte <= 90;
  const lower = byte >= 97 && byte <= 122;
  const digit = byte >= 48 && byte <= 57;
  LOWER[byte] = upper ? byte + 32 : byte;
  TOKEN_LOWER[byte] = upper ? byte + 32 : lower || digit || TOKEN_MARKS.includes(letter) ? byte : 0;
  VERSION_CHAR[byte] = upper || digit || letter === '.' || letter === '/' ? 1 : 0;
  TARGET_CHAR[byte] = byte > 32 && byte < 127 && letter !== '#' ? 1 : 0;
}

/** Space, tab, CR or LF (HAProxy's LWS). */
export function isBlank(byte: number): boolean {
  return byte === SP || byte === HT || byte === CR || byte === LF;
}

/** Whether `HTTP/1.` stands at `at`; there must be as many bytes. */
export function isHttp1(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 72 &&
    bytes[at + 1] === 84 &&
    bytes[at + 2] === 84 &&
    bytes[at + 3] === 80 &&
    bytes[at + 4] === 47 &&
    bytes[at + 5] === 49 &&
    bytes[at + 6] === 46
  );
}

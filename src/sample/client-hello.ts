/**
 * The first bytes of a TLS conversation (RFC 8446 section 4.1.2, RFC 6066), read without decrypting anything: what kind of
 * message it is, which version, and the extensions of a ClientHello. Bytes come from strangers: nothing outside
 * `bytes[start,end)` is read, whatever the lengths in them say.
 */

/** What is not there yet, and what never will be. */
export const TOO_SHORT = -2;
export const ABSENT = -1;

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
const RECORD_HEADER = 5;
const MESSAGE_HEADER = 4;
/** Version and random bytes. */
const FIXED_PART = 34;
const LONGEST_SESSION_ID = 32;
/** The shortest hello that has an extension, and the record around it. */
const LEAST_HELLO = 2 + 32 + 1 + 2 + 2 + 1 + 1 + 2 + 2;
const LEAST_RECORD = 1 + 3 + LEAST_HELLO;
/** A record may hold so much more than its plain text. */
const LONGEST_RECORD = (1 << 14) + 2048;

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function uint24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 16) | uint16(bytes, at + 1);
}

/** Where the last extension list found ends. */
let listEnd = 0;

/** Where the extensions of a ClientHello begin (they end at `listEnd`), TOO_SHORT or ABSENT. */
function findExtensions(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 1) return TOO_SHORT;
  if (bytes[start] !== HANDSHAKE) return ABSENT;
  if (length < 3) return TOO_SHORT;
  if ((bytes[start + 1] as number) < 3) return ABSENT;
  if (length < RECORD_HEADER) return TOO_SHORT;
  if (uint16(bytes, start + 3) < LEAST_RECORD) return ABSENT;
  const message = start + RECORD_HEADER;
  if (message >= end) return TOO_SHORT;
  if (bytes[message] !== CLIENT_HELLO) return ABSENT;
  if (end - message < MESSAGE_HEADER) return TOO_SHORT;
  const size = uint24(bytes, message + 1);
  if (size < LEAST_HELLO) return ABSENT;
  const hello = message + MESSAGE_HEADER;
  if (end - hello < size) return TOO_SHORT;
  return skipToExtensions(bytes, hello, hello + size);
}

/** Within a hello that is all there: past session, ciphers and compression. */
function skipToExtensions(bytes: Uint8Array, hello: number, end: number): number {
  if ((bytes[hello] as number) < 3 || (bytes[hello + 1] as number) < 1) return ABSENT;
  let at = hello + FIXED_PART;
  const session = bytes[at] as number;
  if (session > LONGEST_SESSION_ID || at + 1 + session > end) return ABSENT;
  at += 1 + session;
  if (end - at < 4) return ABSENT;
  const ciphers = uint16(bytes, at);
  if (ciphers < 2 || ciphers > end - at) return ABSENT;
  at += 2 + ciphers;
  if (end - at < 2) return ABSENT;
  const methods = bytes[at] as number;
  if (methods < 1 || methods > end - at) return ABSENT;
  at += 1 + methods;
  if (end - at < 2) return ABSENT;
  const list = uint16(bytes, at);
  if (list > end - at - 2) return ABSENT;
  listEnd = at + 2 + list;
  return at + 2;
}

/** Where the extension of that type begins (its header), TOO_SHORT or ABSENT. Its data lie within the bytes. */
export function findExtension(bytes: Uint8Array, start: number, end: number, type: number): number {
  let at = findExtensions(bytes, start, end);
  if (at < 0) return at;
  while (listEnd - at >= 4) {
    const length = uint16(bytes, at + 2);
    if (length > listEnd - at - 4) return ABSENT;
    if (uint16(bytes, at) === type) return at;
    at += 4 + length;
  }
  return ABSENT;
}

/** Whether all extensions are there and none is of the type: what `findExtension` calls ABSENT may also be no hello. */
export function lacksExtension(bytes: Uint8Array, start: number, end: number, type: number): boolean {
  let at = findExtensions(bytes, start, end);
  if (at < 0) return false;
  while (listEnd - at >= 4) {
    const length = uint16(bytes, at + 2);
    if (length > listEnd - at - 4 || uint16(bytes, at) === type) return false;
    at += 4 + length;
  }
  return true;
}

/** Length of an extension's data, its header standing at `at`. */
export function extensionLength(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at + 2);
}

const SERVER_NAME = 0;

/** Where the first host name of the SNI extension begins, TOO_SHORT or ABSENT; its length stands in the two bytes before. */
export function findServerName(bytes: Uint8Array, start: number, end: number): number {
  const at = findExtension(bytes, start, end, SERVER_NAME);
  if (at < 0) return at;
  const data = at + 4;
  const dataEnd = data + extensionLength(bytes, at);
  if (dataEnd - data < 2) return ABSENT;
  const names = uint16(bytes, data);
  // Type and length of a name, and at least one more byte.
  if (names < 4 || names > listEnd - data - 2) return ABSENT;
  if (bytes[data + 2] !== 0) return ABSENT;
  const name = data + 5;
  return name + uint16(bytes, data + 3) <= listEnd ? name : ABSENT;
}

/** The type of a handshake message that is all there, TOO_SHORT or ABSENT. */
export function handshakeType(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 1) return TOO_SHORT;
  if (!isRecordType(bytes[start] as number)) return ABSENT;
  if (length < 9) return TOO_SHORT;
  if ((bytes[start + 1] as number) < 3 || uint16(bytes, start + 3) < 4) return ABSENT;
  if (length < 9 + uint24(bytes, start + 6)) return TOO_SHORT;
  return bytes[start + 5] as number;
}

function isRecordType(byte: number): boolean {
  return (byte >= 0x14 && byte <= 0x17) || byte === 0xff;
}

/**
 * The protocol version, major in the upper 16 bits: that of the hello in a TLS record, or of an SSLv2 hello. TOO_SHORT or
 * ABSENT otherwise. `limit`: bytes that can be received at most, a longer message counts as whole then.
 */
export function protocolVersion(bytes: Uint8Array, start: number, end: number, limit: number): number {
  if (start >= end) return TOO_SHORT;
  if (!isRecordType(bytes[start] as number)) return oldVersion(bytes, start, end, limit);
  if (end - start < 11) return TOO_SHORT;
  if ((bytes[start + 1] as number) < 3) return ABSENT;
  const length = uint16(bytes, start + 3);
  if (length < 6 || length > LONGEST_RECORD) return ABSENT;
  if (end - start - RECORD_HEADER < Math.min(length, limit)) return TOO_SHORT;
  return ((bytes[start + 9] as number) << 16) + (bytes[start + 10] as number);
}

/** An SSLv2 hello: 15 bits of length, or 14 and padding; then type, version, three lengths. */
function oldVersion(bytes: Uint8Array, start: number, end: number, limit: number): number {
  const short = ((bytes[start] as number) & 0x80) !== 0;
  const header = short ? 2 : 3;
  if (end - start < header + 1) return TOO_SHORT;
  const length = (((bytes[start] as number) & (short ? 0x7f : 0x3f)) << 8) | (bytes[start + 1] as number);
  const padding = short ? 0 : (bytes[start + 2] as number);
  if (bytes[start + header] !== CLIENT_HELLO) return ABSENT;
  const at = start + header + 1;
  if (end - at < 8) return TOO_SHORT;
  const ciphers = uint16(bytes, at + 2);
  const session = uint16(bytes, at + 4);
  const challenge = uint16(bytes, at + 6);
  if (ciphers % 3 !== 0 || (session !== 0 && session !== 16) || challenge < 16 || challenge > 32) return ABSENT;
  if (length !== 9 + ciphers + session + challenge) return ABSENT;
  if (end - at - 8 < Math.min(ciphers + session + challenge + padding, limit)) return TOO_SHORT;
  return ((bytes[at] as number) << 16) + (bytes[at + 1] as number);
}

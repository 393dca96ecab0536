/** Text of bytes, one character a byte: header text has no other encoding (RFC 9110 section 5.5). */

/** Node's Buffer has this method, its types do not; `toString` would spend as much again on reading its arguments. */
interface Latin1Source {
  latin1Slice(start: number, end: number): string;
}

export function latin1Text(bytes: Buffer, start: number, end: number): string {
  return (bytes as unknown as Latin1Source).latin1Slice(start, end);
}

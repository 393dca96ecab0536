/** A header line prepared once and appended to many messages, e.g. a client's X-Forwarded-For on its connection. */
import { areaOf, type ByteArea } from './copy-bytes.ts';
import { hashName } from './header-hash.ts';

/** The bytes are `Name: value` with its CRLF. */
export interface HeaderLine extends ByteArea {
  readonly nameLength: number;
  readonly hash: number;
}

export function headerLine(name: string, value: string): HeaderLine {
  const { bytes, view } = areaOf(Buffer.from(`${name}: ${value}\r\n`, 'latin1'));
  return { bytes, view, nameLength: name.length, hash: hashName(name) };
}

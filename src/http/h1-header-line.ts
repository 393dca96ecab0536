/** A header line prepared once and appended to many messages, e.g. a client's X-Forwarded-For on its connection. */
import { hashName } from './header-hash.ts';

export interface HeaderLine {
  /** `Name: value` with its CRLF. */
  readonly bytes: Buffer;
  readonly nameLength: number;
  readonly hash: number;
}

export function headerLine(name: string, value: string): HeaderLine {
  return { bytes: Buffer.from(`${name}: ${value}\r\n`, 'latin1'), nameLength: name.length, hash: hashName(name) };
}

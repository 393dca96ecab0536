/**
 * Public keys that arguments name by file: read while the configuration is parsed, for there are no files later. Whoever
 * parses an expression need not know that some of its converters have files.
 */
import { createPublicKey } from 'node:crypto';
import type { ParserPorts } from './statement.ts';

let readFile: ParserPorts['readFile'] | undefined;

/** From now on key files are read by this. */
export function useKeyFiles(read: ParserPorts['readFile']): void {
  readFile = read;
}

/** The public key in a PEM file, as text; undefined when there is no such file, or no such key in it. */
export function readPublicKey(path: string): string | undefined {
  const file = readFile?.(path);
  if (file === undefined || 'error' in file) return undefined;
  const text = Buffer.from(file.bytes).toString('latin1');
  const key = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/.exec(text)?.[0];
  try {
    if (key !== undefined) createPublicKey(key);
    return key;
  } catch {
    // Not said, as HAProxy does not: tokens are then told to have an unknown key.
    return undefined;
  }
}

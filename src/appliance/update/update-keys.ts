/** Whose updates are taken: the public keys that came with the running version. */

import { createPublicKey, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param directory of *.pem files, Ed25519; one that is no such key is told and passed over */
export function readUpdateKeys(directory: string, tell: (text: string) => void): readonly KeyObject[] {
  let names: readonly string[];
  try {
    names = readdirSync(directory).filter((name) => name.endsWith('.pem'));
  } catch (error) {
    tell(`no keys for updates: ${(error as Error).message}`);
    return [];
  }
  return names.flatMap((name) => {
    try {
      const key = createPublicKey(readFileSync(join(directory, name)));
      if (key.asymmetricKeyType === 'ed25519') return [key];
      tell(`${name}: a key of type ${key.asymmetricKeyType}, updates are signed with Ed25519`);
    } catch (error) {
      tell(`${name}: ${(error as Error).message}`);
    }
    return [];
  });
}

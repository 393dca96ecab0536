/**
 * A cookie for browsers that logged in before: it opens nothing, but its bearer waits at a turnstile of its own, so that
 * strangers who guess from the same address cannot keep the owner waiting (OWASP, "device cookies").
 */

import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writeAtomically } from '../../sys/atomic-file.ts';
import { newIdentifier, sameSecret } from './secrets.ts';

const KEY_BYTES = 32;

export class KnownBrowsers {
  readonly #key: Buffer;

  constructor(directory: string) {
    const path = join(directory, 'browsers.key');
    const kept = readIfThere(path);
    // A damaged key makes known browsers strangers again, no more.
    this.#key = kept?.length === KEY_BYTES ? kept : randomBytes(KEY_BYTES);
    if (kept?.length !== KEY_BYTES) writeAtomically(path, this.#key);
  }

  issue(user: string): string {
    const id = newIdentifier();
    return `${id}.${this.#mark(id, user)}`;
  }

  /** The browser's identifier if it logged in as this user before. */
  recognise(cookie: string | undefined, user: string): string | undefined {
    const [id = '', mark = ''] = (cookie ?? '').split('.');
    return id !== '' && sameSecret(mark, this.#mark(id, user)) ? id : undefined;
  }

  #mark(id: string, user: string): string {
    return createHmac('sha256', this.#key).update(`${id}\n${user}`).digest('base64url');
  }
}

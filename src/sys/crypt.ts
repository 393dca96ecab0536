/** Hashed passwords by libcrypt's crypt(3), which knows every scheme the machine has; libc itself has none. */
import koffi from 'koffi';

type Crypt = (phrase: Buffer, setting: string) => string | null;

const NAMES = ['libcrypt.so.1', 'libcrypt.so.2', 'libcrypt.so'];

function loadCrypt(): Crypt | undefined {
  for (const name of NAMES) {
    try {
      return koffi.load(name).func('const char *crypt(const uint8_t *, const char *)') as Crypt;
    } catch {
      // Not under this name; the last one missing means that the machine has no libcrypt.
    }
  }
  return undefined;
}

let crypt: Crypt | undefined;
let loaded = false;

/** There is a libcrypt on this machine. Call it before privileges are dropped: a chroot hides libraries. */
export function hasCrypt(): boolean {
  if (!loaded) crypt = loadCrypt();
  loaded = true;
  return crypt !== undefined;
}

/** Whether `password` (one character a byte) has that hash (`$5$salt$...` and the like). */
export function isPassword(password: string, hash: string): boolean {
  if (!hasCrypt()) return false;
  return crypt?.(Buffer.from(`${password}\0`, 'latin1'), hash) === hash;
}

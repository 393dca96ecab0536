/** What `make emulator` builds. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const built = join(import.meta.dirname, '../../build/emulator');

export const DISK_IMAGE = join(built, 'disk.img');
export const BOOT_FIRMWARE = join(built, 'u-boot.bin');

/** The same system as an update. */
export const UPDATE = join(built, 'mahalo.update');

/** Signs updates that the image takes. */
export const SIGNING_KEY = join(built, 'update-key.pem');

/** Why there is nothing to start, or false. */
export function imageMissing(): string | false {
  return [DISK_IMAGE, BOOT_FIRMWARE].every((file) => existsSync(file)) ? false : 'no image: `make emulator` builds it';
}

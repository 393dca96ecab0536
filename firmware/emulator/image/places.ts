/** Where the build of the emulator image reads and writes. */
import { join } from 'node:path';

export const REPOSITORY = join(import.meta.dirname, '../../..');
export const FIRMWARE = join(REPOSITORY, 'firmware');
export const BOARDS = join(FIRMWARE, 'board');
export const BOARD = join(BOARDS, 'qemu-virt');
export const OVERLAY = join(BOARDS, 'common/rootfs-overlay');

/** Not in git; may be deleted at any time. */
export const BUILD = join(FIRMWARE, 'build/emulator');

/** Named pipes, which Node cannot make. */
import { native, settle } from './ffi.ts';
import { cString } from './memory.ts';

const cMakeFifo = native('int mkfifo(uintptr_t, uint32_t)');

/** 0 or `-errno` (-EEXIST for any file of that name); the process's umask applies to `mode`. */
export function makeFifo(path: string, mode: number): number {
  const text = cString(path);
  return settle(cMakeFifo(text.address, mode));
}

/** The unit's own name for machines: made once, kept with the data, and new after a factory reset. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writeAtomically } from '../sys/atomic-file.ts';

const FORM = /^[0-9a-f]{12}$/;

/** Twelve hexadecimal digits. */
export function unitId(data: string): string {
  const path = join(data, 'unit-id');
  const known = readIfThere(path)?.toString('latin1').trim() ?? '';
  if (FORM.test(known)) return known;
  const made = randomBytes(6).toString('hex');
  writeAtomically(path, `${made}\n`);
  return made;
}

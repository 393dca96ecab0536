/**
 * In which order test files run. Most run beside each other, as many as there are cores, the long ones first. Those that
 * measure time (VRRP labs, where 360 ms of silence make a backup take over) run after them, one by one.
 */

/** Minutes each: begun last, they would keep one core busy at the end and leave the others idle. */
const LONG = [
  'test/interop/verdicts.test.ts',
  'test/interop/vtc.test.ts',
  'test/interop/differential.test.ts',
  'test/config/differential.test.ts',
  'test/interop/expressions.test.ts',
  'test/interop/admin/survival.test.ts',
  'test/interop/vrrp/config-verdicts.test.ts',
];

/** Folders and files that measure time. */
const MEASURE_TIME = ['test/interop/vrrp/', 'test/vrrp/network/', 'test/interop/idle.test.ts'];

export interface Schedule {
  readonly together: readonly string[];
  readonly alone: readonly string[];
}

export function schedule(files: readonly string[]): Schedule {
  const place = (file: string): number => (LONG.includes(file) ? LONG.indexOf(file) : LONG.length);
  const alone = (file: string): boolean =>
    !LONG.includes(file) && MEASURE_TIME.some((beginning) => file.startsWith(beginning));
  return {
    together: files.filter((file) => !alone(file)).sort((one, other) => place(one) - place(other)),
    alone: files.filter(alone),
  };
}

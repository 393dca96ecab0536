/**
 * In which order test files run, in four parts: most run beside each other, one more than there are cores (a third of
 * their time they wait), the long ones first; then emulated units, one file at a time; then VRRP labs, which mostly wait
 * for each other's silence, beside each other but not beside those that compute; in the end, one by one, those that
 * measure time, and what hears of every process of the machine.
 */

/** Minutes each: begun last, they would keep one core busy at the end and leave the others idle. */
const LONG = [
  'test/interop/verdicts.test.ts',
  'test/interop/vtc.test.ts',
  'test/interop/differential.test.ts',
  'test/config/differential.test.ts',
  'test/interop/expressions.test.ts',
  'test/interop/admin/survival-apply.test.ts',
  'test/interop/admin/templates.test.ts',
  'test/interop/admin/survival.test.ts',
  'test/interop/vrrp/config-verdicts.test.ts',
];

/** Each emulates a machine of two cores. */
const EMULATED = ['boot', 'keepalived', 'modes', 'pair', 'power-cut', 'recovery', 'save-cut', 'update'].map(
  (name) => `test/firmware/${name}`,
);

/**
 * Minutes each on a slow machine, beside something shorter that plays the same in a sampled run: emulated units that start
 * many times (boot), random and long series of faults (the other faults-*), minutes of load.
 */
export const WHOLE_RUNS_ONLY: readonly string[] = [
  'firmware/keepalived',
  'firmware/modes',
  'firmware/pair',
  'firmware/power-cut',
  'firmware/recovery',
  'firmware/save-cut',
  'firmware/update',
  'firmware/update-cut',
  'interop/soak',
  'interop/vrrp/faults-load',
  'interop/vrrp/random',
].map((name) => `test/${name}.test.ts`);

/** A backup takes over after 360 ms of silence in most of them, whosever silence it is. */
const LABS = ['test/interop/vrrp/', 'test/vrrp/network/'];

const MEASURE_TIME = [
  ...['failover', 'faults-', 'interop-link', 'oracle-timing', 'random', 'role', 'storm', 'tracking-processes'].map(
    (name) => `test/interop/vrrp/${name}`,
  ),
  ...['advertisement-sockets', 'announcer', 'storm'].map((name) => `test/vrrp/network/${name}`),
  'test/interop/idle.test.ts',
];

export interface Part {
  readonly files: readonly string[];
  /** Run beside each other. */
  readonly jobs: number;
}

export function schedule(files: readonly string[], cores: number): Part[] {
  const beginsWith = (file: string, beginnings: readonly string[]): boolean =>
    beginnings.some((beginning) => file.startsWith(beginning));
  const partOf = (file: string): number => {
    if (LONG.includes(file)) return 0;
    if (beginsWith(file, EMULATED)) return 1;
    if (beginsWith(file, MEASURE_TIME)) return 3;
    return beginsWith(file, LABS) ? 2 : 0;
  };
  const place = (file: string): number => (LONG.includes(file) ? LONG.indexOf(file) : LONG.length);
  return [Math.min(5, cores + 1), 1, 3, 1].map((jobs, part) => ({
    jobs,
    files: files.filter((file) => partOf(file) === part).sort((one, other) => place(one) - place(other)),
  }));
}

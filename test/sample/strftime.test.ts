/** Dates as C writes them: coreutils' `date` formats by the same rules, in any time zone. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import t from 'tap';
import { localDate, utcDate } from '../../src/sample/calendar.ts';
import { compileDateFormat } from '../../src/sample/strftime.ts';

const FORMAT = [
  '%a %A %b %B %c %C %d %D %e %F %g %G %h %H %I %j %k %l %m %M %p %P %r %R %s %S %T %u %U %V %w %W %x %X %y %Y %z %Z %%',
  '%-d %_d %05d %^a %^B %#Z %10Y %_3m %-j %-k %-I %012s %_S %03e %^10A %-y %5p',
].join('|');
const ZONES = ['UTC', 'America/New_York', 'Europe/Paris', 'Asia/Kolkata', 'Australia/Sydney', 'America/Sao_Paulo'];
const MORE_ZONES = ['Asia/Kathmandu', 'Pacific/Auckland', 'Europe/London'];

function dateOf(epochs: readonly number[], zone: string): readonly string[] {
  const input = epochs.map((epoch) => `@${epoch}`).join('\n');
  const options = { input, encoding: 'utf8', env: { ...process.env, TZ: zone, LC_ALL: 'C' } } as const;
  return spawnSync('date', ['-f', '-', `+${FORMAT}`], options)
    .stdout.trimEnd()
    .split('\n');
}

const EPOCHS = [
  0, 951_782_400, 1_078_012_800, 1_230_768_000, 1_325_376_000, 1_483_228_799, 1_582_979_696, 1_609_459_199,
];
const MORE_EPOCHS = [1_635_642_000, 1_636_264_800, 1_648_342_800, 1_704_067_200, 1_720_000_000, 4_102_444_799];

/** In a process of its own, for the names of time zones are looked up once. */
function ours(epochs: readonly number[], zone: string): readonly string[] {
  const modules = ['calendar', 'strftime'].map((name) =>
    JSON.stringify(`${import.meta.dirname}/../../src/sample/${name}.ts`),
  );
  const script = `
    const [{ localDate }, { compileDateFormat }] = await Promise.all([import(${modules[0]}), import(${modules[1]})]);
    for (const epoch of ${JSON.stringify(epochs)}) console.log(compileDateFormat(${JSON.stringify(FORMAT)})(localDate(epoch)));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, TZ: zone },
  });
  return run.stdout.trimEnd().split('\n');
}

for (const zone of [...ZONES, ...MORE_ZONES]) {
  t.test(`dates in ${zone} are those of date(1)`, async (t) => {
    // London had a time of its own in 1970, whose name only the C library knows.
    const epochs = [...EPOCHS.slice(1), ...MORE_EPOCHS];
    t.strictSame(ours(epochs, zone), dateOf(epochs, zone));
  });
}

t.test('any date in UTC is that of date(1)', async (t) => {
  const epochs = fc.sample(fc.integer({ min: -10_000_000_000, max: 100_000_000_000 }), 200);
  // date(1) names the zone as its environment does.
  const written = epochs.map((epoch) => compileDateFormat(FORMAT)({ ...utcDate(epoch), zone: 'UTC' }));
  t.strictSame(written, dateOf(epochs, 'UTC'));
});

t.test('what is no format letter stays as it is', async (t) => {
  t.equal(compileDateFormat('%Q %! 100% %')(utcDate(0)), '%Q %! 100% %');
});

t.test('dates far away have a year, and the exact second', async (t) => {
  t.equal(compileDateFormat('%F %T')(utcDate(36_028_797_018_963_967n)), '1141709097-06-13 06:26:07');
  t.equal(compileDateFormat('%Y')(localDate(36_028_797_018_963_967n)), '1141709097');
});

/** Dates as text: every letter that strftime knows, around the ends of years and at the ends of time. */
import type { ExpressionTopic } from '../case.ts';

const LETTERS = [...'aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%'];
/** New year's days of all weekdays, a leap day, the epoch, before it, the 32-bit end, 2100. */
const DATES = [
  ...['0', '1', '86399', '1609459200', '1640995200', '1672531199', '1735689600', '1483228800', '1451606400'],
  ...['1582979696', '951782400', '4102444800', '2147483648', '1136073600', '1230768000', '253402300800'],
];

const letters = LETTERS.flatMap((letter) => [
  `int(1582979696),utime("<%${letter}>"),hex`,
  `int(1582979696),ltime("<%${letter}>"),hex`,
]);

const weeks = DATES.flatMap((date) => [
  `int(${date}),utime("%a %F %T %j %U %W %V %G %g %C %y %k %l %e")`,
  `int(${date}),http_date`,
]);

const FLAGS = ['%-d', '%_d', '%05d', '%^a', '%#p', '%#Z', '%10Y', '%-H', '%_5m', '%Ey', '%Od', '%^10A', '%-j', '%0e'];
const flags = FLAGS.map((format) => `int(1583021106),utime("<${format}>")`);

const others = [
  'int(0),utime("%Y",86400)',
  'int(1000),utime("%s",-1000)',
  'int(1000),ltime("%c",-3600)',
  'int(-1),utime("%Y-%m-%d")',
  'int(-1),http_date',
  'int(-9000000000000000),ltime("%c %s",5)',
  'int(9223372036854775807),utime("%c",-20)',
  'int(100),utime("%F %T",-86500)',
  'int(5),http_date(10)',
  'int(5),http_date(10,s)',
  'int(1582979696123),http_date(0,ms)',
  'int(1582979696123456),http_date(0,us)',
  'int(1582979696000007),http_date(0,us)',
  'int(1582979696000),http_date(1,ms)',
  'int(9223372036854775807),http_date(1)',
  'int(0),utime("")',
  'int(0),utime("plain text")',
  'int(0),utime("%")',
  'int(0),utime("%Q %!")',
  'str(1582979696),utime("%F")',
];

const refused = ['int(0),http_date(0,minutes)', 'int(0),http_date(x)', 'int(0),utime("%F",x)'];

export const CONVERTERS_DATES: ExpressionTopic = {
  name: 'converters of dates',
  cases: [
    ...[...letters, ...weeks, ...flags, ...others].map((expression) => ({ expression })),
    ...refused.map((expression) => ({ expression, refused: true })),
  ],
};

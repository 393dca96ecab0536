/** Tuning in the global section (manual 3.2): `tune.*` and the spreading of health checks. */

import type { GlobalDraft } from '../draft.ts';
import { parseTime, readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { type GlobalKeyword, globalKeyword, number, type Parse } from './global-keyword.ts';

function parseSpreadChecks(statement: Statement, global: GlobalDraft): void {
  if (statement.tooMany(1)) return;
  if (global.spreadChecksPercent !== 0) {
    statement.alertAndContinue('spread-checks already specified. Continuing.', 'tight');
    return;
  }
  if (statement.word(1) === '') {
    statement.alert("'spread-checks' expects an integer argument (0..50).", 'tight');
    return;
  }
  const percent = readInt32(statement.word(1));
  global.spreadChecksPercent = percent;
  if (percent < 0 || percent > 50) {
    statement.alert("'spread-checks' needs a positive value in range 0..50.", 'tight', 1);
  }
}

function parseMaxSpreadChecks(statement: Statement, global: GlobalDraft): void {
  if (statement.tooMany(1)) return;
  const word = statement.word(1);
  if (word === '') {
    statement.alert("'max-spread-checks' expects an integer argument (0..50).", 'tight');
    return;
  }
  const time = parseTime(word);
  const of = `in argument <${word}> to <max-spread-checks>`;
  if (time.kind === 'over') {
    statement.alert(`timer overflow ${of}, maximum value is 2147483647 ms (~24.8 days).`, 'tight', 1);
  } else if (time.kind === 'under') {
    statement.alert(`timer underflow ${of}, minimum non-null value is 1 ms.`, 'tight', 1);
  } else if (time.kind === 'character') {
    const message = `unsupported character '${time.character}' in 'max-spread-checks' (wants an integer delay).`;
    statement.alert(message, 'tight', 1);
  } else {
    if (time.rest !== '') statement.warnTimeRest(word, time.rest);
    global.maxSpreadChecksMs = time.value;
  }
}

function ratio(field: 'poolLowFdRatio' | 'poolHighFdRatio'): Parse {
  return (statement, global) => {
    if (statement.word(2) !== '') {
      statement.alert(`'${statement.keyword}' cannot handle unexpected argument '${statement.word(2)}'.`, 'spaced', 2);
      return;
    }
    const value = statement.word(1) === '' ? -1 : readInt32(statement.word(1));
    if (value < 0 || value > 100) {
      statement.alert(`'${statement.keyword}' expects an integer argument between 0 and 100.`, 'spaced', 1);
    } else global.tune[field] = value;
  };
}

type TuneNumber = 'maxaccept' | 'rcvbufClient' | 'rcvbufServer' | 'sndbufClient' | 'sndbufServer';

function tune(field: TuneNumber): Parse {
  return number(
    (global, value) => {
      global.tune[field] = value;
    },
    { once: true },
  );
}

export const TUNING_KEYWORDS: readonly GlobalKeyword[] = [
  globalKeyword('spread-checks', '<percent>', 'By how much the intervals of checks vary.', parseSpreadChecks, {
    initially: '0',
    manual: '3.2',
  }),
  globalKeyword('max-spread-checks', '<delay>', 'Over which the first checks are spread.', parseMaxSpreadChecks, {
    manual: '3.2',
  }),
  globalKeyword(
    'tune.bufsize',
    '<bytes>',
    'The size of a buffer; a request or response head must fit, less tune.maxrewrite.',
    number(
      (global, value) => {
        global.tune.bufsize = Math.ceil(value / 16) * 16;
      },
      { low: 1 },
    ),
    { initially: '16384' },
  ),
  globalKeyword(
    'tune.maxrewrite',
    '<bytes>',
    'What is kept free in a buffer for added headers.',
    number(
      (global, value) => {
        global.tune.maxrewrite = value;
      },
      { low: 0 },
    ),
    { initially: '1024' },
  ),
  globalKeyword(
    'tune.http.maxhdr',
    '<number>',
    'Headers of a message at most.',
    number(
      (global, value) => {
        global.tune.httpMaxhdr = value;
      },
      { low: 1, high: 32767, refusal: 'expects a numeric value between 1 and 32767' },
    ),
    { initially: '101' },
  ),
  globalKeyword(
    'tune.http.logurilen',
    '<bytes>',
    'Where request lines are cut in logs.',
    number((global, value) => {
      global.tune.httpLogurilen = value + 1;
    }),
    { initially: '1024', since: '1.9' },
  ),
  globalKeyword(
    'tune.maxaccept',
    '<number>',
    'Connections a listener accepts in a row; -1: no limit.',
    tune('maxaccept'),
    {
      initially: '64',
    },
  ),
  globalKeyword('tune.rcvbuf.client', '<bytes>', 'The kernel receive buffer of clients.', tune('rcvbufClient')),
  globalKeyword('tune.rcvbuf.server', '<bytes>', 'The kernel receive buffer of servers.', tune('rcvbufServer')),
  globalKeyword('tune.sndbuf.client', '<bytes>', 'The kernel send buffer of clients.', tune('sndbufClient')),
  globalKeyword('tune.sndbuf.server', '<bytes>', 'The kernel send buffer of servers.', tune('sndbufServer')),
  globalKeyword(
    'tune.pool-low-fd-ratio',
    '<percent>',
    'Descriptors in use from which idle connections to servers are kept only as far as they were needed of late.',
    ratio('poolLowFdRatio'),
    { initially: '20', since: '2.0' },
  ),
  globalKeyword(
    'tune.pool-high-fd-ratio',
    '<percent>',
    'Descriptors in use from which idle connections to servers are closed.',
    ratio('poolHighFdRatio'),
    { initially: '25', since: '2.0' },
  ),
];

/** `stats` in the global section (manual 3.1): the sockets of the runtime API. */

import type { GlobalDraft } from '../draft.ts';
import { readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { applyBindOptions, newBindSettings } from './bind-options.ts';
import { readListenAddresses } from './frontends.ts';

function parseStatsSocket(statement: Statement, global: GlobalDraft): void {
  if (statement.word(2) === '') {
    statement.alert("'stats socket' in global section expects an address or a path to a UNIX socket", 'spaced', 1);
    return;
  }
  const addresses = readListenAddresses(statement, 2, '');
  if ('error' in addresses) {
    const { file, line } = statement.place;
    statement.alert(`parsing [${file}:${line}] : 'stats socket' : ${addresses.error}\n`, 'spaced', 2);
    return;
  }
  const settings = newBindSettings();
  let failed = false;
  applyBindOptions(
    { statement, purpose: 'runtime API', settings, sockets: 1, idTaken: () => undefined },
    3,
    (problem) => {
      failed = true;
      if (problem.kind === 'unknown') {
        const question = problem.best === undefined ? '' : ` Did you mean '${problem.best}' maybe ?`;
        const message = `'stats socket' : unknown keyword '${problem.word}'.${question}`;
        statement.alert(message, 'spaced', problem.index, problem.best);
      } else if (problem.kind === 'later') {
        statement.alert(`'stats socket' : '${problem.word}' is not implemented yet`, 'spaced', problem.index);
      } else statement.alert(`'stats socket' : '${problem.message}'`, 'spaced', problem.index);
    },
  );
  if (failed) return;
  const { place } = statement;
  global.statsSockets = [...global.statsSockets, { place, text: statement.word(2), addresses, ...settings }];
}

export function parseStats(statement: Statement, global: GlobalDraft): void {
  const what = statement.word(1);
  if (what === 'socket') parseStatsSocket(statement, global);
  else if (what === 'timeout') {
    const delay = statement.readDelay(
      2,
      "'stats timeout'",
      (character) => `'stats timeout' : unexpected character '${character}'`,
    );
    if (typeof delay !== 'number') statement.alert(delay.error, 'spaced', 2);
    else if (delay === 0) statement.alert("'stats timeout' expects a positive value", 'spaced', 2);
    else global.statsTimeoutMs = delay;
  } else if (what === 'maxconn') {
    const count = readInt32(statement.word(2));
    if (count <= 0) statement.alert("'stats maxconn' expects a positive value", 'spaced', 2);
    else global.statsMaxconn = count;
  } else if (what === 'bind-process') statement.notImplemented('stats bind-process', 1);
  else {
    statement.alert(
      `'stats' only supports 'socket', 'maxconn', 'bind-process' and 'timeout' (got '${what}')`,
      'spaced',
      1,
    );
  }
}

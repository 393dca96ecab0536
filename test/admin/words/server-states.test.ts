import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { CHECKS, explainCheckStatus, explainServerState, STATES } from '../../../src/admin/words/server-states.ts';
import { CHECK_STATUSES } from '../../../src/health/check-status.ts';

t.test('every state that the statistics write has words', async (test) => {
  const source = readFileSync(join(import.meta.dirname, '../../../src/control/stat-rows.ts'), 'latin1');
  const written = [...source.matchAll(/'(UP|DOWN|NOLB|DRAIN|MAINT|no check|OPEN|FULL|WAITING|STOP)'/g)];
  const states = new Set(written.map((found) => found[1] ?? ''));
  test.strictSame([...states].sort(), Object.keys(STATES).sort());
});

t.test('every result of a check has words, and passes when it does', async (test) => {
  test.strictSame(Object.keys(CHECKS).sort(), Object.keys(CHECK_STATUSES).sort());
  for (const [status, { outcome }] of Object.entries(CHECK_STATUSES)) {
    const passed = outcome === 'unknown' ? undefined : outcome !== 'failed';
    test.equal(explainCheckStatus(status)?.passed, passed, status);
    test.equal(explainCheckStatus(`* ${status}`), explainCheckStatus(status));
  }
  test.equal(explainCheckStatus('toString'), undefined);
});

t.test('states on their way say how far it is', async (test) => {
  test.match(explainServerState('UP 2/3'), {
    light: 'amber',
    takesNew: true,
    meaning: /failed; 2 more checks like it/,
  });
  test.match(explainServerState('UP 1/3'), { meaning: /one more check like it, and it is down/ });
  test.match(explainServerState('DOWN 1/2'), {
    light: 'red',
    takesNew: false,
    meaning: /one more check like it, and it is up/,
  });
  test.match(explainServerState('DOWN 1/5'), { meaning: /4 more checks like it/ });
  test.match(explainServerState('NOLB 1/3'), { light: 'amber', takesNew: false });
  test.match(explainServerState('DRAIN 1/3'), { light: 'amber', takesNew: false });
});

t.test('reasons in brackets are told', async (test) => {
  test.match(explainServerState('MAINT (via web/s1)'), { light: 'grey', meaning: /It follows web\/s1/ });
  test.match(explainServerState('MAINT(resolution)'), { meaning: /no address/ });
  test.match(explainServerState('DOWN (agent)'), { light: 'red', meaning: /agent says so/ });
  test.strictSame(explainServerState('UP (2/2)'), { ...STATES['UP'], meaning: '2 of its 2 servers are up.' });
  test.match(explainServerState('UP (1/2)'), { light: 'amber', meaning: '1 of its 2 servers are up.' });
  test.match(explainServerState('DOWN (0/2)'), { light: 'red' });
});

t.test('what is no state has no words', async (test) => {
  for (const wrong of ['', 'up', 'UP?', 'UP x', 'MAINT (x', 'MAINT (because)', 'toString', 'toString (agent)']) {
    test.equal(explainServerState(wrong), undefined, wrong);
  }
});

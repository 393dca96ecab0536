import t from 'tap';
import { processMatch } from '../../../src/vrrp/tracking/process-match.ts';
import { processModel as model } from '../models.ts';

t.test('without more, the short name counts', async (t) => {
  const match = processMatch(model({ process: 'named' }));
  t.equal(match.byCommandLine, false);
  t.ok(match.matches('named', ''));
  t.notOk(match.matches('named2', ''));
});

t.test('a name longer than the kernel keeps means its first 15 bytes', async (t) => {
  const match = processMatch(model({ process: 'a-very-long-program-name' }));
  t.ok(match.matches('a-very-long-pro', ''));
});

// Parameters as written, what runs, whether exact, partial and initial take it (check_params of 2.2.7).
const TABLE = [
  ['', '', true, true, true],
  ['', '-u\0bind\0', false, true, true],
  ['-u bind', '-u\0bind\0', true, true, true],
  ['-u bind', '-u\0bind\0-4\0', false, true, true],
  ['-u bind', '-u\0binder\0', false, false, true],
  ['-u bind', '-u\0bin\0', false, false, false],
  ['-u bind', '-u\0', false, false, false],
  ['-u bind', '', false, false, false],
  ['-u', '-ux\0bind\0', false, false, true],
] as const;

for (const [words, running, exact, partial, initial] of TABLE) {
  t.test(`parameters "${words}" and "${running.replaceAll('\0', ' ')}"`, async (t) => {
    const parameters = words === '' ? [] : words.split(' ');
    const line = `/usr/sbin/named\0${running}`;
    for (const [parameterMatch, expected] of [
      ['exact', exact],
      ['partial', partial],
      ['initial', initial],
    ] as const) {
      const match = processMatch(model({ parameters, parameterMatch, fullCommand: true }));
      t.equal(match.matches('named', line), expected, parameterMatch);
      t.notOk(match.matches('named', `/usr/bin/other\0${running}`), `${parameterMatch}: another program`);
    }
    t.ok(processMatch(model({ fullCommand: true })).matches('named', line), 'full command without parameters');
  });
}

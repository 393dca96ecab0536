/** The command line of `mahalo admin`. */
import t from 'tap';
import { parseAdminArguments } from '../../src/roles/admin-arguments.ts';

function given(...words: string[]) {
  const result = parseAdminArguments(words);
  return result.kind === 'run' ? result.arguments : result;
}

t.test('without words: this machine only, 90 seconds to confirm, the proxy stays', async (t) => {
  t.match(given(), {
    word: undefined,
    directory: 'mahalo-state',
    address: '127.0.0.1',
    port: 8443,
    redirectPort: undefined,
    names: [],
    managementOnly: false,
    stopProxy: false,
    confirmSeconds: 90,
  });
});

t.test('all options', async (t) => {
  const words = '-s d -a :: -p 0 --redirect-port 80 --name a --name b -f x.cfg --stop-proxy --vrrp-socket v';
  t.match(given(...words.split(' '), '--confirm-seconds', '5'), {
    directory: 'd',
    address: '::',
    port: 0,
    redirectPort: 80,
    names: ['a', 'b'],
    configuration: 'x.cfg',
    managementOnly: false,
    stopProxy: true,
    vrrpSocket: 'v',
    confirmSeconds: 5,
  });
  t.match(given('unclaim', '-s', 'd'), { word: 'unclaim', directory: 'd' });
  t.match(given('-h'), { kind: 'help' });
});

t.test('what it does not understand is refused', async (t) => {
  for (const words of [['-x'], ['claim'], ['unclaim', 'x'], ['-p', '65536'], ['-p', 'x'], ['--redirect-port', '-1']]) {
    t.match(given(...words), { kind: 'refused' }, words.join(' '));
  }
  t.match(given('--confirm-seconds', '0'), { kind: 'refused' });
});

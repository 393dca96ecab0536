import t from 'tap';
import { reasonToRefuse } from '../../src/roles/vrrp-reload.ts';
import { loadKeepalived } from '../../src/vrrp/config/load.ts';

const load = (...lines: readonly string[]) =>
  loadKeepalived('k.conf', {
    files: {
      read: () => lines.join('\n'),
      problem: () => undefined,
      exists: () => true,
      list: () => undefined,
    },
  });

const GOOD = [
  'global_defs {',
  ' dynamic_interfaces',
  '}',
  'vrrp_instance V {',
  ' interface nowhere7',
  ' virtual_router_id 5',
  ' virtual_ipaddress {',
  '  10.0.0.1',
  ' }',
  '}',
];

t.test('a file without mistakes is taken; a missing interface is none of the file', async (test) => {
  test.equal(reasonToRefuse(load(...GOOD), load(...GOOD)), undefined);
});

t.test('a new mistake is refused, one that it runs with is not, wherever it stands', async (test) => {
  const mistaken = load('nonsense 1', ...GOOD);
  test.match(reasonToRefuse(load(...GOOD), mistaken), /nonsense/);
  test.equal(reasonToRefuse(mistaken, load('', '', 'nonsense 1', ...GOOD)), undefined);
  test.match(reasonToRefuse(mistaken, load('nonsense 1', 'rubbish 2', ...GOOD)), /rubbish/);
  test.equal(reasonToRefuse(mistaken, load(...GOOD)), undefined, 'mended');
});

t.test('what cannot be run is refused whatever ran before', async (test) => {
  const fatal = load('vrrp_instance V {', ' interface nowhere7', ' virtual_router_id 5', '}');
  test.equal(fatal.model, undefined);
  test.type(reasonToRefuse(fatal, fatal), 'string');
});

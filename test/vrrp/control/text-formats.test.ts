import t from 'tap';
import { routeText, ruleText, virtualAddressText } from '../../../src/vrrp/control/object-texts.ts';
import {
  addressText,
  commandText,
  dumpedTime,
  generalNumber,
  macText,
  microsecondTime,
  prefixText,
} from '../../../src/vrrp/control/text-formats.ts';
import type { RouteModel, RuleModel } from '../../../src/vrrp/model.ts';
import { PLACE } from '../models.ts';
import { addressModel, interfaceView, SampleAgent } from './sample-view.ts';

t.test('numbers are as printf("%g") has them', async (test) => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0'],
    [1, '1'],
    [0.25, '0.25'],
    [0.01, '0.01'],
    [3.6, '3.6'],
    [40.95, '40.95'],
    [1000000, '1e+06'],
    [123456.7, '123457'],
    [0.00001, '1e-05'],
    [-2.5, '-2.5'],
  ];
  for (const [value, text] of cases) test.equal(generalNumber(value), text);
});

t.test('times have microseconds', async (test) => {
  test.equal(microsecondTime(1795281637989.001), '1795281637.989001');
  test.equal(microsecondTime(0), '0.000000');
  test.match(dumpedTime(1795281637989.001), /^1795281637\.989001 \(\w{3} \w{3} [ \d]\d \d\d:\d\d:37\.989001 2026\)$/);
});

t.test('addresses, prefixes, hardware addresses and commands', async (test) => {
  test.equal(addressText(Uint8Array.of(10, 0, 0, 1)), '10.0.0.1');
  const six = new Uint8Array(16);
  six.set([0xfe, 0x80]);
  six[15] = 0x77;
  test.equal(addressText(six), 'fe80::77');
  test.equal(prefixText(six, 64), 'fe80::77/64');
  test.equal(prefixText(Uint8Array.of(10, 0, 0, 1), 32), '10.0.0.1');
  test.equal(macText(Uint8Array.of(0, 0, 0x5e, 0, 1, 0x33)), '00:00:5e:00:01:33');
  test.equal(commandText(['/bin/true', 'm', 'x y']), "'/bin/true' 'm' 'x y'");
  test.equal(commandText(['</tmp/file']), '</tmp/file');
});

t.test('virtual addresses are as keepalived 2.2.7 shows them', async (test) => {
  const agent = new SampleAgent();
  agent.interfaces = [
    interfaceView({ name: 'va', index: 3 }),
    interfaceView({ name: 'vb', index: 5 }),
    interfaceView({ name: 'vrrp.54', index: 6, parentIndex: 3, kind: 'macvlan' }),
  ];
  const { view } = agent;
  const [va, , vmac] = agent.interfaces;
  const text = (change: Parameters<typeof addressModel>[0], set = false, device = va): string =>
    virtualAddressText(view, addressModel(change), device, set);
  test.equal(text({}, true), '10.77.0.100 dev va scope global set');
  test.equal(
    text({
      address: Uint8Array.of(10, 77, 0, 101),
      prefixLength: 24,
      interfaceName: 'va',
      label: 'va:1',
      broadcast: 'derived',
    }),
    '10.77.0.101/24 brd 10.77.0.255 dev va scope global label va:1',
  );
  test.equal(text({ prefixLength: 24, interfaceName: 'vb', scope: 253 }), '10.77.0.100/24 dev vb scope link');
  test.equal(text({ prefixLength: 24 }, true, vmac), '10.77.0.100/24 dev vrrp.54@va scope global set');
  const six = new Uint8Array(16);
  six.set([0xfd, 0x77]);
  six.set([1, 0], 14);
  test.equal(
    text({ family: 6, address: six, prefixLength: 64, preferredLifetimeS: 0 }, true),
    'fd77::100/64 dev va scope global deprecated set',
  );
  test.equal(
    text({ family: 6, address: six, prefixLength: 64 }),
    'fd77::100/64 dev va scope global preferred_lft forever',
  );
});

const ROUTE: RouteModel = {
  place: PLACE,
  family: 4,
  destination: Uint8Array.of(10, 99, 0, 0),
  prefixLength: 24,
  source: undefined,
  via: Uint8Array.of(10, 77, 0, 9),
  interfaceName: 'va',
  table: 254,
  metric: 7,
  scope: undefined,
  protocol: undefined,
  type: 1,
  tos: 0,
  mtu: undefined,
  onlink: false,
  nextHops: [],
  noTrack: false,
  text: '',
};

t.test('routes and rules are as keepalived 2.2.7 shows them', async (test) => {
  test.equal(routeText(ROUTE), 'prepend 10.99.0.0/24 via inet 10.77.0.9 dev va proto 18 metric 7');
  test.equal(
    routeText({
      ...ROUTE,
      destination: Uint8Array.of(192, 168, 100, 0),
      via: undefined,
      source: Uint8Array.of(10, 77, 0, 100),
      table: 50,
      metric: undefined,
    }),
    'prepend 192.168.100.0/24 src 10.77.0.100 dev va table 50 proto 18',
  );
  test.match(routeText({ ...ROUTE, destination: undefined, type: 6 }), /^add blackhole default /);
  const rule = {
    family: 4,
    from: Uint8Array.of(10, 99, 0, 0),
    fromLength: 24,
    toLength: 0,
    invert: false,
    table: 50,
    preference: 100,
    tos: 0,
    inputInterface: '',
    outputInterface: '',
    action: 1,
    noTrack: false,
  } as RuleModel;
  test.equal(ruleText(rule), 'from 10.99.0.0/24 priority 100 tos 0x0 protocol 18 lookup 50');
});

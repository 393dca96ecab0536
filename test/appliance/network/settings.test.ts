import fc from 'fast-check';
import t from 'tap';
import { readNetworkSettings } from '../../../src/appliance/network/settings/read-settings.ts';
import { defaultNetwork, NETWORK_MODES } from '../../../src/appliance/network/settings/settings.ts';

const PORTS = ['eth0', 'eth1'];

/** `path: message` of everything that is wrong. */
function wrong(value: unknown): string[] {
  return readNetworkSettings(value, PORTS).issues.map(({ path, message }) => `${path}: ${message}`);
}

t.test('what a board begins with is right in every mode, and comes back as it was written', async (t) => {
  for (const mode of NETWORK_MODES) {
    const settings = defaultNetwork(mode, PORTS);
    t.same(readNetworkSettings(JSON.parse(JSON.stringify(settings)), PORTS).settings, settings, mode);
  }
});

t.test('what is left out is DHCP, automatic, and no name servers of our own', async (t) => {
  t.same(readNetworkSettings({ mode: 'bridge' }, PORTS).settings, {
    mode: 'bridge',
    bridge: { ipv4: 'dhcp', ipv6: 'automatic' },
    nameServers: [],
  });
  const vlan = { mode: 'one-arm', ports: { eth1: { vlan: 7, ipv4: { address: '10.0.0.2/24', gateway: '10.0.0.1' } } } };
  t.same(readNetworkSettings(vlan, PORTS).settings, {
    mode: 'one-arm',
    ports: { eth1: { ipv4: { address: '10.0.0.2/24', gateway: '10.0.0.1' }, ipv6: 'automatic', vlan: 7 } },
    nameServers: [],
  });
});

t.test('what is wrong is told with its place and with what was meant', async (t) => {
  const port = (ipv4: unknown, more: object = {}) => ({ mode: 'two-arm', ports: { eth0: { ipv4, ...more } } });
  const rows: readonly (readonly [value: unknown, said: string])[] = [
    [undefined, 'network: an object is wanted here, not nothing'],
    [[], 'network: an object is wanted here, not a list'],
    [{}, 'network.mode: one of "bridge", "two-arm", "one-arm" or "router" is wanted here, not nothing'],
    [
      { mode: 'brigde' },
      'network.mode: one of "bridge", "two-arm", "one-arm" or "router" is wanted here, not "brigde"; did you mean "bridge"?',
    ],
    [
      { mode: 'bridge', nameserver: [] },
      'network.nameserver: "nameserver" means nothing here; did you mean "nameServers"?',
    ],
    [{ mode: 'bridge', nameServers: ['one.one'] }, 'network.nameServers[0]: "one.one" is no IP address'],
    [
      { mode: 'bridge', nameServers: '1.1.1.1' },
      'network.nameServers: a list such as ["192.0.2.53"] is wanted here, not "1.1.1.1"',
    ],
    [
      { mode: 'bridge', nameServers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] },
      'network.nameServers: at most 3 are possible, there are 4',
    ],
    [{ mode: 'two-arm' }, 'network.ports: an object is wanted here, not nothing'],
    [{ mode: 'two-arm', ports: {} }, 'network.ports: in mode "two-arm" both ports are named here, not none'],
    [
      { mode: 'one-arm', ports: { eth0: {}, eth1: {} } },
      'network.ports: in mode "one-arm" one port is named here, not 2',
    ],
    [
      { mode: 'two-arm', ports: { wan0: {} } },
      'network.ports.wan0: this board has no port "wan0"; it has "eth0" or "eth1"',
    ],
    [port('static'), 'network.ports.eth0.ipv4: one of "dhcp" or "off" is wanted here, not "static"'],
    [port('10.0.0.2/24'), 'network.ports.eth0.ipv4: an address of our own is written {"address": "10.0.0.2/24"}'],
    [port({}), 'network.ports.eth0.ipv4.address: a text such as "192.0.2.7/24" is wanted here, not nothing'],
    [
      port({ address: '10.0.0.2' }),
      'network.ports.eth0.ipv4.address: the length of the network is missing: "10.0.0.2/24"?',
    ],
    [
      port({ address: '10.0.0.300/24' }),
      'network.ports.eth0.ipv4.address: "10.0.0.300/24" is no IPv4 address with its network, "192.0.2.7/24"',
    ],
    [
      port({ address: '2001:db8::1/64' }),
      'network.ports.eth0.ipv4.address: "2001:db8::1/64" is no IPv4 address with its network, "192.0.2.7/24"',
    ],
    [
      port({ address: '10.0.0.0/24' }),
      'network.ports.eth0.ipv4.address: "10.0.0.0/24" cannot be an address of this unit: it is the name of the network, hosts come after it',
    ],
    [
      port({ address: '10.0.0.255/24' }),
      'network.ports.eth0.ipv4.address: "10.0.0.255/24" cannot be an address of this unit: it is the broadcast address of the network',
    ],
    [
      port({ address: '224.0.0.1/24' }),
      'network.ports.eth0.ipv4.address: "224.0.0.1/24" cannot be an address of this unit: it is a multicast address',
    ],
    [
      port({ address: '10.0.0.2/24', gateway: '10.0.1.1' }),
      'network.ports.eth0.ipv4.gateway: "10.0.1.1" is not in the network of "10.0.0.2/24": it could not be reached',
    ],
    [
      port({ address: '10.0.0.2/24', gateway: '10.0.0.2' }),
      'network.ports.eth0.ipv4.gateway: the gateway is another machine, this is the address of the unit itself',
    ],
    [
      port({ address: '10.0.0.2/24', gateway: 'fe80::1' }),
      'network.ports.eth0.ipv4.gateway: "fe80::1" is no IPv4 address',
    ],
    [port('dhcp', { vlan: 4095 }), 'network.ports.eth0.vlan: a whole number from 1 to 4094 is wanted here, not 4095'],
    [
      port('dhcp', { ipv6: { address: 'ff02::1/64' } }),
      'network.ports.eth0.ipv6.address: "ff02::1/64" cannot be an address of this unit: it is a multicast address',
    ],
    [port('off', { ipv6: 'off' }), 'network: without any address nobody could reach the unit any more'],
    [
      {
        mode: 'two-arm',
        ports: { eth0: { ipv4: { address: '10.0.0.2/24' } }, eth1: { ipv4: { address: '10.0.0.3/16' } } },
      },
      'network.ports.eth1.ipv4.address: this network is that of network.ports.eth0.ipv4.address as well',
    ],
    [
      {
        mode: 'two-arm',
        ports: {
          eth0: { ipv4: { address: '10.0.0.2/24', gateway: '10.0.0.1' } },
          eth1: { ipv4: { address: '10.0.1.2/24', gateway: '10.0.1.1' } },
        },
      },
      'network.ports.eth1.ipv4.gateway: there is a way out already: network.ports.eth0.ipv4.gateway',
    ],
  ];
  for (const [value, said] of rows) t.same(wrong(value), [said], said);
});

t.test('a router has an inner network, and gives away addresses of that', async (t) => {
  const router = (inner: object, leases: object, uplink: object = {}) => ({
    mode: 'router',
    uplink: 'eth0',
    ports: { eth0: uplink, eth1: { ipv6: 'link-local', ...inner } },
    leases,
  });
  const inner = { ipv4: { address: '10.9.0.1/24' } };
  const leases = { first: '10.9.0.10', last: '10.9.0.20' };
  t.same(wrong(router(inner, leases)), []);
  t.same(wrong(router({ ipv4: 'dhcp' }, leases)), [
    'network.ports.eth1.ipv4: the inner port of a router has an address of our own, such as {"address": "10.77.79.1/24"}',
  ]);
  t.same(wrong(router({ ...inner, ipv6: 'automatic' }, leases)), [
    'network.ports.eth1.ipv6: on the inner port this unit is the router: "link-local", "off" or an address',
  ]);
  t.same(wrong(router(inner, { first: '10.9.1.10', last: '10.9.0.20' })), [
    'network.leases.first: "10.9.1.10" is no address of the inner network 10.9.0.1/24',
    'network.leases.last: the last address comes before the first',
  ]);
  t.same(wrong(router(inner, { first: '10.9.0.1', last: '10.9.0.20' })), [
    "network.leases: the unit's own address 10.9.0.1/24 must not be given away",
  ]);
  t.same(wrong(router(inner, { ...leases, hours: 0 })), [
    'network.leases.hours: a whole number from 1 to 168 is wanted here, not 0',
  ]);
  t.same(wrong({ ...router(inner, leases), uplink: 'eth7' }), [
    'network.uplink: one of "eth0" or "eth1" is wanted here, not "eth7"; did you mean "eth0"?',
  ]);
  t.same(wrong(router(inner, leases, { ipv4: 'off' })), [
    'network.ports.eth0.ipv4: without an address the uplink leads nowhere',
  ]);
});

t.test('no value makes the reader throw, and what it accepts it accepts again as the same', async () => {
  const words = fc.constantFrom(
    ...['mode', 'ports', 'bridge', 'eth0', 'eth1', 'ipv4', 'ipv6', 'vlan', 'address', 'gateway', 'uplink', 'leases'],
    ...['first', 'last', 'hours', 'nameServers', '__proto__', 'constructor'],
  );
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(...NETWORK_MODES, 'dhcp', 'off', 'automatic', '10.0.0.1/24', 'fd00::1/64', '10.0.0.9', 7),
    fc.jsonValue(),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'large' },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(words, tie('tree'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom(...NETWORK_MODES), (value, mode) => {
      for (const one of [value, { ...(value as object), mode }]) {
        const { settings, issues } = readNetworkSettings(one, PORTS);
        if (settings === undefined) return issues.length > 0;
        const again = readNetworkSettings(JSON.parse(JSON.stringify(settings)), PORTS);
        if (JSON.stringify(again.settings) !== JSON.stringify(settings)) return false;
      }
      return true;
    }),
    { numRuns: 2000 },
  );
});

/** What the lines of a keepalived.conf become in the model. */

import t from 'tap';
import { textFiles } from '../../../src/vrrp/config/files.ts';
import { loadKeepalived } from '../../../src/vrrp/config/load.ts';
import type { InstanceModel, VrrpModel } from '../../../src/vrrp/model.ts';
import { globals, instance } from './mistakes-table.ts';
import { labHost } from './verdicts/play.ts';

function load(texts: string | Readonly<Record<string, string>>, configId = 'lab') {
  const files = textFiles(typeof texts === 'string' ? { 'x.conf': texts } : texts);
  return loadKeepalived('x.conf', {
    files,
    host: labHost(),
    configId,
    random: (minimum, maximum) => (minimum + maximum) >> 1,
  });
}

function modelOf(texts: Parameters<typeof load>[0], configId?: string): VrrpModel {
  const { model, diagnostics } = load(texts, configId);
  if (model === undefined) throw new Error(diagnostics.list.map((one) => one.text).join('\n'));
  return model;
}

function first(lines: string): InstanceModel {
  const [model] = modelOf(instance(lines)).instances;
  if (model === undefined) throw new Error('no instance');
  return model;
}

const bytes = (...values: number[]) => Uint8Array.from(values);

t.test('an instance has the defaults of keepalived, and those that are better', async (test) => {
  const model = first('');
  test.match(model, {
    name: 'A',
    family: 4,
    version: 2,
    vrid: 7,
    priority: 100,
    initialState: 'BACKUP',
    interfaceName: 'eth0',
    advertIntervalMs: 1000,
    downTimerAdverts: 3,
    nopreempt: false,
    preemptDelayMs: 0,
    accept: true,
    strict: false,
    lowerPriorityNoAdvert: false,
    higherPrioritySendAdvert: true,
    addressLifetimeMs: 6000,
    unicast: false,
    unicastTtl: 255,
    checksumAsV2: false,
    authentication: { type: 0 },
    place: { file: 'x.conf', line: 1, column: 15 },
  });
  test.same(model.multicastGroup, bytes(224, 0, 0, 18));
  test.same(model.announce, {
    spreadMs: [0, 10, 50, 200, 1000],
    delayMs: 5000,
    repeat: 5,
    refreshMs: 30_000,
    refreshRepeat: 1,
    lowerPriorityDelayMs: 5000,
    lowerPriorityRepeat: 5,
    garpIntervalMs: 0,
    gnaIntervalMs: 0,
  });
  test.same(model.addresses[0]?.address, bytes(10, 0, 0, 1));
  test.equal(model.addresses[0]?.prefixLength, 24);
});

t.test(
  'announcements go as keepalived sends them where the file says how, and as told where it tells',
  async (test) => {
    const spread = (lines: string) => first(lines).announce;
    test.match(spread('garp_master_delay 1\n'), { spreadMs: [], delayMs: 1000, repeat: 5, refreshMs: 0 });
    test.match(spread('garp_master_repeat 2\n'), { spreadMs: [], repeat: 2, refreshMs: 0 });
    test.match(spread('garp_spread off\n'), { spreadMs: [], refreshMs: 0 });
    test.match(spread('garp_spread 0 5 500\n'), { spreadMs: [0, 5, 500], refreshMs: 30_000 });
    test.match(spread('garp_master_refresh 0\n'), { spreadMs: [0, 10, 50, 200, 1000], refreshMs: 0 });
    test.match(modelOf(globals('vrrp_min_garp\n')).instances[0]?.announce, {
      spreadMs: [],
      delayMs: 0,
      repeat: 1,
      refreshMs: 0,
    });
    const all = modelOf(globals('vrrp_garp_master_delay 2\nvrrp_garp_interval 0.005\n')).instances[0]?.announce;
    test.match(all, { spreadMs: [], delayMs: 2000, lowerPriorityDelayMs: 2000, garpIntervalMs: 5 });
  },
);

t.test('priority, state and version follow from each other', async (test) => {
  test.match(first('state MASTER\n'), { priority: 255, initialState: 'MASTER' });
  test.match(first('priority 255\n'), { priority: 255, initialState: 'MASTER' });
  test.match(first('state MASTER\npriority 150\n'), { priority: 150, initialState: 'MASTER' });
  test.equal(modelOf(globals('vrrp_version 3\n')).instances[0]?.version, 3);
  const ipv6 = modelOf(instance('').replace('10.0.0.1/24', 'fe80::1')).instances[0];
  test.match(ipv6, { family: 6, version: 3 });
  test.equal(ipv6?.multicastGroup[0], 0xff);
});

t.test('intervals are rounded as keepalived rounds them', async (test) => {
  test.equal(first('advert_int 1.5\n').advertIntervalMs, 2000);
  test.equal(first('advert_int 0.3\n').advertIntervalMs, 1000);
  test.equal(first('version 3\nadvert_int 0.01\n').advertIntervalMs, 10);
  test.equal(first('version 3\nadvert_int 0.015\n').advertIntervalMs, 20);
  test.equal(first('version 3\nadvert_int 100\n').advertIntervalMs, 40_950);
  test.equal(first('preempt_delay 1.5\n').preemptDelayMs, 1500);
});

t.test('strict mode turns off what RFC 5798 does not have', async (test) => {
  test.match(first('strict_mode\npreempt_delay 5\nauthentication {\nauth_type PASS\nauth_pass x\n}\n'), {
    strict: true,
    accept: false,
    preemptDelayMs: 0,
    authentication: { type: 0 },
    lowerPriorityNoAdvert: true,
    higherPrioritySendAdvert: false,
    announce: { lowerPriorityRepeat: 0, lowerPriorityDelayMs: 0 },
  });
});

t.test('a password ends where a comment begins, unless it is quoted', async (test) => {
  const data = (word: string) =>
    Buffer.from(first(`authentication {\nauth_type PASS\nauth_pass ${word}\n}\n`).authentication.data);
  test.equal(data('s3cret!!').toString('latin1'), 's3cret\0\0');
  test.equal(data('"s3cret!!"').toString('latin1'), 's3cret!!');
  test.equal(data('a\\!b').toString('latin1'), 'a!b\0\0\0\0\0');
  test.equal(data('1234567890').toString('latin1'), '12345678');
});

t.test('unicast: peers, their TTLs, the source', async (test) => {
  const model = first(
    'unicast_src_ip 10.0.0.2\nunicast_ttl 5\nunicast_peer {\n10.0.0.3 min_ttl 4 max_ttl 6\n10.0.0.4\n}\n',
  );
  test.match(model, { unicast: true, unicastTtl: 5, checkUnicastSource: true });
  test.same(model.unicastPeers, [
    { address: bytes(10, 0, 0, 3), minTtl: 4, maxTtl: 6 },
    { address: bytes(10, 0, 0, 4), minTtl: 0, maxTtl: 255 },
  ]);
  test.same(model.sourceAddress, bytes(10, 0, 0, 2));
});

t.test('VMAC: name and address', async (test) => {
  test.match(first('use_vmac\n').vmac, { interfaceName: 'vrrp.7', transmitBase: false });
  test.same(first('use_vmac\n').vmac?.mac, bytes(0, 0, 0x5e, 0, 1, 7));
  test.same(first('use_vmac v0 02:00:00:00:01\n').vmac, {
    interfaceName: 'v0',
    mac: bytes(2, 0, 0, 0, 1, 7),
    transmitBase: false,
  });
  const both = modelOf(
    instance('use_vmac\n') + instance('use_vmac\n').replace(' A ', ' B ').replace('10.0.0.1/24', 'fe80::1'),
  );
  test.same(
    both.instances.map((one) => one.vmac?.interfaceName),
    ['vrrp.7', 'vrrp6.7'],
  );
  test.same(both.instances[1]?.vmac?.mac, bytes(0, 0, 0x5e, 0, 2, 7));
});

t.test('addresses with all their words', async (test) => {
  const model = first(
    'virtual_ipaddress_excluded {\n10.0.0.9/24 dev eth1 brd + label eth1:9 scope link home no_track\nfd00::9/64 -nodad preferred_lft 0\n10.0.0.8 peer 10.0.0.7\n}\n',
  );
  const [one, two, three] = model.excludedAddresses;
  test.match(one, {
    family: 4,
    prefixLength: 24,
    interfaceName: 'eth1',
    broadcast: 'derived',
    label: 'eth1:9',
    scope: 253,
    home: true,
    noTrack: true,
  });
  test.match(two, { family: 6, prefixLength: 64, noDad: true, preferredLifetimeS: 0 });
  test.same(three?.peer, bytes(10, 0, 0, 7));
  test.equal(one?.text, '10.0.0.9/24 dev eth1 brd + label eth1:9 scope link home no_track');
  test.match(one?.place, { line: 8, column: 1 });
});

t.test('routes and rules', async (test) => {
  const model = first(
    'virtual_routes {\nsrc 10.0.0.9 to 10.1.0.0/24 via 10.0.0.3 dev eth1 table 10 metric 5 scope link mtu 1400\nblackhole 10.2.0.0/16 no_track\ninet6 default via fe80::1 dev eth1\ndefault nexthop via 10.0.0.3 dev eth0 weight 2 nexthop via 10.0.0.4 dev eth1 onlink\n}\n' +
      'virtual_rules {\nnot from 10.0.0.0/24 fwmark 0x10/0xff iif eth1 lookup main preference 5\nprohibit to fd00::/8 priority 6\n}\n',
  );
  const [one, two, three, four] = model.routes;
  test.match(one, {
    family: 4,
    prefixLength: 24,
    interfaceName: 'eth1',
    table: 10,
    metric: 5,
    scope: 253,
    mtu: 1400,
    type: 1,
    noTrack: false,
  });
  test.same([one?.destination, one?.source, one?.via], [bytes(10, 1, 0, 0), bytes(10, 0, 0, 9), bytes(10, 0, 0, 3)]);
  test.match(two, { type: 6, noTrack: true, table: 254 });
  test.match(three, { family: 6, destination: undefined, prefixLength: 0 });
  test.match(four?.nextHops, [
    { interfaceName: 'eth0', weight: 2, onlink: false },
    { interfaceName: 'eth1', weight: 1, onlink: true },
  ]);
  test.match(model.rules[0], {
    invert: true,
    fromLength: 24,
    mark: 16,
    markMask: 255,
    inputInterface: 'eth1',
    table: 254,
    action: 1,
    preference: 5,
  });
  test.match(model.rules[1], { family: 6, action: 8, toLength: 8, preference: 6 });
});

t.test('tracks: scripts, files, processes, the proxy; weights of their own', async (test) => {
  const model = modelOf(
    'vrrp_script s {\nscript "</etc/passwd a \'b c\'"\ninterval 5\ntimeout 2\nweight -20 reverse\nrise 2\nfall 3\nuser root\ninit_fail\n}\n' +
      'track_file f {\nfile /run/f\nweight 2\ninit_file 5 overwrite\n}\n' +
      'vrrp_track_process p {\nprocess sh -c x\nquorum 2\nquorum_max 4\ndelay 0.5\nterminate_delay 1\n}\n' +
      'vrrp_track_proxy x {\nsocket /run/x.sock\nfrontend web\nfrontend api\nbackend app 2\ninterval 0.5\nweight 30\nrise 2\n}\n' +
      instance(
        'track_script {\ns weight 5\n}\ntrack_file {\nf\n}\ntrack_process {\np weight -3 reverse\n}\ntrack_proxy {\nx weight 10\n}\ntrack_interface {\neth1 weight 7\n}\n',
      ),
  );
  test.match(model.scripts[0], {
    name: 's',
    intervalMs: 5000,
    timeoutMs: 2000,
    weight: -20,
    reverse: true,
    rise: 2,
    fall: 3,
    initFail: true,
  });
  test.same(model.scripts[0]?.command.words, ['</etc/passwd', 'a', 'b c']);
  test.match(model.scripts[0]?.command.user, { name: 'root', uid: 0 });
  test.match(model.files[0], { path: '/run/f', weight: 2, initValue: 5, initOverwrite: true });
  test.match(model.processes[0], {
    process: 'sh',
    parameters: ['-c', 'x'],
    parameterMatch: 'exact',
    fullCommand: true,
    quorum: 2,
    quorumMax: 4,
    forkDelayMs: 500,
    terminateDelayMs: 1000,
  });
  test.match(model.proxies[0], {
    socket: '/run/x.sock',
    frontends: ['web', 'api'],
    backends: [{ name: 'app', usableServers: 2 }],
    intervalMs: 500,
    timeoutMs: 500,
    weight: 30,
    rise: 2,
    fall: 1,
  });
  test.same(model.instances[0]?.tracks, {
    interfaces: [{ name: 'eth1', weight: 7, reverse: false }],
    scripts: [{ name: 's', weight: 5, reverse: true }],
    files: [{ name: 'f', weight: 2, reverse: false }],
    processes: [{ name: 'p', weight: -3, reverse: true }],
    proxies: [{ name: 'x', weight: 10, reverse: false }],
  });
});

t.test('notify: one word is the command, what follows is user and group', async (test) => {
  const { notify } = first(
    'notify_master "/bin/true a \\"b c\\""\nnotify \'/bin/true x\' root root\nnotify_deleted\nnotify_priority_changes\n',
  );
  test.same(notify.master?.words, ['/bin/true', 'a', 'b c']);
  test.same(notify.any?.words, ['/bin/true', 'x']);
  test.match(notify.any?.user, { name: 'root', gid: 0 });
  test.match(notify, { notifyDeleted: true, deleted: undefined, priorityChanges: true });
});

t.test('global_defs counts wherever it stands; the model is frozen', async (test) => {
  const model = modelOf(
    `${instance('')}global_defs {\nrouter_id here\nvrrp_version 3\nvrrp_address_lifetime off\nvrrp_learn_checksum off\nvrrp_control_socket /run/c\nnotify_fifo /run/a root\nvrrp_notify_fifo /run/a\numask IWGRP|IWOTH\n}\n`,
  );
  test.equal(model.instances[0]?.version, 3);
  test.equal(model.instances[0]?.addressLifetimeMs, 0);
  test.match(model.global, {
    routerId: 'here',
    learnChecksum: false,
    controlSocket: '/run/c',
    umask: 0o022,
    fifos: [{ path: '/run/a' }],
  });
  test.equal(model.global.fifos.length, 1, 'one FIFO under both names is one');
  test.ok(Object.isFrozen(model.instances[0]?.tracks));
});

t.test('included files, lines for one machine, parameters, sequences', async (test) => {
  const texts = {
    'x.conf': 'include conf/*.conf\n',
    'conf/a.conf': '$BASE=10.0.${NET}\n$NET=3\ninclude more/b.inc\n',
    'conf/more/b.inc': `vrrp_instance A {\ninterface eth0\nvirtual_router_id $\{_RANDOM 10 20}\n@one priority 50\n@^one priority 60\nvirtual_ipaddress {\n~SEQ(N, 1, 3) $\{BASE}.$\{N}\n~LST({M, N}, {7, 8}, {9, 10}) 10.1.$\{M}.$\{N}\n}\n}\n`,
    'conf/.hidden.conf': 'nonsense\n',
  };
  const [one] = modelOf(texts, 'one').instances;
  test.match(one, { vrid: 15, priority: 50 });
  test.same(
    one?.addresses.map((address) => address.address.join('.')),
    ['10.0.3.1', '10.0.3.2', '10.0.3.3', '10.1.7.8', '10.1.9.10'],
  );
  test.match(one?.place, { file: 'conf/more/b.inc', line: 1 });
  test.equal(modelOf(texts, 'two').instances[0]?.priority, 60);
});

t.test('a definition of several lines makes an instance at each use', async (test) => {
  const text =
    '$I= \\\nvrrp_instance I${N} { \\\n  interface eth0 \\\n  virtual_router_id ${N} \\\n  virtual_ipaddress { \\\n    10.0.0.${N} \\\n  } \\\n}\n\n~SEQ(N, 1, 3) $I\n';
  test.same(
    modelOf(text).instances.map(({ name, vrid }) => [name, vrid]),
    [
      ['I1', 1],
      ['I2', 2],
      ['I3', 3],
    ],
  );
});

t.test('sync groups: members, and weights that do not count in them', async (test) => {
  const second = instance('').replace(' A ', ' B ').replace(' 7', ' 8').replace('10.0.0.1', '10.0.0.2');
  const model = modelOf(
    `vrrp_sync_group G {\ngroup {\nA\nB\n}\nnotify_master /bin/true\n}\n${instance('track_interface {\neth1 weight 5\n}\n')}${second}`,
  );
  test.match(model.groups, [{ name: 'G', members: ['A', 'B'], trackingWeight: false }]);
  test.same(model.groups[0]?.notify.master?.words, ['/bin/true']);
  test.equal(model.instances[0]?.tracks.interfaces[0]?.weight, 0);
});

t.test('instances of a track_group watch the interface of its static addresses', async (test) => {
  const model = modelOf(
    `track_group T {\ngroup {\nA\n}\n}\nstatic_ipaddress {\n10.9.0.1/24 dev eth1 track_group T\n}\n${instance('')}`,
  );
  test.same(model.instances[0]?.tracks.interfaces, [{ name: 'eth1', weight: 0, reverse: false }]);
});

t.test('delays of interfaces stay below the time that makes a master', async (test) => {
  const delays = (lines: string, own = '') =>
    modelOf(`interface_up_down_delays {\n${lines}\n}\n${instance(own)}`).interfaceDelays;
  test.same(delays('eth0 1.5 0.5'), [{ interfaceName: 'eth0', downDelayMs: 1500, upDelayMs: 500 }]);
  test.same(delays('eth0 5 3'), [
    { interfaceName: 'eth0', downDelayMs: 2000 - 1000 / 256, upDelayMs: 2000 - 1000 / 256 },
  ]);
  test.same(delays('eth0 1', 'down_timer_adverts 1\n'), [{ interfaceName: 'eth0', downDelayMs: 0, upDelayMs: 0 }]);
  test.same(delays('eth1 5 3'), [{ interfaceName: 'eth1', downDelayMs: 5000, upDelayMs: 3000 }]);
});

t.test('exit codes are those of keepalived -t', async (test) => {
  test.equal(load(instance('')).exitCode, 0);
  test.equal(load(instance('interface\n')).exitCode, 2, 'a word is missing');
  test.equal(load(`${instance('')}virtual_server 10.0.0.1 80 {\n}\n`).exitCode, 4, 'it cannot be run');
  test.equal(load({}).exitCode, 4, 'there is no file');
  test.equal(load(instance('nonsense\n')).exitCode, 5, 'it runs with the rest');
  test.equal(load(instance('notify /bin/true\n')).exitCode, 6, 'scripts without script security');
});

t.test('random_seed makes random numbers repeatable', async (test) => {
  const text = globals('random_seed 5\n').replace('router_id 7', 'router_id ${_RANDOM 1 255}');
  const vrid = () => modelOf(text).instances[0]?.vrid;
  test.equal(vrid(), vrid());
});

t.test('-e: an include that finds nothing is a mistake', async (test) => {
  const files = textFiles({ 'x.conf': `include gone.conf\n${instance('')}` });
  for (const allFiles of [false, true]) {
    const { diagnostics } = loadKeepalived('x.conf', { files, host: labHost(), allFiles });
    test.match(diagnostics.list, [{ severity: allFiles ? 'alert' : 'warning', line: 1 }]);
  }
});

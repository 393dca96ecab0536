import t from 'tap';
import { Reactor } from '../../../src/loop/reactor.ts';
import { InterfaceTable } from '../../../src/net/interfaces.ts';
import { ENODEV } from '../../../src/sys/errno.ts';
import { interfaceIndex } from '../../../src/sys/socket-address.ts';
import type { NextHopModel, RouteModel, RuleModel } from '../../../src/vrrp/model.ts';
import { RouteMonitor } from '../../../src/vrrp/network/route-monitor.ts';
import { RouteTable } from '../../../src/vrrp/network/routes.ts';
import { RuleTable } from '../../../src/vrrp/network/rules.ts';
import { bytesOf, PLACE } from '../models.ts';
import {
  cannotRunKeepalived,
  cannotUnshare,
  enterNamespace,
  ip,
  makePair,
  until,
  withKeepalived,
} from './namespace.ts';

function route(text: string, more: Partial<RouteModel> = {}): RouteModel {
  const [host = '', prefix] = text.split('/');
  const family = host.includes(':') ? 6 : 4;
  return {
    place: PLACE,
    family: host === 'default' ? (more.family ?? 4) : family,
    destination: host === 'default' ? undefined : bytesOf(host),
    prefixLength: prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix),
    source: undefined,
    via: undefined,
    interfaceName: '',
    table: 254,
    metric: undefined,
    scope: undefined,
    protocol: undefined,
    type: 1,
    tos: 0,
    mtu: undefined,
    onlink: false,
    nextHops: [],
    noTrack: false,
    text,
    ...more,
  };
}

function hop(via: string, interfaceName: string, weight: number): NextHopModel {
  return { via: bytesOf(via), interfaceName, weight, onlink: false };
}

function rule(text: string, more: Partial<RuleModel> = {}): RuleModel {
  return {
    place: PLACE,
    family: 4,
    from: undefined,
    fromLength: 0,
    to: undefined,
    toLength: 0,
    invert: false,
    table: 0,
    preference: undefined,
    mark: undefined,
    markMask: undefined,
    tos: undefined,
    inputInterface: '',
    outputInterface: '',
    action: 1,
    noTrack: false,
    text,
    ...more,
  };
}

const why = cannotUnshare();
if (why) t.pass('network namespaces', { skip: why });
else {
  enterNamespace();
  makePair('left0', 'right0');
  ip('addr add 10.77.0.2/24 dev left0');
  ip('addr add fd77::2/64 dev left0 nodad');
  const via = bytesOf('10.77.0.1');
  const reactor = new Reactor();
  const interfaces = new InterfaceTable(reactor);
  interfaces.open({ onInterface() {}, onInterfaceGone() {}, onAddress() {} });
  const routes = new RouteTable();
  const rules = new RuleTable();
  t.teardown(() => {
    interfaces.close();
    reactor.close();
    routes.close();
    rules.close();
  });
  const left = interfaceIndex('left0');

  /** What `ip` shows of a family, without what was there before and what goes with an address. */
  const listing = (command: string) =>
    ip(command)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const ours = (list: string[]) =>
    list.filter((line) => /proto (keepalived|18|static)\b/.test(line) || line.startsWith('nexthop'));
  const shown4 = () => ours(listing('-d -4 route show table all'));
  const shown6 = () => ours(listing('-d -6 route show table all'));

  const lines4: [string, RouteModel][] = [
    ['192.168.1.0/24 via 10.77.0.1', route('192.168.1.0/24', { via })],
    ['192.168.2.0/24 via 10.77.0.1 dev left0', route('192.168.2.0/24', { via, interfaceName: 'left0' })],
    ['192.168.3.0/24 dev left0', route('192.168.3.0/24', { interfaceName: 'left0' })],
    ['192.168.4.0/24 dev left0 scope link', route('192.168.4.0/24', { interfaceName: 'left0', scope: 253 })],
    ['src 10.77.0.2 192.168.5.0/24 via 10.77.0.1', route('192.168.5.0/24', { via, source: bytesOf('10.77.0.2') })],
    ['192.168.6.0/24 via 10.77.0.1 metric 77', route('192.168.6.0/24', { via, metric: 77 })],
    ['192.168.7.0/24 via 10.77.0.1 table 100', route('192.168.7.0/24', { via, table: 100 })],
    ['192.168.8.0/24 via 10.77.0.1 table 100000', route('192.168.8.0/24', { via, table: 100000 })],
    ['192.168.9.0/24 via 10.77.0.1 mtu 1300', route('192.168.9.0/24', { via, mtu: 1300 })],
    ['192.168.10.0/24 via 10.77.0.1 protocol static no_track', route('192.168.10.0/24', { via, protocol: 4 })],
    ['192.168.11.0/24 via 10.77.0.1 tos 0x10', route('192.168.11.0/24', { via, tos: 16 })],
    [
      '192.168.12.0/24 via 10.99.0.1 dev left0 onlink',
      route('192.168.12.0/24', { via: bytesOf('10.99.0.1'), interfaceName: 'left0', onlink: true }),
    ],
    ['blackhole 192.168.13.0/24', route('192.168.13.0/24', { type: 6 })],
    ['unreachable 192.168.14.0/24', route('192.168.14.0/24', { type: 7 })],
    ['prohibit 192.168.15.0/24', route('192.168.15.0/24', { type: 8 })],
    ['throw 192.168.16.0/24', route('192.168.16.0/24', { type: 9 })],
    [
      '192.168.17.0/24 nexthop via 10.77.0.1 dev left0 weight 1 nexthop via 10.77.0.3 dev left0 weight 20',
      route('192.168.17.0/24', { nextHops: [hop('10.77.0.1', 'left0', 1), hop('10.77.0.3', 'left0', 20)] }),
    ],
    ['192.168.19.19 via 10.77.0.1', route('192.168.19.19', { via })],
    ['default via 10.77.0.1', route('default', { via })],
  ];
  const via6 = bytesOf('fd77::1');
  const lines6: [string, RouteModel][] = [
    ['fd01::/64 via fd77::1', route('fd01::/64', { via: via6 })],
    ['fd02::/64 dev left0', route('fd02::/64', { interfaceName: 'left0' })],
    ['fd03::/64 via fe80::1 dev left0', route('fd03::/64', { via: bytesOf('fe80::1'), interfaceName: 'left0' })],
    ['fd04::/64 via fd77::1 metric 77', route('fd04::/64', { via: via6, metric: 77 })],
    ['fd05::/64 via fd77::1 table 100000 mtu 1400', route('fd05::/64', { via: via6, table: 100000, mtu: 1400 })],
    ['blackhole fd06::/64', route('fd06::/64', { type: 6 })],
    ['unreachable fd07::/64', route('fd07::/64', { type: 7 })],
    ['src fd77::2 fd08::/64 via fd77::1', route('fd08::/64', { via: via6, source: bytesOf('fd77::2') })],
    [
      'fd09::/64 nexthop via fd77::1 dev left0 weight 2 nexthop via fd77::3 dev left0 weight 3',
      route('fd09::/64', { nextHops: [hop('fd77::1', 'left0', 2), hop('fd77::3', 'left0', 3)] }),
    ],
    ['fd10::10 via fd77::1', route('fd10::10', { via: via6 })],
    ['::/0 via fd77::1', route('::/0', { via: via6 })],
  ];
  const configuration = (block: string, some: string[]) => `vrrp_instance one {
    interface left0\n virtual_router_id 51\n priority 255\n virtual_ipaddress {\n 10.77.0.99\n }\n ${block} {\n ${some.join('\n')}\n }\n }`;

  t.test('every kind of route line gives what keepalived gives', { skip: cannotRunKeepalived() }, async (t) => {
    const all = [...lines4, ...lines6];
    const show = () => [...shown4(), ...shown6()];
    const theirs = await withKeepalived(
      configuration(
        'virtual_routes',
        all.map(([line]) => line),
      ),
      () => shown6().some((line) => line.includes('default')),
      show,
    );
    t.same(show(), []);
    for (const [line, model] of all) t.equal(routes.add(model, interfaces, left), 0, line);
    t.same(show(), theirs);
    for (const [line, model] of all) t.equal(routes.add(model, interfaces, left), 0, `again ${line}`);
    t.same(show(), theirs, 'nothing twice');
    for (const [line, model] of all) t.ok(routes.has(model, interfaces), line);
    for (const [line, model] of all) t.equal(routes.remove(model, interfaces, left), 0, line);
    for (const [line, model] of all) t.notOk(routes.has(model, interfaces), line);
    t.same(show(), []);
    for (const [line, model] of all) t.equal(routes.remove(model, interfaces, left), 0, `again ${line}`);
  });

  t.test('a route is put before one that is there, which stays', (t) => {
    ip('route add 192.168.30.0/24 via 10.77.0.3 metric 5');
    const model = route('192.168.30.0/24', { via, metric: 5 });
    t.equal(routes.add(model, interfaces, left), 0);
    t.match(listing('route show 192.168.30.0/24')[0], 'via 10.77.0.1');
    t.equal(routes.remove(model, interfaces, left), 0);
    t.match(listing('route show 192.168.30.0/24')[0], 'via 10.77.0.3');
    ip('route del 192.168.30.0/24');
    t.end();
  });

  t.test('a route without gateway and interface goes out of the default interface', (t) => {
    const model = route('192.168.31.0/24');
    t.equal(routes.add(model, interfaces, left), 0);
    t.match(listing('route show 192.168.31.0/24')[0], 'dev left0');
    t.equal(routes.remove(model, interfaces, left), 0);
    const linkLocal = route('fd31::/64', { via: bytesOf('fe80::1') });
    t.equal(routes.add(linkLocal, interfaces, left), 0);
    t.match(listing('-6 route show fd31::/64')[0], 'via fe80::1 dev left0');
    t.equal(routes.remove(linkLocal, interfaces, left), 0);
    t.end();
  });

  t.test('a gateway may be of the other family', (t) => {
    const model = route('192.168.33.0/24', { via: via6, interfaceName: 'left0' });
    t.equal(routes.add(model, interfaces, left), 0);
    t.match(listing('route show 192.168.33.0/24')[0], 'via inet6 fd77::1 dev left0');
    t.equal(routes.remove(model, interfaces, left), 0);
    t.same(listing('route show 192.168.33.0/24'), []);
    t.end();
  });

  t.test('an interface that is not there is told', (t) => {
    t.equal(routes.add(route('192.168.32.0/24', { interfaceName: 'nowhere' }), interfaces, left), -ENODEV);
    t.equal(routes.remove(route('192.168.32.0/24', { interfaceName: 'nowhere' }), interfaces, left), 0);
    const hops = [hop('10.77.0.1', 'nowhere', 1)];
    t.equal(routes.add(route('192.168.32.0/24', { nextHops: hops }), interfaces, left), -ENODEV);
    t.end();
  });

  const ruleLines: [string, RuleModel][] = [
    [
      'from 192.168.1.0/24 table 100 priority 1001',
      rule('1', { from: bytesOf('192.168.1.0'), fromLength: 24, table: 100, preference: 1001 }),
    ],
    [
      'to 192.168.2.0/24 table 100000 priority 1002',
      rule('2', { to: bytesOf('192.168.2.0'), toLength: 24, table: 100000, preference: 1002 }),
    ],
    [
      'not from 192.168.3.3 table 100 priority 1003',
      rule('3', { from: bytesOf('192.168.3.3'), fromLength: 32, invert: true, table: 100, preference: 1003 }),
    ],
    ['from all fwmark 0x123 table 100 priority 1004', rule('4', { mark: 0x123, table: 100, preference: 1004 })],
    [
      'from all fwmark 0x23/0xff table 100 priority 1005',
      rule('5', { mark: 0x23, markMask: 0xff, table: 100, preference: 1005 }),
    ],
    ['from all tos 0x10 table 100 priority 1006', rule('6', { tos: 16, table: 100, preference: 1006 })],
    [
      'from all iif left0 table 100 priority 1007',
      rule('7', { inputInterface: 'left0', table: 100, preference: 1007 }),
    ],
    [
      'from all oif left0 table 100 priority 1008',
      rule('8', { outputInterface: 'left0', table: 100, preference: 1008 }),
    ],
    [
      'blackhole from 192.168.9.0/24 priority 1009',
      rule('9', { from: bytesOf('192.168.9.0'), fromLength: 24, action: 6, preference: 1009 }),
    ],
    [
      'unreachable from 192.168.10.0/24 priority 1010',
      rule('10', { from: bytesOf('192.168.10.0'), fromLength: 24, action: 7, preference: 1010 }),
    ],
    [
      'prohibit from 192.168.11.0/24 priority 1011',
      rule('11', { from: bytesOf('192.168.11.0'), fromLength: 24, action: 8, preference: 1011 }),
    ],
    [
      'from 192.168.12.0/24 lookup main priority 1012',
      rule('12', { from: bytesOf('192.168.12.0'), fromLength: 24, preference: 1012 }),
    ],
    [
      'from fd01::/64 to fd02::/64 table 100 priority 1013',
      rule('13', {
        family: 6,
        from: bytesOf('fd01::'),
        fromLength: 64,
        to: bytesOf('fd02::'),
        toLength: 64,
        table: 100,
        preference: 1013,
      }),
    ],
  ];

  t.test('every kind of rule line gives what keepalived gives', { skip: cannotRunKeepalived() }, async (t) => {
    const show = () =>
      [...listing('-d -4 rule show'), ...listing('-d -6 rule show')].filter(
        (line) => !/lookup (local|main|default) proto kernel/.test(line),
      );
    const theirs = await withKeepalived(
      configuration(
        'virtual_rules',
        ruleLines.map(([line]) => line),
      ),
      () => show().length >= ruleLines.length,
      show,
    );
    t.ok(await until(() => show().length === 0));
    for (const [line, model] of ruleLines) t.equal(rules.add(model), 0, line);
    t.same(show(), theirs);
    for (const [line, model] of ruleLines) t.equal(rules.add(model), 0, `again ${line}`);
    t.equal(show().length, theirs.length, 'nothing twice');
    for (const [line, model] of ruleLines) t.ok(rules.has(model), line);
    for (const [line, model] of ruleLines) t.equal(rules.remove(model), 0, line);
    for (const [line, model] of ruleLines) t.notOk(rules.has(model), line);
    t.same(show(), []);
    for (const [line, model] of ruleLines) t.equal(rules.remove(model), 0, `again ${line}`);
  });

  t.test('a route or a rule of ours that is taken away by hand is told, others are not', async (t) => {
    const heard: string[] = [];
    const monitor = new RouteMonitor(reactor, {
      onRoutesGone: () => void heard.push('routes'),
      onRulesGone: () => void heard.push('rules'),
    });
    reactor.start();
    t.equal(monitor.open(), 0);
    t.equal(monitor.open(), 0);
    const ours4 = route('192.168.40.0/24', { via });
    const ours6 = route('fd40::/64', { via: via6 });
    const rule6 = rule('40', { family: 6, from: bytesOf('fd40::'), fromLength: 64, table: 100, preference: 1040 });
    ip('route add 192.168.41.0/24 via 10.77.0.1');
    ip('route del 192.168.41.0/24 via 10.77.0.1');
    ip('rule add from 192.168.41.0/24 lookup 100 priority 1041');
    ip('rule del from 192.168.41.0/24 lookup 100 priority 1041');
    t.equal(routes.add(ours4, interfaces, left), 0);
    t.equal(routes.add(ours6, interfaces, left), 0);
    t.equal(rules.add(rule6), 0);
    ip('-6 rule del from fd40::/64 lookup 100 priority 1040');
    t.ok(await until(() => heard.length === 1));
    t.same(heard, ['rules']);
    ip('route del 192.168.40.0/24');
    t.ok(await until(() => heard.length === 2));
    ip('-6 route del fd40::/64');
    t.ok(await until(() => heard.length === 3));
    t.same(heard, ['rules', 'routes', 'routes']);
    t.notOk(routes.has(ours4, interfaces) || routes.has(ours6, interfaces) || rules.has(rule6));
    monitor.close();
    monitor.close();
    reactor.stop();
  });
}

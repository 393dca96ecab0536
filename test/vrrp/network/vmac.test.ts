import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { Reactor } from '../../../src/loop/reactor.ts';
import { InterfaceTable, type NetworkInterface } from '../../../src/net/interfaces.ts';
import { EEXIST, ENODEV } from '../../../src/sys/errno.ts';
import type { VmacModel } from '../../../src/vrrp/model.ts';
import { hideAddresses, noAcceptRules } from '../../../src/vrrp/network/firewall.ts';
import { linkLocalOf, sourceAddressOf } from '../../../src/vrrp/network/source-address.ts';
import { type HeldSettings, promoteSecondariesSettings } from '../../../src/vrrp/network/sysctl.ts';
import { createVmac, ownsVmac, removeVmac, vmacGuarded } from '../../../src/vrrp/network/vmac.ts';
import { addressModel, bytesOf } from '../models.ts';
import {
  cannotRunKeepalived,
  cannotUnshare,
  enterNamespace,
  ip,
  ipJson,
  makePair,
  until,
  withKeepalived,
} from './namespace.ts';

const why = cannotUnshare();
const hasNft = ['/usr/sbin/nft', '/sbin/nft'].some((path) => existsSync(path));
if (why) t.pass('network namespaces', { skip: why });
else {
  enterNamespace();
  makePair('left0', 'right0');
  ip('addr add 10.77.0.2/24 dev left0');
  const reactor = new Reactor();
  const table = new InterfaceTable(reactor);
  table.open({ onInterface() {}, onInterfaceGone() {}, onAddress() {} });
  t.teardown(() => {
    table.close();
    reactor.close();
  });
  const parent = table.byName('left0') as NetworkInterface;

  const vmac4: VmacModel = { interfaceName: 'vrrp.51', mac: Uint8Array.of(0, 0, 0x5e, 0, 1, 51), transmitBase: false };
  const vmac6: VmacModel = { interfaceName: 'vrrp.53', mac: Uint8Array.of(0, 0, 0x5e, 0, 2, 53), transmitBase: false };

  const setting = (path: string) => readFileSync(`/proc/sys/net/${path}`, 'utf8').trim();
  /** All that keepalived sets on an interface. */
  function settings(name: string): string {
    const four = ['arp_ignore', 'arp_filter', 'rp_filter', 'accept_local', 'promote_secondaries'];
    const values = four.map((key) => `${key} ${setting(`ipv4/conf/${name}/${key}`)}`);
    for (const key of ['disable_ipv6', 'addr_gen_mode']) values.push(`${key} ${setting(`ipv6/conf/${name}/${key}`)}`);
    return values.join(', ');
  }
  /** What `ip` tells of the link and its addresses, less its number. */
  function looks(name: string): string {
    const [device] = ipJson(`-d addr show dev ${name}`);
    const { ifindex: _index, operstate: _state, ...rest } = device as Record<string, unknown>;
    return JSON.stringify(rest).replaceAll(/"10\.77\.0\.9\d"/g, '"vip"');
  }
  /** IPv6: after duplicate detection. */
  function hasSource(device: NetworkInterface): boolean {
    table.refresh();
    return sourceAddressOf(device, 6) !== undefined;
  }
  const exists = (name: string) => ipJson('link show').some(({ ifname }) => ifname === name);
  const ruleset = () => (hasNft ? execFileSync('nft', ['list', 'ruleset'], { encoding: 'utf8' }) : '');

  t.test(
    'the interface, its settings and those of its parent are as keepalived makes them',
    { skip: cannotRunKeepalived() },
    async (t) => {
      t.ok(await until(() => hasSource(parent)));
      const instance = (name: string, vrid: number, version: number, address: string) => `vrrp_instance ${name} {
      interface left0\n virtual_router_id ${vrid}\n priority 100\n version ${version}\n use_vmac\n advert_int 10
      virtual_ipaddress {\n ${address}\n }\n }\n`;
      writeFileSync('/proc/sys/net/ipv4/conf/all/rp_filter', '1');
      writeFileSync('/proc/sys/net/ipv4/conf/left0/rp_filter', '0');
      const seen = () => [
        looks('vrrp.51'),
        looks('vrrp.53'),
        settings('vrrp.51'),
        settings('vrrp.53'),
        settings('left0'),
        settings('right0'),
        setting('ipv4/conf/all/rp_filter'),
        setting('ipv4/conf/default/rp_filter'),
      ];
      const theirs = await withKeepalived(
        instance('four', 51, 2, '10.77.0.99') + instance('six', 53, 3, 'fe80::77'),
        () =>
          exists('vrrp.53') &&
          exists('vrrp.51') &&
          ipJson('-6 addr show dev vrrp.53').length > 0 &&
          /BROADCAST.*UP/.test(ip('link show vrrp.53')),
        seen,
      );
      t.ok(await until(() => !exists('vrrp.51') && !exists('vrrp.53')));
      // keepalived forgets its parent's settings.
      for (const key of ['arp_ignore', 'arp_filter']) writeFileSync(`/proc/sys/net/ipv4/conf/left0/${key}`, '0');
      const before = [
        settings('left0'),
        settings('right0'),
        setting('ipv4/conf/all/rp_filter'),
        setting('ipv4/conf/default/rp_filter'),
      ];
      table.refresh();

      t.equal(createVmac(vmac4, 4, parent), 0);
      t.equal(createVmac(vmac6, 6, parent), 0);
      t.equal(vmacGuarded(), hasNft ? 0 : -2);
      table.refresh();
      const ours = seen();
      theirs.forEach((line, at) => {
        t.equal(ours[at], line);
      });
      const device = table.byName('vrrp.51') as NetworkInterface;
      t.equal(device.parentIndex, parent.index);
      t.equal(device.kind, 'macvlan');
      t.same([...device.mac], [...vmac4.mac]);
      t.equal(setting('ipv6/conf/vrrp.53/accept_ra'), '0', 'beyond keepalived: no routers are learnt there');

      t.equal(removeVmac(device.index), 0);
      t.equal(removeVmac((table.byName('vrrp.53') as NetworkInterface).index), 0);
      t.notOk(exists('vrrp.51') || exists('vrrp.53'));
      t.same(
        [
          settings('left0'),
          settings('right0'),
          setting('ipv4/conf/all/rp_filter'),
          setting('ipv4/conf/default/rp_filter'),
        ],
        before,
        'all is given back',
      );
      t.equal(ruleset(), '');
      writeFileSync('/proc/sys/net/ipv4/conf/all/rp_filter', '0');
    },
  );

  t.test('several on one parent give back its settings with the last', (t) => {
    const other: VmacModel = { ...vmac4, interfaceName: 'vrrp.52', mac: Uint8Array.of(0, 0, 0x5e, 0, 1, 52) };
    t.equal(createVmac(vmac4, 4, parent), 0);
    t.equal(createVmac(other, 4, parent, { ipv6: true }), 0);
    table.refresh();
    t.equal(setting('ipv6/conf/vrrp.52/disable_ipv6'), '0');
    t.equal(removeVmac((table.byName('vrrp.51') as NetworkInterface).index), 0);
    t.match(settings('left0'), 'arp_ignore 1, arp_filter 1');
    t.equal(removeVmac((table.byName('vrrp.52') as NetworkInterface).index), 0);
    t.match(settings('left0'), 'arp_ignore 0, arp_filter 0');
    t.end();
  });

  t.test('what a killed agent left is taken over, put right or made anew', (t) => {
    ip('link add vrrp.51 link left0 type macvlan mode private');
    ip('link set vrrp.51 address 00:00:5e:00:01:33');
    const left = (ipJson('link show dev vrrp.51')[0] as { ifindex: number }).ifindex;
    t.equal(createVmac(vmac4, 4, parent), 0);
    t.equal((ipJson('link show dev vrrp.51')[0] as { ifindex: number }).ifindex, left, 'right already: kept');
    t.ok(ownsVmac(left));
    t.equal(createVmac(vmac4, 4, parent), 0, 'once more');
    t.equal(removeVmac(left), 0);
    t.notOk(ownsVmac(left));
    t.match(settings('left0'), 'arp_ignore 0, arp_filter 0');

    ip('link add vrrp.51 link left0 type macvlan mode bridge');
    t.equal(createVmac(vmac4, 4, parent), 0);
    t.match(ip('-d link show vrrp.51'), 'mode private');
    t.match(ip('link show vrrp.51'), '00:00:5e:00:01:33');
    table.refresh();
    t.equal(removeVmac((table.byName('vrrp.51') as NetworkInterface).index), 0);

    ip('link add vrrp.51 link right0 type macvlan mode private');
    t.notOk(ownsVmac((ipJson('link show dev vrrp.51')[0] as { ifindex: number }).ifindex));
    table.refresh();
    t.equal(createVmac(vmac4, 4, parent), 0);
    table.refresh();
    t.equal(table.byName('vrrp.51')?.parentIndex, parent.index, 'on another parent: made anew');
    t.equal(removeVmac((table.byName('vrrp.51') as NetworkInterface).index), 0);
    t.notOk(exists('vrrp.51'));
    t.end();
  });

  t.test('an interface of the name that is no macvlan is left alone', (t) => {
    makePair('vrrp.51', 'peer51');
    t.equal(createVmac(vmac4, 4, parent), -EEXIST);
    t.ok(exists('vrrp.51'));
    table.refresh();
    t.equal(removeVmac((table.byName('vrrp.51') as NetworkInterface).index), 0);
    t.ok(exists('vrrp.51'), 'not ours');
    ip('link del vrrp.51');
    t.end();
  });

  t.test('one that somebody deletes or changes while it is used is made anew or put right', (t) => {
    t.equal(createVmac(vmac4, 4, parent), 0);
    ip('link del vrrp.51');
    t.equal(createVmac(vmac4, 4, parent), 0);
    t.match(settings('left0'), 'arp_ignore 1, arp_filter 1');
    ip('link set vrrp.51 address 00:00:5e:00:01:44');
    t.equal(createVmac(vmac4, 4, parent), 0);
    t.match(ip('link show vrrp.51'), '00:00:5e:00:01:33');
    table.refresh();
    t.equal(removeVmac((table.byName('vrrp.51') as NetworkInterface).index), 0);
    t.match(settings('left0'), 'arp_ignore 0, arp_filter 0');
    t.end();
  });

  t.test('a parent that went in between is told, and can be forgotten', (t) => {
    makePair('left1', 'right1');
    table.refresh();
    const gone = table.byName('left1') as NetworkInterface;
    t.equal(createVmac(vmac4, 4, gone), 0);
    table.refresh();
    const { index } = table.byName('vrrp.51') as NetworkInterface;
    ip('link del left1');
    t.equal(removeVmac(index), 0);
    t.equal(createVmac(vmac4, 4, gone), -ENODEV);
    t.end();
  });

  t.test('group reports from the interface leave by the parent', { skip: !hasNft && 'needs nft' }, (t) => {
    t.equal(createVmac(vmac4, 4, parent), 0);
    t.match(ruleset(), /oifname "vrrp.51" ip protocol igmp dup to ip daddr device "left0" drop/);
    t.match(ruleset(), /oifname "vrrp.51" icmpv6 type nd-router-solicit drop/);
    table.refresh();
    removeVmac((table.byName('vrrp.51') as NetworkInterface).index);
    t.equal(ruleset(), '');
    t.end();
  });

  t.test('addresses without accept are hidden but for neighbour discovery', { skip: !hasNft && 'needs nft' }, (t) => {
    const hidden = [addressModel('10.77.0.99'), addressModel('fd77::99'), addressModel('fe80::77')].map((model) => ({
      model,
      on: 'left0',
    }));
    t.equal(hideAddresses(hidden), 0);
    t.equal(hideAddresses(hidden), 0, 'twice is once');
    for (const rule of [
      'ip daddr 10.77.0.99 drop',
      'ip saddr 10.77.0.99 drop',
      'ip6 daddr fd77::99 drop',
      'iifname "left0" ip6 daddr fe80::77 drop',
      'oifname "left0" ip6 saddr fe80::77 drop',
    ]) {
      t.equal(ruleset().split(rule).length, 2, rule);
    }
    ip('addr add 10.77.0.99/32 dev left0');
    const ping = (host: string) => {
      try {
        execFileSync('ping', ['-c1', '-W1', host], { stdio: 'ignore' });
        return true;
      } catch {
        return false;
      }
    };
    if (existsSync('/bin/ping') || existsSync('/usr/bin/ping')) {
      t.notOk(ping('10.77.0.99'));
      t.ok(ping('10.77.0.2'));
    }
    ip('addr del 10.77.0.99/32 dev left0');
    t.equal(hideAddresses([]), 0);
    t.equal(ruleset(), '');
    t.match(noAcceptRules([]), 'delete table ip6 mahalo_no_accept');
    t.end();
  });

  t.test('promote_secondaries is held while somebody needs it', (t) => {
    const held: HeldSettings = promoteSecondariesSettings();
    t.equal(held.hold(parent.index), 0);
    t.equal(held.hold(parent.index), 0);
    t.match(settings('left0'), 'promote_secondaries 1');
    held.release(parent.index);
    t.match(settings('left0'), 'promote_secondaries 1');
    held.release(parent.index);
    t.match(settings('left0'), 'promote_secondaries 0');
    held.release(parent.index);
    t.equal(held.hold(4242), -ENODEV);
    t.end();
  });

  t.test('the source is the first own address, and link-local for IPv6', async (t) => {
    ip('addr flush dev right0');
    ip('link set right0 down');
    ip('link set right0 up');
    ip('addr add 10.66.0.9/32 dev right0');
    ip('addr add 10.66.0.1/24 dev right0');
    ip('addr add 10.66.0.2/24 dev right0');
    ip('addr add fd66::1/64 dev right0 nodad');
    table.refresh();
    const right = table.byName('right0') as NetworkInterface;
    t.same([...(sourceAddressOf(right, 4) ?? [])], [10, 66, 0, 9]);
    t.same([...(sourceAddressOf(right, 4, [addressModel('10.66.0.9')]) ?? [])], [10, 66, 0, 1]);
    const own = linkLocalOf(right.mac);
    t.ok(await until(() => hasSource(right)), 'after duplicate detection');
    t.same([...(sourceAddressOf(right, 6) ?? [])], [...own]);
    ip('addr add fe80::77/64 dev right0 nodad');
    table.refresh();
    t.same([...(sourceAddressOf(right, 6, [addressModel('fe80::77')]) ?? [])], [...own]);
    ip('addr flush dev right0');
    table.refresh();
    t.equal(sourceAddressOf(right, 4), undefined);
    t.equal(sourceAddressOf(right, 6), undefined);
    t.same([...linkLocalOf(bytesOf('0.0.0.0'))], [...bytesOf('fe80::200:ff:fe00:0')]);
  });
}

import t from 'tap';
import { Reactor } from '../../../src/loop/reactor.ts';
import { InterfaceTable } from '../../../src/net/interfaces.ts';
import { ENODEV } from '../../../src/sys/errno.ts';
import { interfaceIndex } from '../../../src/sys/socket-address.ts';
import type { AddressModel } from '../../../src/vrrp/model.ts';
import { AddressTable } from '../../../src/vrrp/network/addresses.ts';
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
if (why) t.pass('network namespaces', { skip: why });
else {
  enterNamespace();
  makePair('left0', 'right0');
  ip('addr add 10.77.0.2/24 dev left0');
  const index = interfaceIndex('left0');
  const table = new AddressTable();
  t.teardown(() => table.close());

  /** What `ip` says of the addresses of left0 but its own and the link-local one. */
  function shown(): Record<string, unknown>[] {
    const [device] = ipJson('-d addr show dev left0');
    const all = (device?.addr_info ?? []) as Record<string, unknown>[];
    return all.filter(
      ({ local, scope }) =>
        local !== '10.77.0.2' && !(scope === 'link' && String(local).startsWith('fe80::') && local !== 'fe80::77'),
    );
  }

  /** What keepalived.conf says, and the model of the same. */
  const lines: [string, AddressModel][] = [
    ['10.77.0.100', addressModel('10.77.0.100')],
    ['10.77.0.101/24 dev left0 label left0:1', addressModel('10.77.0.101/24', { label: 'left0:1' })],
    ['10.77.0.102/24 brd +', addressModel('10.77.0.102/24', { broadcast: 'derived' })],
    ['10.79.3.103/20 brd +', addressModel('10.79.3.103/20', { broadcast: 'derived' })],
    ['10.80.3.104/20 brd -', addressModel('10.80.3.104/20', { broadcast: 'none' })],
    ['10.77.0.105/24 brd 10.77.0.255', addressModel('10.77.0.105/24', { broadcast: bytesOf('10.77.0.255') })],
    ['10.77.0.106/31 brd +', addressModel('10.77.0.106/31', { broadcast: 'derived' })],
    ['10.77.0.107 scope link', addressModel('10.77.0.107', { scope: 253 })],
    ['10.81.0.108/24 scope host', addressModel('10.81.0.108/24', { scope: 254 })],
    ['10.77.0.109 peer 10.88.0.1', addressModel('10.77.0.109', { peer: bytesOf('10.88.0.1') })],
    ['10.82.0.110/24 noprefixroute', addressModel('10.82.0.110/24', { noPrefixRoute: true })],
    ['10.77.0.111 home', addressModel('10.77.0.111', { home: true })],
    ['10.77.0.112 mngtmpaddr', addressModel('10.77.0.112', { managetempaddr: true })],
    ['fd77::100/64', addressModel('fd77::100/64')],
    ['fd77::101', addressModel('fd77::101')],
    ['fd77::102 preferred_lft forever', addressModel('fd77::102', { preferredLifetimeS: 0xffff_ffff })],
    ['fd77::103/64 preferred_lft 0', addressModel('fd77::103/64', { preferredLifetimeS: 0 })],
    ['fd77::104/64 preferred_lft 10000', addressModel('fd77::104/64', { preferredLifetimeS: 10000 })],
    ['fd77::105/64 -nodad', addressModel('fd77::105/64', { noDad: true })],
    ['fd77::106/64 home', addressModel('fd77::106/64', { home: true })],
    ['fd79::107/64 noprefixroute', addressModel('fd79::107/64', { noPrefixRoute: true })],
    ['fd77::108 peer fd78::1', addressModel('fd77::108', { peer: bytesOf('fd78::1') })],
    ['fd77::109/64 mngtmpaddr', addressModel('fd77::109/64', { managetempaddr: true })],
  ];

  t.test('every kind of address line gives what keepalived gives', { skip: cannotRunKeepalived() }, async (t) => {
    const settled = () => !JSON.stringify(shown()).includes('tentative');
    const describe = (model: AddressModel) => {
      const entry = shown().find(({ local }) => local === model.text.split('/')[0]);
      // A lifetime runs down while we look, and the peer is in the order of making.
      return JSON.stringify(entry).replace(/"preferred_life_time":9\d{3}/, '"preferred_life_time":10000');
    };
    for (const family of [4, 6]) {
      const some = lines.filter(([, model]) => model.family === family);
      const first = family === 4 ? '10.77.0.99' : 'fe80::77';
      const theirs = await withKeepalived(
        `vrrp_instance one {
          interface left0\n virtual_router_id 51\n priority 255\n version 3
          virtual_ipaddress {\n ${[first, ...some.map(([line]) => line)].join('\n')}\n }
        }`,
        () => shown().length >= some.length + 1 && settled(),
        () => some.map(([, model]) => describe(model)),
      );
      t.same(
        shown().map(({ local }) => local),
        family === 4 ? ['10.77.0.109'] : [],
        'keepalived leaves an address with a peer behind',
      );
      for (const [, model] of some) table.remove(model, index);
      t.same(shown(), []);
      for (const [line, model] of some) t.equal(table.add(model, index, 0), 0, line);
      t.ok(await until(settled));
      some.forEach(([line, model], at) => {
        t.equal(describe(model), theirs[at], line);
        t.ok(table.has(model, index), line);
        t.equal(table.remove(model, index), 0, line);
        t.notOk(table.has(model, index), line);
      });
      t.same(shown(), []);
    }
  });

  t.test('an address with a lifetime goes by itself', async (t) => {
    for (const text of ['10.77.0.100/32', '10.78.0.100/24', 'fd77::100/128', 'fd77::101/64']) {
      t.equal(table.add(addressModel(text), index, 3000), 0);
    }
    t.equal(shown().length, 4);
    t.ok(shown().every(({ valid_life_time }) => Number(valid_life_time) <= 3));
    t.ok(await until(() => shown().length === 0));
  });

  t.test('renewing keeps the address without any event of loss', async (t) => {
    const reactor = new Reactor();
    const interfaces = new InterfaceTable(reactor);
    const lost: string[] = [];
    reactor.start();
    interfaces.open({
      onInterface() {},
      onInterfaceGone() {},
      onAddress: (_on, address, added) => added || lost.push(address.join('.')),
    });
    const models = [
      addressModel('10.77.0.100/32', { label: 'left0:1' }),
      addressModel('10.78.0.100/24', { broadcast: 'derived' }),
      addressModel('10.77.0.101/32', { peer: bytesOf('10.88.0.1') }),
      addressModel('fd77::100/128'),
      addressModel('fd77::101/64'),
      addressModel('fd77::102/64', { home: true, preferredLifetimeS: 0 }),
    ];
    const renew = () => models.map((model) => table.add(model, index, 2000));
    t.same(renew(), [0, 0, 0, 0, 0, 0]);
    const until4 = Date.now() + 4000;
    await until(() => {
      renew();
      return Date.now() > until4;
    });
    t.equal(shown().length, 6);
    t.same(lost, []);
    // From now on for ever.
    t.same(
      models.map((model) => table.add(model, index, 0)),
      [0, 0, 0, 0, 0, 0],
    );
    t.ok(shown().every(({ valid_life_time }) => valid_life_time === 0xffff_ffff));
    t.same(lost, []);
    t.same(
      models.map((model) => table.remove(model, index)),
      [0, 0, 0, 0, 0, 0],
    );
    t.ok(await until(() => lost.length === 6));
    interfaces.close();
    reactor.close();
  });

  t.test('removing what is not there is no fault; an interface that is gone is', (t) => {
    t.equal(table.remove(addressModel('10.77.0.100/32'), index), 0);
    t.equal(table.remove(addressModel('fd77::100/64'), index), 0);
    t.equal(table.remove(addressModel('10.77.0.100/32'), 4242), 0);
    t.equal(table.add(addressModel('10.77.0.100/32'), 4242, 0), -ENODEV);
    t.notOk(table.has(addressModel('10.77.0.100/32'), 4242));
    t.end();
  });

  t.test('what is taken off while its renewal is under way stays off', async (t) => {
    const model = addressModel('10.77.0.100/24');
    for (let round = 0; round < 100; round++) {
      t.equal(table.add(model, index, 3000), 0);
      const done = new Promise<number>((resolve) => {
        table.renew(model, index, 3000, resolve);
      });
      t.equal(table.renewing, true);
      t.equal(table.remove(model, index), 0);
      t.equal(await done, 0);
      t.equal(table.renewing, false);
      t.notOk(table.has(model, index));
    }
  });

  t.test('only the address with the same prefix is ours', (t) => {
    t.equal(table.add(addressModel('10.77.0.100/24'), index, 0), 0);
    t.notOk(table.has(addressModel('10.77.0.100/32'), index));
    t.equal(table.remove(addressModel('10.77.0.100/32'), index), 0);
    t.ok(table.has(addressModel('10.77.0.100/24'), index));
    t.equal(table.remove(addressModel('10.77.0.100/24'), index), 0);
    t.end();
  });
}

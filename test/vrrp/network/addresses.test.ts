import t from 'tap';
import { Reactor } from '../../../src/loop/reactor.ts';
import { ENODEV } from '../../../src/sys/errno.ts';
import { interfaceIndex } from '../../../src/sys/socket-address.ts';
import type { AddressModel } from '../../../src/vrrp/model.ts';
import { AddressTable } from '../../../src/vrrp/network/addresses.ts';
import { InterfaceTable } from '../../../src/vrrp/network/interfaces.ts';
import {
  addressModel,
  bytesOf,
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
if (why) t.pass(`skipped: ${why}`);
else {
  enterNamespace();
  makePair('left0', 'right0');
  ip('addr add 10.77.0.2/24 dev left0');
  const index = interfaceIndex('left0');
  const table = new AddressTable();
  t.equal(table.open(), 0);
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
    ['10.77.0.100/24 dev left0 label left0:1', addressModel('10.77.0.100/24', { label: 'left0:1' })],
    ['10.77.0.100/24 brd +', addressModel('10.77.0.100/24', { broadcast: 'derived' })],
    ['10.78.3.100/20 brd +', addressModel('10.78.3.100/20', { broadcast: 'derived' })],
    ['10.78.3.100/20 brd -', addressModel('10.78.3.100/20', { broadcast: 'none' })],
    ['10.77.0.100/24 brd 10.77.0.255', addressModel('10.77.0.100/24', { broadcast: bytesOf('10.77.0.255') })],
    ['10.77.0.100/31 brd +', addressModel('10.77.0.100/31', { broadcast: 'derived' })],
    ['10.77.0.100 scope link', addressModel('10.77.0.100', { scope: 253 })],
    ['10.77.0.100/24 scope host', addressModel('10.77.0.100/24', { scope: 254 })],
    ['10.77.0.100 peer 10.88.0.1', addressModel('10.77.0.100', { peer: bytesOf('10.88.0.1') })],
    ['10.78.0.100/24 noprefixroute', addressModel('10.78.0.100/24', { noPrefixRoute: true })],
    ['10.77.0.100 home', addressModel('10.77.0.100', { home: true })],
    ['fd77::100/64', addressModel('fd77::100/64')],
    ['fd77::100', addressModel('fd77::100')],
    ['fd77::100 preferred_lft forever', addressModel('fd77::100', { preferredLifetimeS: 0xffff_ffff })],
    ['fd77::100/64 preferred_lft 0', addressModel('fd77::100/64', { preferredLifetimeS: 0 })],
    ['fd77::100/64 preferred_lft 1000', addressModel('fd77::100/64', { preferredLifetimeS: 1000 })],
    ['fd77::100/64 -nodad', addressModel('fd77::100/64', { noDad: true })],
    ['fd77::100/64 home', addressModel('fd77::100/64', { home: true })],
    ['fd77::100/64 noprefixroute', addressModel('fd77::100/64', { noPrefixRoute: true })],
    ['fd77::100 peer fd78::1', addressModel('fd77::100', { peer: bytesOf('fd78::1') })],
  ];

  t.test('every kind of address line gives what keepalived gives', { skip: cannotRunKeepalived() }, async (t) => {
    // The lifetimes left run down while we look.
    const lasting = (list: Record<string, unknown>[]) =>
      JSON.stringify(list).replaceAll(/"preferred_life_time":(\d{3}|1000)\b/g, '"preferred":1000');
    for (const [line, model] of lines) {
      // In an instance of its family; another family's address may only be an excluded one.
      const configuration = `vrrp_instance one { interface left0 \n virtual_router_id 51 \n priority 255 \n version 3
        virtual_ipaddress { ${model.family === 4 ? '10.77.0.99' : 'fe80::77'} \n ${line} \n } }`;
      const first = model.family === 4 ? '10.77.0.99' : 'fe80::77';
      const settled = () => !JSON.stringify(shown()).includes('tentative');
      const theirs = await withKeepalived(
        `global_defs { router_id one }\n${configuration}`,
        () => shown().length >= 2 && settled(),
        () => shown().filter(({ local }) => local !== first),
      );
      t.ok(await until(() => shown().length === 0), 'keepalived is gone');
      t.equal(table.add(model, index, 0), 0, line);
      t.ok(await until(settled));
      t.equal(lasting(shown()), lasting(theirs), line);
      t.ok(table.has(model, index), line);
      t.equal(table.remove(model, index), 0, line);
      t.same(shown(), [], line);
      t.notOk(table.has(model, index), line);
    }
  });

  t.test('an address with a lifetime goes by itself', async (t) => {
    for (const text of ['10.77.0.100/32', '10.78.0.100/24', 'fd77::100/128', 'fd77::101/64']) {
      t.equal(table.add(addressModel(text), index, 1000), 0);
    }
    t.equal(shown().length, 4);
    t.ok(shown().every(({ valid_life_time }) => Number(valid_life_time) <= 1));
    t.ok(await until(() => shown().length === 0, 4000));
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

  t.test('only the address with the same prefix is ours', (t) => {
    t.equal(table.add(addressModel('10.77.0.100/24'), index, 0), 0);
    t.notOk(table.has(addressModel('10.77.0.100/32'), index));
    t.equal(table.remove(addressModel('10.77.0.100/32'), index), 0);
    t.ok(table.has(addressModel('10.77.0.100/24'), index));
    t.equal(table.remove(addressModel('10.77.0.100/24'), index), 0);
    t.end();
  });
}

/** The DHCP client against a real server: lease, loss, a server that comes late, none at all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readLease } from '../../../src/appliance/network/dhcp/lease.ts';
import { linkLocal } from '../../../src/appliance/network/fallback.ts';
import { ipJson } from '../../vrrp/network/namespace.ts';
import { cannotMakeLab, Lab } from './lab.ts';

t.setTimeout(600_000);

t.test('what a server says is believed as far as it can be true', async (t) => {
  const lease = readLease(
    'event=bound\ndomain=x\nip=10.0.0.5\nmask=24\nrouter=10.0.0.1 10.0.0.2\ndns=1.1.1.1\nlease=60\n',
  );
  t.match(lease, { kind: 'bound', lease: { nameServers: ['1.1.1.1'], domain: 'x', seconds: 60, timeServers: [] } });
  t.match(readLease('event=bound\nip=10.0.0.5\nmask=\n'), { lease: { address: { length: 32 } } });
  for (const text of [
    '',
    'event=deconfig',
    'event=bound',
    'event=bound\nip=224.0.0.1\nmask=24',
    'event=nak',
    'ip=1.1.1.1',
  ]) {
    t.same(readLease(text), { kind: 'none' }, text);
  }
  t.same(readLease('event=leasefail\n'), { kind: 'unanswered' });
  const odd = readLease(
    'event=renew\nip=10.0.0.5\nmask=24\ndns=0.0.0.0 ::1 x 127.0.0.1 9.9.9.9\ndomain=a b;\nrouter=255.255.255.255',
  );
  t.match(odd, { lease: { nameServers: ['9.9.9.9'], domain: '', gateways: [] } });
});

const why = cannotMakeLab();
if (why) t.pass('network namespaces', { skip: why });
else {
  const lab = new Lab();
  t.teardown(() => lab.close());
  const resolvers = () => readFileSync(join(lab.directory, 'run/resolv.conf'), 'utf8');
  const twoArm = { mode: 'two-arm', ports: { eth0: {}, eth1: { ipv4: 'off', ipv6: 'off' } } };

  t.test('a lease gives address, way out, name servers', async (t) => {
    const server = lab.left.serveDhcp(71, lab.directory, '--dhcp-option=6,10.71.0.53', '--domain=class.example');
    await lab.use(twoArm);
    await lab.until('a lease', () => lab.addresses('eth0').some((address) => address.startsWith('10.71.0.')));
    t.match(ipJson('route show default'), [{ gateway: '10.71.0.1', dev: 'eth0', protocol: '109', metric: 101 }]);
    t.equal(resolvers(), 'search class.example\nnameserver 10.71.0.53\n');
    t.match(lab.network.places(), [
      { place: { link: 'eth0' }, lease: { server: '10.71.0.1', seconds: 120 }, fallback: [] },
      {},
    ]);
    t.equal(
      readFileSync(join(lab.directory, 'run/hosts'), 'utf8').split('\n')[2],
      '127.0.1.1\tmahalo-test.local mahalo-test',
    );

    t.comment('name servers of our own are asked instead');
    await lab.use({ ...twoArm, nameServers: ['9.9.9.9'] });
    t.equal(resolvers(), 'search class.example\nnameserver 9.9.9.9\n');

    t.comment('and an address of our own: the client goes, and what it got');
    await lab.use({ mode: 'two-arm', ports: { eth0: { ipv4: { address: '10.71.0.2/24' } } } });
    t.same(lab.addresses('eth0'), ['10.71.0.2/24']);
    t.same(ipJson('route show default'), []);
    t.equal(resolvers(), '\n'.trim());
    await lab.left.stop(server);
    lab.left.ip('addr flush dev eth0 scope global');
  });

  t.test('nobody answers: a link-local address and a fixed one, until somebody does', async (t) => {
    await lab.use({ mode: 'two-arm', ports: { eth0: {}, eth1: {} } });
    await lab.until('fallbacks', () => lab.addresses('eth0').length === 2 && lab.addresses('eth1').length === 1);
    const mac = lab.network.interfaces.byName('eth0')?.mac as Uint8Array;
    t.same(lab.addresses('eth0'), ['10.77.77.1/24', `${linkLocal(mac, 0).join('.')}/16`]);
    t.same(lab.addresses('eth1'), ['10.77.78.1/24'], 'two ports in one network would confuse both');
    lab.left.ip('addr add 10.77.77.2/24 dev eth0');
    t.ok(
      lab.left.can('ping', '-c', '3', '-W', '20', '10.77.77.1'),
      'a laptop with an address by hand reaches the unit',
    );

    t.comment('somebody else takes the fixed address: we let go of it');
    lab.left.ip('addr del 10.77.77.2/24 dev eth0');
    lab.left.ip('addr add 10.77.77.1/24 dev eth0');
    lab.left.run('busybox', 'arping', '-U', '-c', '1', '-I', 'eth0', '10.77.77.1');
    await lab.until('given up', () => !lab.addresses('eth0').includes('10.77.77.1/24'));
    lab.left.ip('addr del 10.77.77.1/24 dev eth0');

    t.comment('a server that starts late is found, and what we gave ourselves goes');
    lab.left.serveDhcp(72, lab.directory);
    await lab.until('a lease', () => lab.addresses('eth0').some((address) => address.startsWith('10.72.0.')));
    await lab.until('no more fallback', () => lab.addresses('eth0').length === 1);
    t.same(lab.addresses('eth1'), ['10.77.78.1/24']);
  });

  t.test('a taken link-local address is not taken, the next one is', async (t) => {
    const mac = lab.network.interfaces.byName('eth1')?.mac as Uint8Array;
    await lab.use({ mode: 'one-arm', ports: { eth0: { ipv4: { address: '10.99.0.2/24' } } } });
    lab.right.ip(`addr add ${linkLocal(mac, 0).join('.')}/16 dev eth0`);
    await lab.use({ mode: 'one-arm', ports: { eth1: {} } });
    await lab.until('the second choice', () => lab.addresses('eth1').includes(`${linkLocal(mac, 1).join('.')}/16`));
    t.notOk(lab.addresses('eth1').includes(`${linkLocal(mac, 0).join('.')}/16`));
  });
}

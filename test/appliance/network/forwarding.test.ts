/** What passes through the unit: a bridge without configuration on either side, a router with DHCP, names and NAT. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { findProgram } from '../../find-program.ts';
import { cannotMakeLab, Lab } from './lab.ts';

t.setTimeout(600_000);

/** Serves one text at a port, and says who asked. */
const SERVER = `require('http').createServer((request, answer) => answer.end('from ' + request.socket.remoteAddress)).listen(80, '::')`;

const why = cannotMakeLab() || (findProgram('curl') === null ? 'needs curl' : false);
if (why) t.pass('network namespaces', { skip: why });
else {
  const lab = new Lab();
  const { left, right } = lab;
  t.teardown(() => lab.close());
  left.start(process.execPath, '-e', SERVER);
  const asked = (...words: readonly string[]): string => {
    try {
      return right.run('curl', '-s', '-m', '30', ...words);
    } catch {
      return '';
    }
  };

  t.test('bridge: client and server reach each other, and both the unit', async (t) => {
    await lab.use({ mode: 'bridge', bridge: { ipv4: { address: '10.81.0.2/24' } } });
    left.ip('addr add 10.81.0.1/24 dev eth0');
    left.ip('addr add fd81::1/64 dev eth0 nodad');
    right.ip('addr add 10.81.0.3/24 dev eth0');
    right.ip('addr add fd81::3/64 dev eth0 nodad');
    await lab.until('IPv4 goes through', () => asked('http://10.81.0.1/') === 'from ::ffff:10.81.0.3');
    await lab.until('IPv6 goes through', () => asked('http://[fd81::1]/') === 'from fd81::3');
    const own = createServer((_, answer) => answer.end('the unit')).listen(0, '10.81.0.2');
    await new Promise((done) => own.once('listening', done));
    const { port } = own.address() as { port: number };
    const answer = await new Promise<string>((done) => {
      const child = right.start(
        'curl',
        '-s',
        '-m',
        '60',
        '-o',
        join(lab.directory, 'answer'),
        `http://10.81.0.2:${port}/`,
      );
      child.once('exit', () => done(readFileSync(join(lab.directory, 'answer'), 'utf8')));
    });
    own.close();
    t.equal(answer, 'the unit');
    t.same([lab.addresses('eth0'), lab.addresses('eth1')], [[], []]);
  });

  t.test('bridge: a lease goes through, and the unit has one of the same server', async (t) => {
    left.ip('addr flush dev eth0 scope global');
    right.ip('addr flush dev eth0 scope global');
    left.serveDhcp(82, lab.directory);
    await lab.use({ mode: 'bridge' });
    await lab.until('a lease of the unit', () => lab.addresses('br0').some((one) => one.startsWith('10.82.0.')));
    const script = join(lab.directory, 'client.sh');
    writeFileSync(script, '#!/bin/sh\n[ "$1" != bound ] || ip addr add "$ip/$mask" dev eth0\n', { mode: 0o755 });
    right.run('busybox', 'udhcpc', '-f', '-q', '-n', '-t', '20', '-i', 'eth0', '-s', script);
    t.match(right.ip('addr show dev eth0'), /inet 10\.82\.0\.\d+\/24/);
    t.match(asked('http://10.82.0.1/'), /^from ::ffff:10\.82\.0\./);
    right.ip('addr flush dev eth0 scope global');
  });

  t.test("router: a client gets an address, a name for the unit, and goes out under the unit's address", async (t) => {
    await lab.use(
      {
        mode: 'router',
        uplink: 'eth0',
        ports: { eth0: {}, eth1: { ipv4: { address: '10.83.0.1/24' }, ipv6: 'link-local' } },
        leases: { first: '10.83.0.50', last: '10.83.0.60' },
      },
      'pocket-7',
    );
    await lab.until('the uplink', () => lab.addresses('eth0').some((one) => one.startsWith('10.82.0.')));
    const script = join(lab.directory, 'routed.sh');
    writeFileSync(
      script,
      '#!/bin/sh\n[ "$1" != bound ] || { ip addr add "$ip/$mask" dev eth0; ip route replace default via "$router"; echo "$dns" >"$0.dns"; }\n',
      { mode: 0o755 },
    );
    right.run('busybox', 'udhcpc', '-f', '-q', '-n', '-t', '20', '-i', 'eth0', '-s', script);
    t.match(right.ip('addr show dev eth0'), /inet 10\.83\.0\.5\d|inet 10\.83\.0\.60/);
    t.equal(readFileSync(`${script}.dns`, 'utf8').trim(), '10.83.0.1');
    const uplink = (lab.addresses('eth0')[0] as string).split('/')[0];
    await lab.until('the way out', () => asked('http://10.82.0.1/') === `from ::ffff:${uplink}`);
    t.match(right.run('busybox', 'nslookup', 'pocket-7.lan', '10.83.0.1'), /pocket-7\.lan\s+Address: 10\.83\.0\.1\s/);

    t.comment('from outside nothing comes in that nobody inside asked for');
    right.start(process.execPath, '-e', SERVER);
    left.ip(`route add 10.83.0.0/24 via ${uplink}`);
    const inner = /inet (10\.83\.0\.\d+)/.exec(right.ip('addr show dev eth0'))?.[1] as string;
    t.ok(
      right.can(
        'curl',
        '-s',
        '-m',
        '60',
        '--retry',
        '50',
        '--retry-connrefused',
        '-o',
        '/dev/null',
        `http://${inner}/`,
      ),
    );
    t.notOk(left.can('curl', '-s', '-m', '3', `http://${inner}/`));

    t.comment('and a unit that is a router no more leaves nothing of it behind');
    await lab.use({ mode: 'two-arm', ports: { eth0: {}, eth1: { ipv4: { address: '10.83.0.1/24' } } } });
    t.equal(right.can('curl', '-s', '-m', '3', 'http://10.82.0.1/'), false);
    t.equal(lab.network.refused, '');
  });
}

import fc from 'fast-check';
import t from 'tap';
import { SocketAddress } from '../../src/sys/socket-address.ts';
import { AF_INET, AF_INET6, AF_UNIX } from '../../src/sys/socket-constants.ts';

t.test('IPv4 addresses have the bytes of struct sockaddr_in', (t) => {
  const address = SocketAddress.ipv4('192.168.10.254', 8080);
  t.equal(address.family, AF_INET);
  t.equal(address.bytes.toString('hex'), '02001f90c0a80afe0000000000000000');
  t.equal(`${address}`, '192.168.10.254:8080');
  t.equal(address.withPort(1).port, 1);
  t.equal(address.port, 8080, 'and withPort leaves the original alone');
  for (const text of ['1.2.3', '1.2.3.4.5', '256.1.1.1', 'a.b.c.d', '', '::1']) {
    t.throws(() => SocketAddress.ipv4(text, 1), RangeError, text);
  }
  t.throws(() => SocketAddress.ipv4('1.2.3.4', 65536), RangeError);
  t.end();
});

t.test('IPv6 texts follow inet_ntop', (t) => {
  const texts: [string, string][] = [
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::ffff:10.1.2.3', '::ffff:10.1.2.3'],
    ['fe80:0:0:0:a:b:c:d', 'fe80::a:b:c:d'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['0:0:3:4:5:6:7:0', '::3:4:5:6:7:0'],
  ];
  for (const [written, read] of texts) t.equal(SocketAddress.ipv6(written, 1).host, read, written);
  t.equal(`${SocketAddress.ipv6('::1', 443)}`, '[::1]:443');
  t.equal(SocketAddress.ipv6('::1', 443).family, AF_INET6);
  t.equal(SocketAddress.ipv6('fe80::1%lo', 1).bytes.readUInt32LE(24), 1, 'a zone is the interface index');
  t.throws(() => SocketAddress.ipv6('fe80::1%no-such-interface', 1), RangeError);
  t.throws(() => SocketAddress.ipv6('1.2.3.4', 1), RangeError);
  t.end();
});

t.test('a mapped IPv4 address says so and can be unmapped', (t) => {
  const mapped = SocketAddress.ipv6('::ffff:10.1.2.3', 80);
  t.equal(mapped.isMappedIpv4, true);
  t.ok(mapped.unmapped().equals(SocketAddress.ipv4('10.1.2.3', 80)));
  const plain = SocketAddress.ipv6('::1', 80);
  t.equal(plain.unmapped(), plain);
  t.end();
});

t.test('unix addresses keep their path, abstract ones their name', (t) => {
  const unix = SocketAddress.unix('/run/a.sock');
  t.equal(unix.family, AF_UNIX);
  t.equal(unix.host, '/run/a.sock');
  t.equal(`${unix}`, 'unix:/run/a.sock');
  t.equal(unix.port, 0);
  const abstract = SocketAddress.abstract('mahalo');
  t.equal(abstract.length, 2 + 1 + 6);
  t.equal(abstract.isAbstract, true);
  t.equal(`${abstract}`, 'abns@mahalo');
  t.equal(SocketAddress.abstract('mahalo', true).length, 110);
  t.equal(SocketAddress.abstract('mahalo', true).host, 'mahalo');
  t.equal(SocketAddress.fromBytes(Buffer.from([1, 0]), 2).host, '', 'an unnamed socket');
  t.throws(() => SocketAddress.unix('x'.repeat(108)), RangeError);
  t.doesNotThrow(() => SocketAddress.unix('x'.repeat(107)));
  t.throws(() => SocketAddress.unix(''), RangeError);
  t.end();
});

t.test('every IPv6 address survives text and back', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(65535), (bytes, port) => {
      // Runs of zeros are what the compressed form is about.
      for (let index = 0; index < 16; index++) if ((bytes[index] as number) < 128) bytes[index] = 0;
      const raw = Buffer.alloc(28);
      raw[0] = AF_INET6;
      raw.writeUInt16BE(port, 2);
      raw.set(bytes, 8);
      const address = SocketAddress.fromBytes(raw, 28);
      return SocketAddress.ipv6(address.host, address.port).equals(address);
    }),
  );
  t.end();
});

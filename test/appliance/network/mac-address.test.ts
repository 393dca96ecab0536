/** MAC addresses of boards that have none: the same for ever on one, different on all others. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { boardIdentity, derivedMac, macsOf } from '../../../src/appliance/network/mac-address.ts';

const OWN = Uint8Array.of(0x00, 0x1a, 0x2b, 0, 0, 1);
const OTHER = Uint8Array.of(0x00, 0x1a, 0x2b, 0, 0, 2);

t.test('who a board is: the processor, else what is soldered on, else the card, else the unit', async (t) => {
  const sys = mkdtempSync(join(tmpdir(), 'mahalo-sys-'));
  t.teardown(() => rmSync(sys, { recursive: true }));
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(sys, path)), { recursive: true });
    writeFileSync(join(sys, path), text);
  };
  t.equal(boardIdentity(sys, 'abc'), 'unit abc');
  put('class/mmc_host/mmc0/mmc0:aaaa/cid', '1b534d3030303030104ad6a8f00127f1\n');
  put('class/mmc_host/mmc0/mmc0:aaaa/type', 'SD\n');
  t.equal(boardIdentity(sys, 'abc'), 'cid 1b534d3030303030104ad6a8f00127f1');
  put('class/mmc_host/mmc1/mmc1:0001/cid', '150100424a5444345203a8f0012700ff\n');
  put('class/mmc_host/mmc1/mmc1:0001/type', 'MMC\n');
  t.equal(boardIdentity(sys, 'abc'), 'cid 150100424a5444345203a8f0012700ff', 'another card makes no other unit');
  put('firmware/devicetree/base/serial-number', '0000000000000000\0');
  t.equal(boardIdentity(sys, 'abc'), 'cid 150100424a5444345203a8f0012700ff', 'zeros are no identity');
  put('firmware/devicetree/base/serial-number', 'a1b2c3d4e5f60718\0');
  t.equal(boardIdentity(sys, 'abc'), 'serial a1b2c3d4e5f60718');
});

t.test('a derived address is of one host, our own, and one of its kind', async (t) => {
  const seen = new Set<string>();
  for (let unit = 0; unit < 500; unit++) {
    for (const port of [0, 1]) {
      const mac = derivedMac(`serial ${unit}`, port);
      t.equal((mac[0] as number) & 3, 2, 'locally administered, no group');
      seen.add(Buffer.from(mac).toString('hex'));
    }
  }
  t.equal(seen.size, 1000);
  t.same(derivedMac('serial 1', 0), derivedMac('serial 1', 0));
});

t.test('ports keep addresses of their own, and no other', async (t) => {
  const port = (mac: Uint8Array | undefined, madeUp = false) => ({ mac, madeUp });
  const derived = [derivedMac('x', 0), derivedMac('x', 1)];
  t.same(macsOf([port(OWN), port(OTHER)], true, 'x'), [undefined, undefined]);
  t.same(macsOf([port(OWN), port(OTHER)], false, 'x'), derived, 'the board says that they are the same on all boards');
  t.same(macsOf([port(OWN), port(OWN)], true, 'x'), [undefined, derived[1]], 'twice the same');
  t.same(macsOf([port(OWN, true), port(OTHER)], true, 'x'), [derived[0], undefined], 'made up by the driver');
  t.same(macsOf([port(undefined), port(undefined)], true, 'x'), [undefined, undefined], 'ports that are not there');
});

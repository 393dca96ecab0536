import t from 'tap';
import { Reactor } from '../../src/loop/reactor.ts';
import { type InterfaceListener, InterfaceTable, type NetworkInterface } from '../../src/net/interfaces.ts';
import { AddressTable } from '../../src/vrrp/network/addresses.ts';
import { addressModel } from '../vrrp/models.ts';
import { cannotUnshare, enterNamespace, ip, makePair, until } from '../vrrp/network/namespace.ts';

const why = cannotUnshare();
if (why) t.pass('network namespaces', { skip: why });
else {
  enterNamespace();

  /** Writes down what it hears, such as `up veth0`, `+10.0.0.1/24 veth0`. */
  class Diary implements InterfaceListener {
    heard: string[] = [];
    onInterface(changed: NetworkInterface): void {
      this.heard.push(`${changed.up ? 'up' : 'down'} ${changed.name}`);
    }
    onInterfaceGone(gone: NetworkInterface): void {
      this.heard.push(`gone ${gone.name}`);
    }
    onAddress(on: NetworkInterface, address: Uint8Array, added: boolean, prefixLength: number): void {
      if (address.length === 4) this.heard.push(`${added ? '+' : '-'}${address.join('.')}/${prefixLength} ${on.name}`);
    }
    async hears(entry: string): Promise<boolean> {
      return await until(() => this.heard.includes(entry));
    }
    forget(): void {
      this.heard = [];
    }
  }

  const reactor = new Reactor();
  const table = new InterfaceTable(reactor);
  const diary = new Diary();
  t.before(() => {
    makePair('left0', 'right0');
    ip('addr add 10.9.0.1/24 dev left0');
    reactor.start();
    table.open(diary);
  });
  t.beforeEach(() => diary.forget());

  t.test('the dump tells what is there: names, hardware addresses, mtu, parent, kind, addresses', async (t) => {
    const left = table.byName('left0');
    t.ok(left);
    if (left === undefined) return;
    t.equal(table.byIndex(left.index), left);
    t.equal(Buffer.from(left.mac).toString('hex', 0, 6).length, 12);
    t.equal(left.mtu, 1500);
    t.equal(left.kind, 'veth');
    t.equal(left.parentIndex, table.byName('right0')?.index);
    t.ok(await until(() => left.up));
    t.same(
      left.addresses
        .filter(({ family }) => family === 4)
        .map(({ address, prefixLength, scope }) => [...address, prefixLength, scope]),
      [[10, 9, 0, 1, 24, 0]],
    );
    t.ok(table.all().includes(left));
  });

  t.test('a cable pulled at the other end is a loss of carrier, and its return is told', async (t) => {
    const left = table.byName('left0') as NetworkInterface;
    t.ok(await until(() => left.up));
    ip('link set right0 down');
    t.ok(await diary.hears('down left0'));
    t.notOk(left.up);
    ip('link set right0 up');
    t.ok(await diary.hears('up left0'));
    t.equal(table.byName('left0'), left, 'the same object');
  });

  t.test('switched off and on by hand is told', async (t) => {
    ip('link set left0 down');
    t.ok(await diary.hears('down left0'));
    ip('link set left0 up');
    t.ok(await diary.hears('up left0'));
  });

  t.test('an address that comes and goes by hand is told once each', async (t) => {
    ip('addr add 10.9.0.7/32 dev left0');
    t.ok(await diary.hears('+10.9.0.7/32 left0'));
    ip('addr del 10.9.0.7/32 dev left0');
    t.ok(await diary.hears('-10.9.0.7/32 left0'));
    t.equal(diary.heard.filter((entry) => entry.includes('10.9.0.7')).length, 2);
  });

  t.test('a new hardware address and a new mtu are told', async (t) => {
    const left = table.byName('left0') as NetworkInterface;
    ip('link set left0 address 02:00:00:00:00:42');
    t.ok(await until(() => Buffer.from(left.mac).toString('hex') === '020000000042'));
    ip('link set left0 mtu 1400');
    t.ok(await until(() => left.mtu === 1400));
    t.ok(diary.heard.includes('up left0'));
  });

  t.test('a deleted interface is gone with its addresses, and comes anew with another index', async (t) => {
    makePair('left1', 'right1');
    ip('addr add 10.9.1.1/24 dev left1');
    t.ok(await diary.hears('+10.9.1.1/24 left1'));
    const first = table.byName('left1') as NetworkInterface;
    ip('link del left1');
    t.ok(await diary.hears('gone left1'));
    t.ok(diary.heard.includes('-10.9.1.1/24 left1'));
    t.equal(table.byName('left1'), undefined);
    t.equal(table.byIndex(first.index), undefined);
    diary.forget();
    makePair('left1', 'right1');
    t.ok(await diary.hears('up left1'));
    const second = table.byName('left1') as NetworkInterface;
    t.not(second, first);
    t.not(second.index, first.index);
    ip('link del left1');
    t.ok(await diary.hears('gone left1'));
  });

  t.test('a renamed interface is gone under its old name and new under the other', async (t) => {
    makePair('left2', 'right2');
    ip('addr add 10.9.2.1/24 dev left2');
    t.ok(await diary.hears('+10.9.2.1/24 left2'));
    const before = table.byName('left2') as NetworkInterface;
    diary.forget();
    ip('link set left2 down');
    ip('link set left2 name other2');
    t.ok(await diary.hears('gone left2'));
    t.ok(await diary.hears('+10.9.2.1/24 other2'));
    t.equal(table.byName('left2'), undefined);
    t.equal(table.byName('other2')?.index, before.index);
    ip('link del other2');
    t.ok(await diary.hears('gone other2'));
  });

  t.test('two interfaces that swap their names are told right', async (t) => {
    makePair('left3', 'right3');
    t.ok(await diary.hears('up left3'));
    const [left, right] = [table.byName('left3')?.index, table.byName('right3')?.index];
    for (const name of ['left3', 'right3']) ip(`link set ${name} down`);
    ip('link set left3 name swap3');
    ip('link set right3 name left3');
    ip('link set swap3 name right3');
    t.ok(await until(() => table.byName('left3')?.index === right && table.byName('right3')?.index === left));
    t.equal(table.byName('swap3'), undefined);
    ip('link del left3');
    t.ok(await diary.hears('gone left3'));
  });

  t.test('a port that joins and leaves a bridge stays an interface', async (t) => {
    makePair('left4', 'right4');
    ip('link add bridge4 type bridge');
    ip('link set left4 master bridge4');
    ip('link set left4 nomaster');
    ip('link set left4 mtu 1300');
    t.ok(await until(() => table.byName('left4')?.mtu === 1300));
    t.notOk(diary.heard.includes('gone left4'));
    ip('link del left4');
    ip('link del bridge4');
    t.ok(await diary.hears('gone bridge4'));
  });

  t.test('a listener may ask the kernel while it is told', async (t) => {
    const addresses = new AddressTable();
    const model = addressModel('10.9.0.20/32');
    const index = (table.byName('left0') as NetworkInterface).index;
    const told = diary.onAddress.bind(diary);
    let once = true;
    diary.onAddress = (on, address, added, prefixLength) => {
      told(on, address, added, prefixLength);
      if (!once) return;
      once = false;
      t.equal(addresses.add(model, index, 0), 0);
      table.refresh();
    };
    for (let host = 30; host < 40; host++) ip(`addr add 10.9.0.${host}/32 dev left0`);
    t.ok(await diary.hears('+10.9.0.39/32 left0'));
    t.ok(await diary.hears('+10.9.0.20/32 left0'));
    t.equal(new Set(diary.heard).size, diary.heard.length, 'nothing twice');
    addresses.close();
  });

  t.test('when the kernel had to drop events the difference is told', async (t) => {
    const lost = new InterfaceTable(reactor);
    const own = new Diary();
    lost.open(own);
    makePair('left5', 'right5');
    ip('addr add 10.9.5.1/24 dev left5');
    own.forget();
    // Nobody reads while this runs: far more than the monitor's buffer holds.
    const batch = Array.from({ length: 3000 }, (_, n) => `addr add 10.10.${n >> 8}.${n & 255}/32 dev left5`);
    const { execFileSync } = await import('node:child_process');
    execFileSync('ip', ['-batch', '-'], { input: batch.join('\n') });
    execFileSync('ip', ['-batch', '-'], {
      input: ['addr flush dev left5', 'addr add 10.9.5.2/24 dev left5'].join('\n'),
    });
    t.ok(await until(() => lost.resynchronizations > 0), 'events were lost');
    t.ok(await own.hears('+10.9.5.2/24 left5'));
    t.ok(await until(() => lost.byName('left5')?.addresses.filter(({ family }) => family === 4).length === 1));
    ip('link del left5');
    t.ok(await own.hears('gone left5'));
    lost.close();
  });

  t.test('after its closing nothing is known and nothing told', (t) => {
    table.close();
    table.close();
    t.same(table.all(), []);
    t.same(diary.heard, []);
    reactor.close();
    t.end();
  });
}

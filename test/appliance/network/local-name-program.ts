/** A neighbour with a name of its own on eth0 of the namespace it is started in: prints the name it got, and waits. */
import { LocalName } from '../../../src/appliance/network/mdns/local-name.ts';
import { Reactor } from '../../../src/loop/reactor.ts';
import { InterfaceTable } from '../../../src/net/interfaces.ts';

const reactor = new Reactor();
const interfaces = new InterfaceTable(reactor);
const local = new LocalName({
  reactor,
  interfaces,
  servicePort: 8443,
  tell() {},
  onChange: () => process.stdout.write(`${local.name}\n`),
});
const use = (): void => local.use(process.argv[2] ?? '', ['eth0']);
reactor.start();
interfaces.open({ onInterface: use, onInterfaceGone: use, onAddress: use });
use();

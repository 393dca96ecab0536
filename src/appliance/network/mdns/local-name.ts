/** The unit's name in its networks, kept true: the responder, its sockets, and the addresses that netlink tells of. */
import type { Reactor } from '../../../loop/reactor.ts';
import type { InterfaceTable, NetworkInterface } from '../../../net/interfaces.ts';
import { IFA_F_DADFAILED, IFA_F_TENTATIVE } from '../../../sys/rtnetlink-constants.ts';
import { addressBytes } from '../prefix.ts';
import { MdnsSockets } from './mdns-sockets.ts';
import { Responder } from './responder.ts';

export interface LocalNameOptions {
  readonly reactor: Reactor;
  readonly interfaces: InterfaceTable;
  /** Of the web interface. */
  readonly servicePort: number;
  tell(text: string): void;
  /** The name is another one now. */
  onChange(): void;
}

export class LocalName {
  readonly #options: LocalNameOptions;
  readonly #sockets: MdnsSockets;
  readonly #responder: Responder;
  #name = '';

  constructor(options: LocalNameOptions) {
    this.#options = options;
    this.#sockets = new MdnsSockets(options.reactor, (link, bytes, from) => {
      // Both ports may be in one network: what we say at one is heard at the other.
      if (!this.#isOurs(from.address)) this.#responder.receive(link, bytes, from);
    });
    this.#responder = new Responder({
      send: (link, message, to) => this.#sockets.send(link, message, to),
      after(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      random: Math.random,
      onName: (name) => this.#onName(name),
    });
  }

  /** The label that leads to the unit, without `.local`; `''` before it is sure. */
  get name(): string {
    return this.#name;
  }

  /** @param links those of the unit's places: its name is answered there */
  use(hostname: string, links: readonly string[]): void {
    const { interfaces, servicePort } = this.#options;
    const up = links.flatMap((link) => interfaces.byName(link) ?? []).filter(isReachable);
    this.#sockets.use(up);
    this.#responder.use(hostname, servicePort, new Map(up.map((link) => [link.name, addressesOf(link)])));
  }

  close(): void {
    this.#responder.stop();
    this.#sockets.close();
  }

  #isOurs(text: string): boolean {
    const bytes = addressBytes(text.replace(/%.*/, ''));
    if (bytes === undefined) return false;
    const all = this.#options.interfaces.all().flatMap(({ addresses }) => addresses);
    return all.some(({ address }) => Buffer.compare(address, bytes) === 0);
  }

  #onName(name: string | undefined): void {
    if (name === undefined || name === this.#name) return;
    this.#name = name;
    this.#options.tell(`this unit is ${name}.local in its networks`);
    this.#options.onChange();
  }
}

function isReachable(link: NetworkInterface): boolean {
  return link.up && addressesOf(link).length > 0;
}

/**
 * Those that can be used already: others may still turn out to be somebody else's. One without a network around it is an
 * address that moves (VRRP's): it does not always lead here.
 */
function addressesOf({ addresses }: NetworkInterface): readonly Uint8Array[] {
  const usable = addresses.filter(
    ({ flags, address, prefixLength }) =>
      (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) === 0 && prefixLength < address.length * 8,
  );
  return usable.map(({ address }) => address);
}

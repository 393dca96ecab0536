/** All of the unit's network as one thing for the appliance role: it runs, is on trial, is asked, and stops. */
import { join } from 'node:path';
import { Reactor } from '../../loop/reactor.ts';
import type { Board } from '../board.ts';
import { networkCommands } from '../commands/network.ts';
import type { Command } from '../control/command.ts';
import type { PortStatus } from '../status.ts';
import type { Companions } from './companions.ts';
import { LocalName } from './mdns/local-name.ts';
import { defaultHostname } from './names.ts';
import { Network } from './network.ts';
import { portStatus } from './port-status.ts';
import { addressText, prefixText } from './prefix.ts';
import { defaultNetwork, NETWORK_MODES, type NetworkSettings } from './settings/settings.ts';
import { NetworkTrial } from './trial.ts';

/** What appliance.json says; what it does not say is as the board has it. */
export interface KeptSettings {
  readonly network?: NetworkSettings;
  readonly hostname?: string;
}

export interface NetworkServiceOptions {
  readonly board: Board;
  /** `/` on the device. */
  readonly root: string;
  readonly unitId: string;
  readonly companions: Companions;
  /** Of the web interface, told to neighbours. */
  readonly adminPort: number;
  kept(): KeptSettings;
  /** Writes them down; throws when it cannot. */
  keep(network: NetworkSettings): void;
  tell(text: string): void;
  /** Addresses, links, names: what is shown of them is out of date. */
  onChange(): void;
}

const DHCP_SCRIPT = 'usr/share/udhcpc/mahalo';
const TRIAL_SECONDS = 90;

export class NetworkService {
  readonly #options: NetworkServiceOptions;
  readonly #reactor = new Reactor();
  readonly #network: Network;
  readonly #trial: NetworkTrial;
  readonly #localName: LocalName;

  constructor(options: NetworkServiceOptions) {
    const { board, root, unitId, companions, tell } = options;
    this.#options = options;
    this.#network = new Network({
      reactor: this.#reactor,
      ports: board.ports,
      uniqueAddresses: board.uniqueAddresses,
      root,
      dhcpScript: join(root, DHCP_SCRIPT),
      unitId,
      companions,
      tell,
      onChange: () => this.#onChange(),
    });
    this.#localName = new LocalName({
      reactor: this.#reactor,
      interfaces: this.#network.interfaces,
      servicePort: options.adminPort,
      tell,
      onChange: options.onChange,
    });
    this.#trial = new NetworkTrial({
      kept: () => options.kept().network ?? this.#usual(),
      keep: (settings) => options.keep(settings),
      use: (settings) => this.#network.use(settings, this.hostname),
      tell,
      seconds: TRIAL_SECONDS,
    });
  }

  get hostname(): string {
    return this.#options.kept().hostname ?? defaultHostname(this.#options.unitId);
  }

  /** What leads to the unit in its networks, with `.local` behind it; the hostname, unless somebody else has that. */
  get localName(): string {
    return this.#localName.name || this.hostname;
  }

  /** Whom leases name. */
  get timeServers(): readonly string[] {
    return this.#network.places().flatMap(({ lease }) => lease?.timeServers ?? []);
  }

  /** Nothing on a machine without board data: its network is its administrator's. */
  async start(): Promise<void> {
    if (!this.#isOurs) return;
    this.#reactor.start();
    this.#network.start();
    await this.renew();
  }

  /** The hostname is another one. */
  async renew(): Promise<void> {
    if (this.#isOurs) await this.#network.use(this.#trial.settings, this.hostname);
  }

  commands(): readonly Command[] {
    if (!this.#isOurs) return [];
    const ports = this.#options.board.ports.map(({ name }) => name);
    return networkCommands(this.#trial, ports, () => ({
      hostname: this.hostname,
      localName: this.localName,
      places: this.#network.places().map(({ place, lease, fallback }) => ({
        link: place.link,
        role: place.role,
        lease:
          lease === undefined
            ? null
            : {
                address: prefixText(lease.address),
                server: lease.server,
                gateways: lease.gateways.map(addressText),
                nameServers: lease.nameServers,
                timeServers: lease.timeServers,
              },
        fallback,
      })),
      refused: this.#network.refused,
    }));
  }

  ports(): readonly PortStatus[] | null {
    if (!this.#isOurs) return null;
    const { board, root } = this.#options;
    const places = this.#network.places();
    return portStatus(board.ports, this.#network.interfaces, join(root, 'sys'), (port) => {
      const found = places.find(({ place }) => place.base === port || place.role === 'bridge');
      return found?.place.role;
    });
  }

  stop(): void {
    this.#trial.close();
    this.#localName.close();
    this.#network.close();
    this.#reactor.close();
  }

  #onChange(): void {
    this.#localName.use(
      this.hostname,
      this.#network.places().map(({ place }) => place.link),
    );
    this.#options.onChange();
  }

  get #isOurs(): boolean {
    return this.#options.board.ports.length > 0;
  }

  #usual(): NetworkSettings {
    const { board } = this.#options;
    const mode = NETWORK_MODES.find((word) => word === board.network.mode) ?? 'two-arm';
    return defaultNetwork(
      mode,
      board.ports.map(({ name }) => name),
    );
  }
}

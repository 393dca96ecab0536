/**
 * The unit's network as it runs: settings, leases and fallbacks are brought together whenever one of them changes, and the
 * kernel is made so. Everything waits for events (files that were written, netlink); nothing polls.
 */
import { join } from 'node:path';
import type { Reactor } from '../../loop/reactor.ts';
import { InterfaceTable, type NetworkInterface } from '../../net/interfaces.ts';
import { makeDirectory } from '../../sys/atomic-file.ts';
import type { BoardPort } from '../board.ts';
import type { Companions } from './companions.ts';
import { DhcpClients } from './dhcp/dhcp-clients.ts';
import type { Lease } from './dhcp/lease.ts';
import { Fallbacks } from './fallback.ts';
import { applyNetwork } from './kernel-network.ts';
import { NameFiles } from './name-files.ts';
import { type Place, placesOf } from './places.ts';
import { namePorts, plannedPorts } from './ports.ts';
import { prefixText } from './prefix.ts';
import { Router } from './router/router.ts';
import type { NetworkSettings } from './settings/settings.ts';
import { type Given, type PlannedPort, wantedNetwork } from './wanted.ts';

export interface NetworkOptions {
  readonly reactor: Reactor;
  readonly ports: readonly BoardPort[];
  readonly uniqueAddresses: boolean;
  /** `/` on the device: below it are run and sys; only there the machine's own name is set. */
  readonly root: string;
  /** What BusyBox's udhcpc calls. */
  readonly dhcpScript: string;
  readonly unitId: string;
  readonly companions: Companions;
  tell(text: string): void;
  /** Links, addresses, leases, names: something is other than before. Several changes are told once. */
  onChange(): void;
}

export interface PlaceView {
  readonly place: Place;
  readonly lease: Lease | undefined;
  /** Addresses the unit gave itself, because nobody gave it one. */
  readonly fallback: readonly string[];
}

export class Network {
  /** What the kernel has, by netlink's events. */
  readonly interfaces: InterfaceTable;
  readonly #options: NetworkOptions;
  readonly #clients: DhcpClients;
  readonly #fallbacks: Fallbacks;
  readonly #router: Router;
  readonly #names: NameFiles;
  #ports: readonly PlannedPort[] = [];
  #settings: NetworkSettings | undefined;
  #hostname = '';
  #places: readonly Place[] = [];
  #refused = '';
  /** Changes are worked off one after the other. */
  #queue: Promise<void> = Promise.resolve();
  #changeTold = true;
  #closed = false;

  constructor(options: NetworkOptions) {
    const { reactor, root, companions, tell } = options;
    const directory = join(root, 'run/mahalo/network');
    makeDirectory(directory);
    this.#options = options;
    this.interfaces = new InterfaceTable(reactor);
    this.#fallbacks = new Fallbacks(reactor, () => this.#again());
    this.#router = new Router({ directory, companions, tell });
    this.#names = new NameFiles(root, tell);
    const onLease = (link: string): void => this.#onLease(link);
    this.#clients = new DhcpClients({ directory, script: options.dhcpScript, companions, onLease });
  }

  /** Gives the ports their names and addresses; `use` comes next. */
  start(): void {
    const { ports, root, uniqueAddresses, unitId, tell } = this.#options;
    const sys = join(root, 'sys');
    namePorts(ports, sys, tell);
    this.#ports = plannedPorts(ports, sys, uniqueAddresses, unitId);
    this.interfaces.open({
      onInterface: (changed) => this.#onInterface(changed),
      onInterfaceGone: () => this.#changed(),
      onAddress: () => this.#changed(),
    });
  }

  get settings(): NetworkSettings | undefined {
    return this.#settings;
  }

  get hostname(): string {
    return this.#hostname;
  }

  /** What the kernel refused of what is wanted; `''`: nothing. */
  get refused(): string {
    return this.#refused;
  }

  /** From now on the network is so; done when all has been made that can be made at once (a lease comes later). */
  use(settings: NetworkSettings, hostname: string): Promise<void> {
    return this.#enqueue(async () => {
      const ports = this.#ports.map(({ name }) => name);
      this.#settings = settings;
      this.#hostname = hostname;
      this.#places = placesOf(settings, ports);
      this.#names.setHostname(hostname);
      const asking = this.#places.filter(({ addressing }) => addressing.ipv4 === 'dhcp').map(({ link }) => link);
      // Links first, for the clients; what leases gave to links that ask no more is gone with that.
      this.#apply();
      await this.#clients.run(asking, hostname);
      this.#apply();
      await this.#router.use(this.#routerFacts());
    });
  }

  places(): readonly PlaceView[] {
    return this.#places.map((place) => ({
      place,
      lease: this.#leaseOf(place),
      fallback: this.#fallbacks.addresses(place.link).map(prefixText),
    }));
  }

  /** Whoever runs beside us is stopped by the supervisor; addresses stay, the machine goes down or we come back. */
  close(): void {
    this.#closed = true;
    this.#clients.close();
    this.#fallbacks.close();
    this.interfaces.close();
  }

  #leaseOf({ link, addressing }: Place): Lease | undefined {
    const state = this.#clients.lease(link);
    return addressing.ipv4 === 'dhcp' && state.kind === 'bound' ? state.lease : undefined;
  }

  #onLease(link: string): void {
    const state = this.#clients.lease(link);
    const words = state.kind === 'bound' ? `${prefixText(state.lease.address)} of ${state.lease.server}` : state.kind;
    this.#options.tell(`${link}: lease ${words}`);
    this.#again();
  }

  #onInterface(changed: NetworkInterface): void {
    // A cable that was plugged in may lead somewhere else than before.
    if (changed.up && this.#places.some(({ link }) => link === changed.name)) this.#clients.askNow(changed.name);
    this.#again();
  }

  #again(): void {
    void this.#enqueue(async () => {
      if (this.#settings !== undefined) this.#apply();
    });
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(async () => {
      if (!this.#closed) await work();
    });
    this.#queue = done.catch((error: Error) => this.#options.tell(`network: ${error.stack ?? error}`));
    return done;
  }

  #apply(): void {
    const settings = this.#settings as NetworkSettings;
    this.#lookAfterFallbacks();
    const given = new Map<string, Given>();
    for (const place of this.#places) {
      const lease = this.#leaseOf(place);
      if (lease !== undefined) given.set(place.link, { addresses: [lease.address], gateways: lease.gateways });
      else given.set(place.link, { addresses: this.#fallbacks.addresses(place.link), gateways: [] });
    }
    const { done, failed } = applyNetwork(wantedNetwork(settings, this.#ports, given));
    if (done.length > 0) this.#options.tell(`network: ${done.join('; ')}`);
    const refused = failed.join('; ');
    if (refused !== this.#refused && refused !== '') this.#options.tell(`network: refused: ${refused}`);
    this.#refused = refused;
    const leases = this.#places.flatMap((place) => this.#leaseOf(place) ?? []);
    this.#names.setResolvers(settings.nameServers, leases);
    this.#changed();
  }

  /** Links with a cable whose questions nobody answered, and no others. */
  #lookAfterFallbacks(): void {
    const needy = this.#places.filter(({ link, addressing }) => {
      const up = this.interfaces.byName(link)?.up ?? false;
      return up && addressing.ipv4 === 'dhcp' && this.#clients.lease(link).kind === 'unanswered';
    });
    this.#fallbacks.keepOnly(needy.map(({ link }) => link));
    for (const { link, order } of needy) {
      const on = this.interfaces.byName(link);
      if (on !== undefined) this.#fallbacks.begin(on, order === 0);
    }
  }

  #routerFacts() {
    const settings = this.#settings;
    const uplink = this.#places.find(({ role }) => role === 'uplink');
    const inner = this.#places.find(({ role }) => role === 'inner');
    if (settings?.mode !== 'router' || uplink === undefined || inner === undefined) return undefined;
    const { leaseFile } = this.#router;
    const resolverFile = this.#names.resolverFile;
    return { uplink, inner, leases: settings.leases, hostname: this.#hostname, leaseFile, resolverFile };
  }

  #changed(): void {
    if (!this.#changeTold || this.#closed) return;
    this.#changeTold = false;
    setImmediate(() => {
      this.#changeTold = true;
      if (!this.#closed) this.#options.onChange();
    });
  }
}

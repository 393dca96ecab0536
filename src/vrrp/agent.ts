/**
 * The VRRP agent: all virtual routers of a keepalived.conf, the interfaces they stand on, what they track, whom they
 * notify. It knows no configuration text and no command line; `roles` gives it a model and a reactor.
 */
import type { Reactor } from '../loop/reactor.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import { type InterfaceListener, InterfaceTable, type NetworkInterface } from '../net/interfaces.ts';
import { AddressProbe } from '../net/neighbours/address-probe.ts';
import { realtimeMs } from '../sys/clock.ts';
import { errnoMessage } from '../sys/errno.ts';
import type { AddressSetServices } from './address-set.ts';
import { addressText } from './control/text-formats.ts';
import { EventLimit } from './event-limit.ts';
import { PRIORITY_OWNER } from './instance.ts';
import { LatenessHistogram } from './lateness.ts';
import { LinkStatus } from './link-status.ts';
import type { InstanceModel, SyncGroupModel, TracksModel, TrackUseModel, VrrpModel } from './model.ts';
import { AddressTable } from './network/addresses.ts';
import { AdvertisementSockets } from './network/advertisement-sockets.ts';
import { Announcer } from './network/announcer.ts';
import { DuplicateWatch } from './network/duplicate-watch.ts';
import { hideAddresses } from './network/firewall.ts';
import { type RouteListener, RouteMonitor } from './network/route-monitor.ts';
import { RouteTable } from './network/routes.ts';
import { RuleTable } from './network/rules.ts';
import { promoteSecondariesSettings } from './network/sysctl.ts';
import { Notifier } from './notification/notifier.ts';
import { ScriptRunner } from './notification/script-runner.ts';
import { BACKUP, INIT, MASTER, type State, stateName } from './states.ts';
import { StaticObjects } from './static-objects.ts';
import { SyncGroup } from './sync-group.ts';
import { CONTRIBUTION_FAULT, CONTRIBUTION_PENDING, contribution, switchContribution } from './tracking/contribution.ts';
import type { Tracker, TrackKind } from './tracking/tracker.ts';
import { createTrackers, trackerKey } from './tracking/trackers.ts';
import { VirtualRouter, type VirtualRouterServices } from './virtual-router.ts';

/** `detail`: as `info`, for those who asked for details. */
export type LogLevel = 'error' | 'warning' | 'notice' | 'info' | 'detail';

/** Told to whoever watches: the control socket, tests. */
export interface AgentEvent {
  readonly kind: 'state' | 'group' | 'priority' | 'lower-priority' | 'reload';
  /** The instance or the group; '' for what concerns all. */
  readonly name: string;
  /** Wall clock, milliseconds since 1970. */
  readonly atMs: number;
  readonly from?: string | number;
  readonly to?: string | number;
  readonly cause?: string;
}

export interface AgentOptions {
  readonly log: (level: LogLevel, text: string) => void;
  /** Lines of the level `detail` are wanted. */
  readonly detail?: boolean;
  readonly onEvent?: (event: AgentEvent) => void;
}

export class Agent implements InterfaceListener, RouteListener, TimerOwner {
  model: VrrpModel;
  routers: readonly VirtualRouter[] = [];
  groups: readonly SyncGroup[] = [];
  trackers: ReadonlyMap<string, Tracker> = new Map();
  readonly interfaces: InterfaceTable;
  readonly sockets: AdvertisementSockets;
  readonly lateness: LatenessHistogram = new LatenessHistogram();

  readonly #reactor: Reactor;
  readonly #options: AgentOptions;
  readonly #announcer: Announcer;
  readonly #routeMonitor: RouteMonitor;
  readonly #duplicates: DuplicateWatch;
  readonly #unknownVrids = new EventLimit();
  /** What was told of interfaces. */
  readonly #linkUp = new Map<string, boolean>();
  #hidden = false;
  #services: VirtualRouterServices;
  readonly #startDelay: Timer = new Timer(this);
  /** Runs scripts as the configuration's users. */
  readonly runner: ScriptRunner;
  readonly #notifier: Notifier;
  #links: LinkStatus;
  #statics: StaticObjects;
  #running = false;

  constructor(model: VrrpModel, reactor: Reactor, options: AgentOptions) {
    this.model = model;
    this.#reactor = reactor;
    this.#options = options;
    this.interfaces = new InterfaceTable(reactor);
    this.sockets = new AdvertisementSockets(reactor);
    this.#announcer = new Announcer(reactor, model.garpGroups);
    this.#routeMonitor = new RouteMonitor(reactor, this);
    this.#duplicates = new DuplicateWatch(reactor, new AddressProbe(reactor), (address, on, mac) =>
      options.log('warning', `address ${address.text} on ${on.name} is also answered for by ${mac}`),
    );
    this.sockets.onUnknownVrid = (packet, socket) => this.#unknownVrid(packet.vrid, socket.options.interfaceIndex);
    const log = (text: string): void => options.log('info', text);
    const shared: AddressSetServices = {
      timers: reactor.timers,
      interfaces: this.interfaces,
      addresses: new AddressTable(),
      routes: new RouteTable(),
      rules: new RuleTable(),
      nowMs: () => reactor.nowMs,
      log,
    };
    this.#services = {
      ...shared,
      reactor,
      detail: options.detail === true ? (text) => options.log('detail', text) : undefined,
      sockets: this.sockets,
      announcer: this.#announcer,
      duplicates: this.#duplicates,
      lateness: this.lateness,
      learnChecksum: model.global.learnChecksum,
      promoteSecondaries: promoteSecondariesSettings(),
      stateChanged: (router, from, to, cause) => this.#stateChanged(router, from, to, cause),
      priorityChanged: (router, from, to) => this.#priorityChanged(router, from, to),
      heardLowerPriority: (router, priority) => this.#heardLowerPriority(router, priority),
    };
    this.runner = new ScriptRunner(model, reactor, log);
    this.#notifier = new Notifier(model.global, this.runner);
    this.#links = this.#watchLinks(model);
    this.#statics = new StaticObjects(model, shared);
  }

  #watchLinks(model: VrrpModel): LinkStatus {
    return new LinkStatus(this.interfaces, model.interfaceDelays, this.#reactor.timers, () => this.#lookAtAll());
  }

  start(): void {
    const { global } = this.model;
    this.interfaces.open(this);
    this.#links.close();
    this.#links = this.#watchLinks(this.model);
    this.#statics.put();
    this.#notifier.start();
    this.#guard();
    this.#build(this.model);
    for (const router of this.routers) {
      router.resolve();
      if (router.addresses.removeLeftOver()) {
        this.#options.log('info', `(${router.model.name}) removed addresses that were left on the interface`);
      }
    }
    this.#startTrackers(false);
    if (global.startupDelayMs > 0) {
      this.#reactor.timers.arm(this.#startDelay, this.#reactor.refresh() + global.startupDelayMs);
    } else this.#begin();
  }

  onTimer(): void {
    this.#begin();
  }

  #begin(): void {
    this.#running = true;
    for (const { name, up } of this.interfaces.all()) this.#linkUp.set(name, up);
    const now = this.#reactor.refresh();
    for (const router of this.routers) this.#look(router);
    for (const router of this.routers) router.instance.start(now);
  }

  /** Gives everything back; when it resolves, the last script has ended. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#reactor.timers.cancel(this.#startDelay);
    for (const router of this.routers) {
      const { instance } = router;
      const before = instance.state;
      router.stop();
      if (before !== INIT) this.#notifier.instance(router.model, 'STOP', instance.effectivePriority);
    }
    for (const group of this.groups) this.#notifier.group(group.model, 'STOP');
    for (const tracker of this.trackers.values()) tracker.stop();
    this.#statics.remove(undefined);
    if (this.#hidden) hideAddresses([]);
    this.#routeMonitor.close();
    this.#duplicates.close();
    this.#links.close();
    this.#announcer.close();
    this.#services.addresses.close();
    this.#services.routes.close();
    this.#services.rules.close();
    this.interfaces.close();
    await this.#notifier.stop();
  }

  /** Goes over to another model without a gap: who is master stays master, addresses that both have are not touched. */
  reload(model: VrrpModel): void {
    const now = this.#reactor.refresh();
    const before = this.routers;
    const groupsBefore = this.groups;
    this.model = model;
    const statics = new StaticObjects(model, this.#services);
    this.#statics.remove(model);
    this.#statics = statics;
    statics.put();
    this.runner.configure(model);
    this.#notifier.reload(model.global);
    this.#announcer.setGroups(model.garpGroups);
    this.#services = { ...this.#services, learnChecksum: model.global.learnChecksum };
    this.#links.close();
    this.#links = this.#watchLinks(model);
    this.#guard();
    this.#build(model);
    this.#startTrackers(true);
    // First what goes: an address or an interface of one that ends may be another's from now on.
    for (const old of before) {
      if (this.routers.some((router) => isSameRouter(old.model, router.model))) continue;
      old.stop();
      this.#notifier.instance(old.model, 'DELETED', old.instance.effectivePriority);
    }
    for (const router of this.routers) {
      const old = before.find((candidate) => isSameRouter(candidate.model, router.model));
      router.resolve();
      if (old !== undefined) old.handOver(router, now);
    }
    for (const router of this.routers) router.goOn(now);
    for (const group of this.groups) {
      const old = groupsBefore.find((candidate) => candidate.model.name === group.model.name);
      if (old !== undefined) group.takeOver(old);
    }
    for (const router of this.routers) this.#look(router);
    for (const router of this.routers) if (router.instance.state === INIT) router.instance.start(now);
    for (const group of this.groups) group.settle(now, 'reload');
    this.#notifier.reloadDone(this.routers, this.groups);
    this.#event({ kind: 'reload', name: '', atMs: realtimeMs() });
  }

  #build(model: VrrpModel): void {
    this.routers = model.instances.map((instance) => new VirtualRouter(instance, this.#services));
    this.groups = model.groups.map(
      (group) =>
        new SyncGroup(
          group,
          this.routers.filter((router) => group.members.includes(router.model.name)).map((router) => router.instance),
          { groupChanged: (from, to) => this.#groupChanged(group, from, to) },
        ),
    );
  }

  /** Trackers whose definition has not changed go on with what they know. */
  #startTrackers(reloading: boolean): void {
    const old = this.trackers;
    const fresh = createTrackers(this.model, this.#reactor, {
      listener: this,
      runner: this.runner,
      log: (text) => this.#options.log('info', text),
      keep: reloading ? old : undefined,
    });
    this.trackers = fresh;
    for (const [key, tracker] of old) if (fresh.get(key) !== tracker) tracker.stop();
    for (const [key, tracker] of fresh) if (old.get(key) !== tracker) tracker.start();
  }

  /** Whoever does not accept (`no_accept`) hides its addresses from all but ARP; routes that are tracked are watched. */
  #guard(): void {
    const { instances } = this.model;
    const hidden = instances
      .filter((instance) => !instance.accept && instance.priority !== PRIORITY_OWNER)
      .flatMap((instance) => {
        const home = instance.vmac?.interfaceName ?? instance.interfaceName;
        return [...instance.addresses, ...instance.excludedAddresses].map((model) => ({
          model,
          on: model.interfaceName === '' ? home : model.interfaceName,
        }));
      });
    if (hidden.length > 0 || this.#hidden) {
      const result = hideAddresses(hidden);
      if (result < 0) this.#options.log('warning', `no_accept has no effect: nft failed (${errnoMessage(-result)})`);
      this.#hidden = hidden.length > 0;
    }
    const tracked = instances.some(({ routes, rules }) => [...routes, ...rules].some((entry) => !entry.noTrack));
    if (tracked) this.#routeMonitor.open();
    else this.#routeMonitor.close();
  }

  // What happens around us.

  onRoutesGone(): void {
    for (const router of this.routers) {
      if (router.instance.state !== MASTER) continue;
      const lost = router.addresses.lostRoute();
      if (lost !== undefined) router.instance.loseAddress(this.#reactor.nowMs, lost);
    }
  }

  #unknownVrid(vrid: number, interfaceIndex: number): void {
    if (!this.model.global.logUnknownVrids) return;
    const told = this.#unknownVrids.tell(this.#reactor.nowMs);
    if (told === 0) return;
    const name = this.interfaces.byIndex(interfaceIndex)?.name ?? `${interfaceIndex}`;
    const others = told > 1 ? ` (${told} in all)` : '';
    this.#options.log('info', `Unknown VRID(${vrid}) received on interface(${name}). ignoring...${others}`);
  }

  onRulesGone(): void {
    this.onRoutesGone();
  }

  onTrack(tracker: Tracker): void {
    this.#reactor.refresh();
    for (const router of this.routers) if (this.#tracks(router, tracker)) this.#look(router);
  }

  /** Once a change, of the interfaces that a router stands on or tracks. */
  #tellLink(name: string, up: boolean): void {
    if (!this.#running || this.#linkUp.get(name) === up) return;
    this.#linkUp.set(name, up);
    const watched = this.routers.some(
      ({ model }) => model.interfaceName === name || model.tracks.interfaces.some((use) => use.name === name),
    );
    if (watched) this.#options.log('info', `Netlink reports ${name} ${up ? 'up' : 'down'}`);
  }

  onInterface(device: NetworkInterface): void {
    this.#tellLink(device.name, device.up);
    this.#links.changed(device.name, this.#reactor.nowMs);
    this.#statics.put(device.name);
    this.#lookAtAll();
  }

  onInterfaceGone(device: NetworkInterface): void {
    this.#tellLink(device.name, false);
    this.#links.changed(device.name, this.#reactor.nowMs);
    this.#lookAtAll();
  }

  onAddress(device: NetworkInterface, address: Uint8Array, added: boolean): void {
    if (!this.#running) return;
    if (!added) {
      for (const router of this.routers) {
        if (router.instance.state !== MASTER) continue;
        const lost = router.addresses.lost(device, address);
        if (lost === undefined) continue;
        this.#services.detail?.(`Netlink reflector reports IP ${addressText(address)} removed from ${device.name}`);
        router.instance.loseAddress(this.#reactor.nowMs, `address ${lost.text}`);
      }
    }
    // The address we send from may have come or gone.
    this.#lookAtAll();
  }

  #lookAtAll(): void {
    if (this.#running) for (const router of this.routers) this.#look(router);
  }

  /** Draws together all that speaks for and against a router. */
  #look(router: VirtualRouter): void {
    const { model, instance } = router;
    const faults: string[] = [...(model.configurationFaults ?? [])];
    const unresolved = router.resolve();
    if (unresolved !== '') faults.push(unresolved);
    else if (!model.dontTrackPrimary && !this.#links.isUp(model.interfaceName)) {
      faults.push(`interface ${model.interfaceName} is down`);
    }
    let weight = 0;
    let pending = false;
    for (const { use, tracker } of this.tracksOf(router)) {
      const points =
        tracker === undefined ? switchContribution(use, this.#links.isUp(use.name)) : contribution(use, tracker);
      if (points === CONTRIBUTION_PENDING) pending = true;
      else if (points !== CONTRIBUTION_FAULT) weight += points;
      else if (tracker === undefined) faults.push(`tracked interface ${use.name} is ${use.reverse ? 'up' : 'down'}`);
      else faults.push(`${tracker.kind} ${tracker.name} ${tracker.reason === '' ? 'failed' : tracker.reason}`);
    }
    instance.setTracking(faults, weight, pending, this.#reactor.nowMs);
  }

  /** Is the interface up for us, delays considered? */
  isUp(interfaceName: string): boolean {
    return this.#links.isUp(interfaceName);
  }

  /** What a router tracks, its sync group's tracks included; without a tracker: an interface. */
  tracksOf(router: VirtualRouter): { readonly use: TrackUseModel; readonly tracker: Tracker | undefined }[] {
    const group = router.instance.group;
    const found: { readonly use: TrackUseModel; readonly tracker: Tracker | undefined }[] = [];
    for (const tracks of group === undefined ? [router.model.tracks] : [router.model.tracks, group.model.tracks]) {
      for (const use of tracks.interfaces) found.push({ use, tracker: undefined });
      for (const [kind, uses] of trackerUses(tracks)) {
        for (const use of uses) {
          const tracker = this.trackers.get(trackerKey(kind, use.name));
          if (tracker !== undefined) found.push({ use, tracker });
        }
      }
    }
    return found;
  }

  #tracks(router: VirtualRouter, tracker: Tracker): boolean {
    return this.tracksOf(router).some((entry) => entry.tracker === tracker);
  }

  // What the routers tell.

  #stateChanged(router: VirtualRouter, from: State, to: State, cause: string): void {
    const { model, instance } = router;
    this.#options.log(
      'notice',
      `(${model.name}) Entering ${stateName(to)} STATE${from === INIT ? ' (init)' : ''}: ${cause}`,
    );
    if (!this.#followsGroup(router)) this.#notifier.instance(model, stateName(to), instance.effectivePriority);
    const atMs = instance.lastTransitionMs;
    this.#event({ kind: 'state', name: model.name, atMs, from: stateName(from), to: stateName(to), cause });
  }

  /** Once told of, an instance that has only come to where its group is already is not told of again. */
  #followsGroup(router: VirtualRouter): boolean {
    const { group, state } = router.instance;
    return group !== undefined && group.state === state && router.instance.transitions.entries.length > 1;
  }

  #groupChanged(model: SyncGroupModel, from: State, to: State): void {
    this.#options.log('notice', `VRRP_Group(${model.name}) Syncing instances to ${stateName(to)} state`);
    this.#notifier.group(model, stateName(to));
    this.#event({ kind: 'group', name: model.name, atMs: realtimeMs(), from: stateName(from), to: stateName(to) });
  }

  #priorityChanged(router: VirtualRouter, from: number, to: number): void {
    const { model, instance } = router;
    if (model.notify.priorityChanges && (instance.state === MASTER || instance.state === BACKUP)) {
      this.#notifier.instance(model, instance.state === MASTER ? 'MASTER_PRIORITY' : 'BACKUP_PRIORITY', to);
    }
    this.#event({ kind: 'priority', name: model.name, atMs: realtimeMs(), from, to });
  }

  #heardLowerPriority(router: VirtualRouter, priority: number): void {
    const { model, instance } = router;
    this.#options.log(
      'info',
      `(${model.name}) Received advert from ${router.peerText} with lower priority ${priority}, ours ${instance.effectivePriority}${model.lowerPriorityNoAdvert ? '' : ', forcing new election'}`,
    );
    this.#notifier.instance(model, 'MASTER_RX_LOWER_PRI', instance.effectivePriority);
    this.#event({ kind: 'lower-priority', name: model.name, atMs: realtimeMs(), from: priority });
  }

  #event(event: AgentEvent): void {
    this.#options.onEvent?.(event);
  }
}

function trackerUses(tracks: TracksModel): readonly (readonly [TrackKind, readonly TrackUseModel[]])[] {
  return [
    ['script', tracks.scripts],
    ['file', tracks.files],
    ['process', tracks.processes],
    ['proxy', tracks.proxies],
  ];
}

/** After a reload: the same virtual router, so that its state goes on. */
function isSameRouter(one: InstanceModel, other: InstanceModel): boolean {
  return (
    one.name === other.name &&
    one.vrid === other.vrid &&
    one.family === other.family &&
    one.interfaceName === other.interfaceName &&
    one.vmac?.interfaceName === other.vmac?.interfaceName
  );
}

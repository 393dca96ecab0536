/** A running unit: its objects, from the board's data to the last role that stops. */

import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { type Board, compatibleNames } from '../appliance/board.ts';
import type { Release } from '../appliance/boot/boot-state.ts';
import { keepKernelWords } from '../appliance/boot/kernel-words.ts';
import { bannerCommand } from '../appliance/commands/banner.ts';
import { factoryResetCommand } from '../appliance/commands/factory-reset.ts';
import { helpCommand } from '../appliance/commands/help.ts';
import { identifyCommand } from '../appliance/commands/identify.ts';
import { idleCommand, type NamedProcess } from '../appliance/commands/idle.ts';
import { machineOrderCommand } from '../appliance/commands/machine-orders.ts';
import { settingsApplyCommand } from '../appliance/commands/settings-apply.ts';
import { statusCommand } from '../appliance/commands/status.ts';
import { unclaimCommand } from '../appliance/commands/unclaim.ts';
import { wordsCommand } from '../appliance/commands/words.ts';
import type { ConfigurationInForce } from '../appliance/configuration/chain.ts';
import { Banner } from '../appliance/console/banner.ts';
import type { BannerFacts } from '../appliance/console/banner-text.ts';
import { ownAddresses } from '../appliance/console/own-addresses.ts';
import type { Command } from '../appliance/control/command.ts';
import { ControlSocket } from '../appliance/control/control-socket.ts';
import { Health } from '../appliance/health/health.ts';
import { Leds } from '../appliance/leds/leds.ts';
import type { UnitStage } from '../appliance/leds/patterns.ts';
import type { ApplianceLog } from '../appliance/log.ts';
import { type MachineOrder, orderMachine } from '../appliance/machine.ts';
import type { NetworkService } from '../appliance/network/network-service.ts';
import type { AppliancePaths } from '../appliance/paths.ts';
import { Power } from '../appliance/power/power.ts';
import { readRelease } from '../appliance/release.ts';
import type { SettingsFile } from '../appliance/settings/settings-file.ts';
import type { StatusSources } from '../appliance/status.ts';
import type { LastWordsStore } from '../appliance/supervisor/last-words.ts';
import type { RoleSurroundings } from '../appliance/supervisor/role-state.ts';
import { SupervisedRole } from '../appliance/supervisor/supervised-role.ts';
import type { Supervisor } from '../appliance/supervisor/supervisor.ts';
import { WatchedRole } from '../appliance/supervisor/watched-role.ts';
import type { TimeKeeper } from '../appliance/time/time-keeper.ts';
import { unitTime } from '../appliance/time/unit-time.ts';
import { NO_WATCHDOG, Watchdog } from '../appliance/watchdog.ts';
import { releaseMemory, returnLargeBlocks } from '../sys/resident-memory.ts';
import { clockState } from '../sys/time-synchronization.ts';
import type { ApplianceArguments } from './appliance-arguments.ts';
import { dataDamage, type UnitBeginning } from './appliance-beginning.ts';
import { UnitMedium } from './appliance-medium.ts';
import { type RolesBeginning, type UnitRoles, unitRoles } from './appliance-roles.ts';
import { UnitSlots } from './appliance-slots.ts';
import { OWN_VERSION } from './product-version.ts';

export class ApplianceService {
  readonly #paths: AppliancePaths;
  readonly #log: ApplianceLog;
  readonly #board: Board;
  readonly #leds: Leds;
  readonly #words: LastWordsStore;
  readonly #power: Power;
  readonly #configuration: ConfigurationInForce;
  readonly #medium: UnitMedium;
  readonly #settings: SettingsFile;
  readonly #around: RoleSurroundings;
  readonly #supervisor: Supervisor;
  readonly #network: NetworkService;
  readonly #time: TimeKeeper | undefined;
  readonly #control: ControlSocket;
  readonly #unitId: string;
  readonly #release: Release;
  readonly #slots: UnitSlots;
  readonly #health: Health;
  readonly #roles: UnitRoles;
  readonly #banner: Banner;
  #watchdog: Watchdog | undefined;
  #goodSeconds: number | null = null;
  #stopping = false;

  constructor(given: ApplianceArguments, paths: AppliancePaths, begun: UnitBeginning) {
    this.#paths = paths;
    this.#log = begun.log;
    const { tell } = this.#log;
    this.#board = begun.board;
    this.#unitId = begun.unitId;
    this.#configuration = begun.configuration;
    this.#settings = begun.settings;
    this.#around = begun.around;
    this.#words = begun.around.words;
    this.#supervisor = begun.supervisor;
    this.#network = begun.network;
    this.#release = readRelease(paths.release, OWN_VERSION);
    this.#slots = new UnitSlots({
      paths,
      release: this.#release,
      identities: [this.#board.id, ...compatibleNames(paths.sys)],
      leave: (reason) => void this.#leave('reboot', reason),
      tell,
    });
    this.#leds = new Leds(this.#board.leds, paths.sys, tell);
    this.#power = new Power(this.#board, paths.sys, tell);
    const ports = this.#board.ports.map(({ name }) => name);
    this.#keepKernelWords();
    this.#medium = new UnitMedium({
      paths,
      ports,
      updates: this.#slots.updates,
      restart: (reason, update) => {
        if (update) this.#slots.boot?.askTrial();
        void this.#leave('reboot', reason);
      },
      tell,
    });
    if (this.#configuration.why !== '') tell(`configuration: ${this.#configuration.why}`);
    this.#roles = unitRoles(given, paths, this.#beginning(), tell);
    this.#banner = new Banner(paths, () => this.#bannerFacts(), tell);
    const timeServers = (): readonly string[] => this.#settings.value.timeServers ?? [];
    this.#time = unitTime(paths, timeServers, () => this.#network.timeServers, tell);
    this.#health = new Health({
      checks: this.#roles.health,
      slot: this.#slots.health,
      onGood: () => this.#becomeGood(),
      onHopeless: (why) => void this.#leave('reboot', `it was not healthy: ${why}`),
      tell,
    });
    this.#control = new ControlSocket(this.#commands(), tell);
    begun.events.afterLook = () => this.#everyTenSeconds();
    begun.events.networkChanged = () => this.#networkChanged();
  }

  async start(): Promise<void> {
    const { tell } = this.#log;
    process.on('uncaughtExceptionMonitor', (error) => tell(`the appliance role ends: ${error.stack ?? error}`));
    process.once('SIGTERM', () => void this.#leave(undefined));
    process.once('SIGINT', () => {
      this.#watchdog?.disarm();
      void this.#leave(undefined);
    });
    this.#leds.show('starting', 'alone');
    if (this.#board.watchdog !== null) {
      const alive = (): boolean => this.#supervisor.isAlive;
      this.#watchdog = new Watchdog(this.#board.watchdog, this.#paths.root, alive, tell);
    }
    // Certificates say from when on they are good.
    this.#time?.begin();
    this.#power.use(this.#settings.value.power);
    await this.#control.listen(this.#paths.controlSocket);
    this.#startRoles();
    this.#networkChanged(); // it may have, before anybody listened
    this.#health.start();
    this.#medium.start();
    tell(`started on ${this.#board.name}`);
  }

  /**
   * Stopped the other way round: admin first, which would start the others again; VRRP last but one, for the other unit of
   * a pair takes over while our proxy still serves.
   */
  #startRoles(): void {
    const { admin, proxy, vrrp } = this.#roles;
    this.#supervisor.add(new WatchedRole(proxy, this.#around));
    this.#supervisor.add(new WatchedRole(vrrp, this.#around));
    this.#supervisor.add(new SupervisedRole(admin, this.#around));
  }

  #networkChanged(): void {
    this.#banner.refresh();
    this.#time?.askSoon();
  }

  #keepKernelWords(): void {
    try {
      const announced = this.#slots.boot?.facts.reason !== undefined;
      keepKernelWords(this.#paths.sys, this.#words, announced);
    } catch (error) {
      this.#log.tell(`what the last kernel said is not kept: ${(error as Error).message}`);
    }
  }

  /** What admin begins with. */
  #beginning(): RolesBeginning {
    const { source, why } = this.#configuration;
    if (source === 'failure') return { failure: why, onTrial: this.#slots.boot?.onTrial ?? false };
    const text = join(this.#paths.share, 'factory/haproxy.cfg');
    return { configuration: existsSync(text) ? text : undefined };
  }

  #commands(): readonly Command[] {
    const leave = (order: MachineOrder): void => void this.#leave(order, `somebody asked for ${order}`);
    const commands = [
      statusCommand(this.#statusSources()),
      wordsCommand(this.#words),
      settingsApplyCommand(async (change) => {
        this.#settings.change(change);
        if (change.power !== undefined) this.#power.use(change.power);
        if (change.hostname !== undefined) await this.#network.renew();
      }),
      ...this.#network.commands(),
      identifyCommand(this.#leds),
      bannerCommand(this.#banner),
      unclaimCommand(async () => {
        const code = await this.#roles.unclaim();
        await this.#supervisor.look();
        return code;
      }),
      idleCommand(() => this.#processes()),
      machineOrderCommand('reboot', leave),
      machineOrderCommand('power-off', leave),
      factoryResetCommand(this.#paths.factoryReset, () => void this.#leave('reboot', 'factory reset')),
      ...this.#slots.commands(),
    ];
    return [...commands, helpCommand(commands)];
  }

  #statusSources(): StatusSources {
    return {
      version: () => this.#release.version,
      board: () => ({ id: this.#board.id, name: this.#board.name }),
      unitId: () => this.#unitId,
      hostname: () => this.#network.hostname,
      slot: () => this.#slots.boot?.view() ?? null,
      boot: () => ({
        reason: this.#slots.bootReason || (this.#watchdog?.wasReset === true ? 'watchdog' : ''),
        seconds: this.#goodSeconds,
        good: this.#health.good,
        whyNotGood: this.#health.whyNotGood ?? '',
      }),
      roles: () => this.#supervisor.status(),
      configuration: () => ({ source: this.#configuration.source, why: this.#configuration.why }),
      data: () => ({ state: this.#dataDamaged === undefined ? 'good' : 'damaged', why: this.#dataDamaged ?? '' }),
      ports: () => this.#network.ports(),
      power: () => this.#power.status,
      update: () => this.#slots.updates?.status ?? null,
      watchdog: () => this.#watchdog?.status ?? NO_WATCHDOG,
      time: () => ({
        synchronized: clockState()?.synchronized ?? false,
        servers: this.#settings.value.timeServers ?? [],
      }),
    };
  }

  #processes(): readonly NamedProcess[] {
    const roles = this.#supervisor.status().flatMap(({ name, pid }) => (pid === null ? [] : [{ name, pid }]));
    return [{ name: 'appliance', pid: process.pid }, ...roles];
  }

  #becomeGood(): void {
    this.#goodSeconds = Math.round(uptime());
    this.#everyTenSeconds();
    flushCompileCache();
    // What the start needed is of no use any more.
    releaseMemory(true);
    returnLargeBlocks();
  }

  #bannerFacts(): BannerFacts {
    const admin = this.#roles.adminFacts();
    return {
      version: this.#release.version,
      board: this.#board.name,
      hostname: this.#network.localName,
      addresses: ownAddresses(),
      admin: admin?.port === 0 ? undefined : admin,
      troubles: this.#troubles(),
    };
  }

  #troubles(): readonly string[] {
    const damaged = this.#dataDamaged;
    const { source, why } = this.#configuration;
    if (damaged !== undefined) return [`The data partition is damaged: ${damaged}`];
    return source === 'failure' ? [`Management only: ${why}`] : [];
  }

  get #dataDamaged(): string | undefined {
    return dataDamage(this.#paths);
  }

  #everyTenSeconds(): void {
    this.#power.look();
    this.#banner.refresh();
    this.#leds.show(this.#stage(), this.#roles.pairStage());
  }

  /** What matters most to whoever looks at the box. */
  #stage(): UnitStage {
    const update = this.#slots.updates?.status.state;
    if (update === 'receiving' || update === 'checking') return 'updating';
    if (this.#troubles().length > 0) return 'failure';
    return this.#health.good ? 'working' : 'starting';
  }

  /** Stops all in order; then the machine goes, when that is why. */
  async #leave(order: MachineOrder | undefined, reason = ''): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    if (order !== undefined) this.#slots.noteLeaving(reason);
    this.#log.tell(order === undefined ? 'asked to stop' : `asked for ${order}`);
    this.#control.close();
    this.#health.stop();
    this.#medium.stop();
    await this.#supervisor.stop();
    this.#network.stop();
    this.#time?.stop();
    this.#leds.stop();
    this.#log.tell('all roles have stopped');
    // A restart stays under its cover.
    if (order === 'power-off') this.#watchdog?.disarm();
    else this.#watchdog?.leaveArmed();
    if (order !== undefined) orderMachine(this.#paths, order);
    process.exit(0);
  }
}

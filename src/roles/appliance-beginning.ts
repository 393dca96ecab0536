/**
 * A unit's first moments, before the rest of this role is even loaded: what stands on its disk is looked at, its ports ask
 * for addresses (that takes longest), and the proxy is on its way, where the device's start-proxy was not faster. (Bound to
 * an address that is not there yet it starts all the same: `ip_nonlocal_bind`.)
 */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { RevisionStore } from '../admin/configuration/revision-store.ts';
import { type Board, readBoard } from '../appliance/board.ts';
import { type ConfigurationInForce, configurationInForce } from '../appliance/configuration/chain.ts';
import { laidAside, type MediumText } from '../appliance/configuration/medium-intake.ts';
import { ApplianceLog } from '../appliance/log.ts';
import { NetworkService } from '../appliance/network/network-service.ts';
import type { AppliancePaths } from '../appliance/paths.ts';
import { SettingsFile } from '../appliance/settings/settings-file.ts';
import { CompanionPrograms } from '../appliance/supervisor/companion-programs.ts';
import { LastWordsStore } from '../appliance/supervisor/last-words.ts';
import { PATIENCE } from '../appliance/supervisor/liveness.ts';
import type { RoleSurroundings } from '../appliance/supervisor/role-state.ts';
import { Supervisor } from '../appliance/supervisor/supervisor.ts';
import { unitId } from '../appliance/unit-id.ts';
import { makeDirectory, readIfThere, writeAtomically } from '../sys/atomic-file.ts';
import type { ApplianceArguments } from './appliance-arguments.ts';

/** What happens to what has begun, for what is loaded later. */
export interface BeginningEvents {
  /** In the wake-up in which roles are looked at. */
  afterLook(): void;
  /** Addresses, links, names. */
  networkChanged(): void;
}

export interface UnitBeginning {
  readonly log: ApplianceLog;
  readonly board: Board;
  readonly unitId: string;
  readonly configuration: ConfigurationInForce;
  readonly settings: SettingsFile;
  readonly around: RoleSurroundings;
  readonly supervisor: Supervisor;
  readonly network: NetworkService;
  /** To be replaced. */
  readonly events: BeginningEvents;
}

export async function beginUnit(given: ApplianceArguments, paths: AppliancePaths): Promise<UnitBeginning> {
  const roleDirectory = join(paths.run, 'roles');
  for (const directory of [paths.run, paths.data, roleDirectory]) makeDirectory(directory);
  const log = new ApplianceLog(paths.run, given.verbose);
  const { tell } = log;
  const board = readBoard(paths, tell);
  await takeOverTexts(paths, tell);
  const configuration = configurationInForce({
    data: paths.data,
    share: paths.share,
    damaged: dataDamage(paths),
    ports: board.ports.map(({ name }) => name),
  });
  const settings = new SettingsFile(join(paths.data, 'appliance.json'), configuration.settings);
  const events: BeginningEvents = { afterLook: () => {}, networkChanged: () => {} };
  const supervisor = new Supervisor(tell, () => events.afterLook());
  const patience = { ...PATIENCE, silentMs: 1000 * given.silentSeconds };
  const around = { directory: roleDirectory, words: new LastWordsStore(paths.data), patience, tell };
  const companions = new CompanionPrograms(supervisor, around);
  const id = unitId(paths.data);
  const network = new NetworkService({
    board,
    root: paths.root,
    unitId: id,
    adminPort: given.adminPort,
    companions,
    kept: () => settings.value,
    keep: (value) => settings.change({ network: value }),
    tell,
    onChange: () => events.networkChanged(),
  });
  supervisor.start();
  // What takes longer (a lease) comes meanwhile.
  network.start().catch((error: Error) => tell(`network: ${error.stack ?? error}`));
  await turn();
  const { launchProxy, stopProxy } = await import('./appliance-proxy.ts');
  if (configuration.source === 'failure') {
    // start-proxy knows nothing of what the chain decides. With an admin that outlived us it is no start of the machine, and
    // the proxy is that admin's: it would start it again.
    if (companions.leftovers('admin').length === 0) stopProxy(paths.data);
  } else launchProxy(paths.data, undefined, tell);
  await turn();
  return { log, board, unitId: id, configuration, settings, around, supervisor, network, events };
}

/** Why what is kept now is gone with the power; undefined: it is kept. */
export function dataDamage({ dataDamaged }: AppliancePaths): string | undefined {
  return readIfThere(dataDamaged)?.toString('utf8').trim();
}

/**
 * Puts the texts in place that a medium brought before this start. Admin does not run yet. Never throws: what cannot be
 * put in place is told.
 */
async function takeOverTexts({ data }: AppliancePaths, tell: (text: string) => void): Promise<void> {
  const place = laidAside(data);
  if (!existsSync(place)) return;
  try {
    const { openRevisions } = await import('./appliance-revisions.ts');
    const text = (name: MediumText): string | undefined => readIfThere(join(place, name))?.toString('utf8');
    const [settings, proxy, floating] = [text('appliance.json'), text('haproxy.cfg'), text('keepalived.conf')];
    if (settings !== undefined) writeAtomically(join(data, 'appliance.json'), settings);
    const admin = join(data, 'admin');
    if (proxy !== undefined) putInForce(openRevisions(admin, tell), proxy);
    if (floating !== undefined) putInForce(openRevisions(join(admin, 'vrrp'), tell), floating);
    tell('what the CONFIG medium brought is in force');
  } catch (error) {
    tell(`what the CONFIG medium brought is not in force: ${(error as Error).message}`);
  }
  rmSync(place, { recursive: true, force: true });
}

/** Confirmed at once: nobody looks at a page to confirm it. */
function putInForce(revisions: RevisionStore, text: string): void {
  const { confirmed } = revisions.state;
  if (revisions.find(confirmed)?.text === text) return;
  const timeMs = Date.now();
  const { number } = revisions.add({
    parent: confirmed,
    author: 'device',
    timeMs,
    note: 'from a CONFIG medium',
    text,
    files: [],
  });
  revisions.change({ confirmed: number, confirmedMs: timeMs, trial: undefined });
}

/**
 * A unit's first moments: what stands on its disk is looked at, and the proxy is on its way, before the rest of this role is
 * even loaded. (The device's start-proxy may have been faster. Bound to an address that is not there yet it starts all the same: `ip_nonlocal_bind`.)
 */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RevisionStore } from '../admin/configuration/revision-store.ts';
import { type Board, readBoard } from '../appliance/board.ts';
import { type ConfigurationInForce, configurationInForce } from '../appliance/configuration/chain.ts';
import { laidAside, type MediumText } from '../appliance/configuration/medium-intake.ts';
import { ApplianceLog } from '../appliance/log.ts';
import type { AppliancePaths } from '../appliance/paths.ts';
import { makeDirectory, readIfThere, writeAtomically } from '../sys/atomic-file.ts';
import type { ApplianceArguments } from './appliance-arguments.ts';
import { launchProxy, stopProxy } from './appliance-proxy.ts';
import { openRevisions } from './appliance-revisions.ts';

export interface UnitBeginning {
  readonly log: ApplianceLog;
  readonly board: Board;
  readonly configuration: ConfigurationInForce;
}

export function beginUnit(given: ApplianceArguments, paths: AppliancePaths): UnitBeginning {
  for (const directory of [paths.run, paths.data]) makeDirectory(directory);
  const log = new ApplianceLog(paths.run, given.verbose);
  const { tell } = log;
  const board = readBoard(paths, tell);
  takeOverTexts(paths, tell);
  const configuration = configurationInForce({
    data: paths.data,
    share: paths.share,
    damaged: dataDamage(paths),
    ports: board.ports.map(({ name }) => name),
  });
  // start-proxy knows nothing of what the chain decides.
  if (configuration.source === 'failure') stopProxy(paths.data);
  else launchProxy(paths.data, undefined, tell);
  return { log, board, configuration };
}

/** Why what is kept now is gone with the power; undefined: it is kept. */
export function dataDamage({ dataDamaged }: AppliancePaths): string | undefined {
  return readIfThere(dataDamaged)?.toString('utf8').trim();
}

/**
 * Puts the texts in place that a medium brought before this start. Admin does not run yet. Never throws: what cannot be
 * put in place is told.
 */
function takeOverTexts({ data }: AppliancePaths, tell: (text: string) => void): void {
  const place = laidAside(data);
  if (!existsSync(place)) return;
  try {
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

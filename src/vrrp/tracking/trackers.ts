/** All trackers of a configuration. */
import { isDeepStrictEqual } from 'node:util';
import type { Reactor } from '../../loop/reactor.ts';
import type { PlaceModel, ScriptCommandModel, VrrpModel } from '../model.ts';
import type { ScriptRunner } from '../notification/script-runner.ts';
import { DirectoryWatch } from './directory-watch.ts';
import { FileTracker } from './file-tracker.ts';
import { ProcessTable } from './process-table.ts';
import { ProcessTracker } from './process-tracker.ts';
import { ProxyTracker } from './proxy-tracker.ts';
import { ScriptTracker } from './script-tracker.ts';
import type { Tracker, TrackerMap, TrackKind, TrackListener } from './tracker.ts';

/** Blocks of different kinds may have the same name. */
export function trackerKey(kind: TrackKind, name: string): string {
  return `${kind} ${name}`;
}

export interface TrackerOptions {
  readonly listener: TrackListener;
  readonly runner: ScriptRunner;
  readonly log: (text: string) => void;
  /** Those of the configuration before (reload): unchanged ones are taken over, a changed script keeps its state. */
  readonly keep?: TrackerMap | undefined;
}

export type TrackerModels = Pick<VrrpModel, 'scripts' | 'files' | 'processes' | 'proxies'>;

/**
 * By `trackerKey`; not started, but for those taken over. A script that may not run (script security) has no tracker,
 * and lines that track it are to be passed over, as keepalived does. At a reload: stop the old ones that are not among
 * the new ones, start the new ones. `start` gives files and processes their state without a call to the listener: read
 * all contributions after it.
 */
export function createTrackers(model: TrackerModels, reactor: Reactor, options: TrackerOptions): TrackerMap {
  const { listener, runner, log, keep } = options;
  const trackers = new Map<string, Tracker>();
  const reloading = keep !== undefined;
  for (const script of model.scripts) {
    if (!runner.allows(script.command)) continue;
    const key = trackerKey('script', script.name);
    const before = keep?.get(key);
    if (before instanceof ScriptTracker && isSame(before.model, script)) {
      trackers.set(key, before);
      continue;
    }
    const tracker = new ScriptTracker(script, reactor, runner, listener, log, reloading);
    if (before instanceof ScriptTracker) tracker.adopt(before);
    trackers.set(key, tracker);
  }
  const directories = new DirectoryWatch(reactor);
  for (const file of model.files) {
    const key = trackerKey('file', file.name);
    const before = keep?.get(key);
    const same = before instanceof FileTracker && isSame(before.model, file);
    trackers.set(key, same ? before : new FileTracker(file, directories, listener, log, reloading));
  }
  const table = new ProcessTable(reactor, log);
  for (const process of model.processes) {
    const key = trackerKey('process', process.name);
    const before = keep?.get(key);
    const same = before instanceof ProcessTracker && isSame(before.model, process);
    trackers.set(key, same ? before : new ProcessTracker(process, reactor, table, listener, log));
  }
  for (const proxy of model.proxies) {
    const key = trackerKey('proxy', proxy.name);
    const before = keep?.get(key);
    if (before instanceof ProxyTracker && isSame(before.model, proxy)) {
      trackers.set(key, before);
      continue;
    }
    const tracker = new ProxyTracker(proxy, reactor, listener, log, reloading);
    if (before instanceof ProxyTracker) tracker.adopt(before);
    trackers.set(key, tracker);
  }
  return trackers;
}

interface Placed {
  readonly place: PlaceModel;
  readonly command?: ScriptCommandModel;
}

/** A block that only moved within its file is the same one. */
function isSame<Model extends Placed>(before: Model, now: Model): boolean {
  return isDeepStrictEqual(unplaced(before), unplaced(now));
}

function unplaced(model: Placed): object {
  const { command } = model;
  return { ...model, place: undefined, command: command && { ...command, place: undefined, text: '' } };
}

/** Programs with names of their own, so that a test counts nobody else's processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import type { Test } from 'tap';
import type { TrackProcessModel } from '../../../src/vrrp/model.ts';
import type { Tracker } from '../../../src/vrrp/tracking/tracker.ts';
import { createTrackers, trackerKey } from '../../../src/vrrp/tracking/trackers.ts';
import { processModel } from '../models.ts';
import { ScriptLab, until } from '../notification/script-lab.ts';

let serial = 0;

export class ProcessLab {
  readonly lab: ScriptLab;
  /** At most 15 bytes. */
  readonly name: string;
  readonly program: string;
  readonly states: string[] = [];
  readonly #children: ChildProcess[] = [];

  constructor(t: Test) {
    this.lab = new ScriptLab(t);
    this.name = `mv${process.pid}x${serial++}`;
    this.program = this.lab.path(this.name);
    copyFileSync('/bin/sleep', this.program);
    chmodSync(this.program, 0o755);
    t.teardown(() => {
      for (const child of this.#children) child.kill('SIGKILL');
    });
  }

  run(...parameters: string[]): ChildProcess {
    const child = spawn(this.program, parameters, { stdio: 'ignore' });
    this.#children.push(child);
    return child;
  }

  track(t: Test, more: Partial<TrackProcessModel> = {}): Tracker {
    const model = processModel({ process: this.name, ...more });
    const trackers = createTrackers({ scripts: [], files: [], processes: [model], proxies: [] }, this.lab.reactor, {
      listener: { onTrack: (tracker) => this.states.push(tracker.state) },
      runner: this.lab.runner,
      log: (text) => this.lab.log.push(text),
    });
    const tracker = trackers.get(trackerKey('process', 'p')) as Tracker;
    t.teardown(() => tracker.stop());
    return tracker;
  }
}

export { until };

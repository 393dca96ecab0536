/**
 * Tells the world about transitions, in keepalived's order: the script of the state, the `notify` script with its four
 * words, the FIFOs. Scripts run beside each other and are not waited for, but those of STOP, which have a second
 * (send_instance_notifies, send_group_notifies, send_event_notify of 2.2.7).
 *
 * When an instance follows its sync group into the group's state and has told a state before, keepalived stays silent:
 * that is the caller's to know.
 */
import type { GlobalModel, InstanceModel, NotifyModel, ScriptCommandModel, SyncGroupModel } from '../model.ts';
import { type State, stateName } from '../states.ts';
import { NotifyFifo } from './notify-fifo.ts';
import { type NotifyEvent, type NotifyScope, notifyArguments, notifyLine } from './notify-line.ts';
import type { RunOptions, ScriptRun, ScriptRunner } from './script-runner.ts';
import { defaultScriptUser } from './script-user.ts';

/** How long a script that is told of the stop may take before it is killed; keepalived's. */
const STOP_TIMEOUT_MS = 1000;

const NO_LIMIT: RunOptions = { timeoutMs: 0 };
const STOPPING: RunOptions = { timeoutMs: STOP_TIMEOUT_MS, killAtOnce: true };

/** What `group` can be told; groups have no deletion and no priority. */
export type GroupEvent = 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP';

export interface StatefulInstance {
  readonly model: Pick<InstanceModel, 'name'>;
  readonly instance: { readonly state: State; readonly effectivePriority: number };
}

export interface StatefulGroup {
  readonly model: Pick<SyncGroupModel, 'name'>;
  readonly state: State;
}

export class Notifier {
  readonly #runner: ScriptRunner;
  #global: GlobalModel;
  #fifos: readonly NotifyFifo[];
  /** Who was told of since the last reload began. */
  readonly #told = new Set<string>();
  readonly #stopping: ScriptRun[] = [];

  constructor(global: GlobalModel, runner: ScriptRunner) {
    this.#global = global;
    this.#runner = runner;
    this.#fifos = global.fifos.map((fifo) => new NotifyFifo(fifo, runner.log));
  }

  get fifos(): readonly NotifyFifo[] {
    return this.#fifos;
  }

  /** Opens the FIFOs and starts their scripts. */
  start(): void {
    const user = defaultScriptUser(this.#global);
    for (const fifo of this.#fifos) fifo.start(this.#runner, user);
  }

  /** Goes over to another configuration: a FIFO that both have stays open, with its script (keepalived makes it anew). */
  reload(global: GlobalModel): void {
    const before = this.#fifos;
    this.#global = global;
    this.#told.clear();
    this.#fifos = global.fifos.map(
      (model) => before.find((fifo) => fifo.isFor(model)) ?? new NotifyFifo(model, this.#runner.log),
    );
    for (const fifo of before) if (!this.#fifos.includes(fifo)) fifo.stop();
    const user = defaultScriptUser(global);
    for (const fifo of this.#fifos) if (!before.includes(fifo)) fifo.start(this.#runner, user);
  }

  /** `fifo_write_vrrp_states_on_reload`: the FIFOs get the state of everybody of whom nothing was told since `reload`. */
  reloadDone(instances: readonly StatefulInstance[], groups: readonly StatefulGroup[]): void {
    if (!this.#global.fifoWriteStatesOnReload) return;
    for (const { model, state } of groups) {
      const name = stateName(state);
      if (name !== 'INIT' && !this.#told.has(`GROUP ${model.name}`)) this.#write('GROUP', model.name, name, 0);
    }
    for (const { model, instance } of instances) {
      const name = stateName(instance.state);
      if (name === 'INIT' || this.#told.has(`INSTANCE ${model.name}`)) continue;
      this.#write('INSTANCE', model.name, name, instance.effectivePriority);
    }
  }

  instance(model: Pick<InstanceModel, 'name' | 'notify'>, event: NotifyEvent | 'INIT', priority: number): void {
    if (event === 'INIT') return;
    const notify = model.notify;
    switch (event) {
      case 'MASTER_RX_LOWER_PRI':
        this.#run(notify.masterRxLowerPriority, NO_LIMIT);
        this.#write('INSTANCE', model.name, event, priority);
        return;
      case 'MASTER_PRIORITY':
      case 'BACKUP_PRIORITY':
        if (notify.priorityChanges) this.#write('INSTANCE', model.name, event, priority);
        return;
      default: {
        this.#told.add(`INSTANCE ${model.name}`);
        const options = event === 'STOP' ? STOPPING : NO_LIMIT;
        this.#run(stateScript(notify, event), options);
        // Of old a deletion was told as FAULT, and still is without `notify_deleted`.
        const told = event === 'DELETED' && !notify.notifyDeleted ? 'FAULT' : event;
        this.#run(notify.any, options, notifyArguments('INSTANCE', model.name, told, priority));
        this.#write('INSTANCE', model.name, told, priority);
      }
    }
  }

  group(model: Pick<SyncGroupModel, 'name' | 'notify'>, event: GroupEvent | 'INIT'): void {
    if (event === 'INIT') return;
    this.#told.add(`GROUP ${model.name}`);
    this.#run(stateScript(model.notify, event), NO_LIMIT);
    const options = event === 'STOP' ? STOPPING : NO_LIMIT;
    this.#run(model.notify.any, options, notifyArguments('GROUP', model.name, event, 0));
    this.#write('GROUP', model.name, event, 0);
  }

  /**
   * Closes the FIFOs; resolves when the scripts that were told STOP have ended (or were killed, after a second) and
   * all others, which are told to end then.
   */
  async stop(): Promise<void> {
    for (const fifo of this.#fifos) fifo.stop();
    await Promise.all(this.#stopping.map((run) => run.end));
    await this.#runner.stop();
  }

  #run(command: ScriptCommandModel | undefined, options: RunOptions, extra: readonly string[] = []): void {
    const run = command === undefined ? undefined : this.#runner.run(command, extra, options);
    if (run !== undefined && options === STOPPING) this.#stopping.push(run);
  }

  #write(scope: NotifyScope, name: string, event: NotifyEvent, priority: number): void {
    if (this.#fifos.length === 0) return;
    const line = notifyLine(scope, name, event, priority);
    for (const fifo of this.#fifos) fifo.write(line);
  }
}

function stateScript(
  notify: NotifyModel,
  event: 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP' | 'DELETED',
): ScriptCommandModel | undefined {
  switch (event) {
    case 'MASTER':
      return notify.master;
    case 'BACKUP':
      return notify.backup;
    case 'FAULT':
      return notify.fault;
    case 'STOP':
      return notify.stop;
    case 'DELETED':
      return notify.deleted;
  }
}

/**
 * Instances that move together (`vrrp_sync_group`): one that cannot run stops all, and the group is master only when
 * every member could be. Pure, as the instances are.
 */
import type { Instance } from './instance.ts';
import type { SyncGroupModel } from './model.ts';
import { BACKUP, FAULT, INIT, MASTER, type State } from './states.ts';

export interface SyncGroupPort {
  groupChanged(from: State, to: State): void;
}

export class SyncGroup {
  readonly model: SyncGroupModel;
  readonly members: readonly Instance[];
  state: State = INIT;
  readonly #port: SyncGroupPort;
  /** A change that we make ourselves comes back to us from the members. */
  #moving = false;

  constructor(model: SyncGroupModel, members: readonly Instance[], port: SyncGroupPort) {
    this.model = model;
    this.members = members;
    this.#port = port;
    for (const member of members) member.group = this;
  }

  /** Could all others be master, too? */
  allWantMaster(asking: Instance): boolean {
    if (this.state === MASTER) return true;
    for (const member of this.members) if (member !== asking && member.wantState !== MASTER) return false;
    return true;
  }

  /** After a reload, when the members have taken over: `before` was this group, and nobody is told what it was told. */
  takeOver(before: SyncGroup): void {
    this.state = before.state;
  }

  /** A member can run, or cannot any more. */
  settle(nowMs: number, cause: string): void {
    const ready = this.members.every((member) => member.ready);
    const faulty = this.members.some((member) => member.faults.length > 0);
    // At the start the group is told of before its members, as keepalived does.
    if (this.state === INIT && (ready || faulty)) this.#become(faulty ? FAULT : BACKUP);
    this.#moving = true;
    for (const member of this.members) member.settle(ready, faulty, nowMs, cause);
    this.#moving = false;
    this.#update();
  }

  memberBecameMaster(which: Instance, nowMs: number): void {
    if (this.#moving) return;
    this.#moving = true;
    for (const member of this.members)
      member.followToMaster(nowMs, `${which.model.name} of group ${this.model.name} is master`);
    this.#moving = false;
    this.#update();
  }

  /** `succeeded`: because of another master. */
  memberLeftMaster(which: Instance, nowMs: number, succeeded: boolean): void {
    if (this.#moving) return;
    this.#moving = true;
    for (const member of this.members)
      member.followToBackup(nowMs, `${which.model.name} of group ${this.model.name} is no longer master`, succeeded);
    this.#moving = false;
    this.#update();
  }

  announceOthers(which: Instance, nowMs: number): void {
    for (const member of this.members) if (member !== which) member.announceAgain(nowMs);
  }

  #update(): void {
    const { members, state } = this;
    let now: State = BACKUP;
    if (members.some((member) => member.state === FAULT)) now = FAULT;
    else if (members.every((member) => member.state === MASTER)) now = MASTER;
    else if (members.every((member) => member.state === INIT)) now = INIT;
    if (now !== state) this.#become(now);
  }

  #become(now: State): void {
    const before = this.state;
    this.state = now;
    this.#port.groupChanged(before, now);
  }
}

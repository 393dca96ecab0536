/**
 * The VRRP state machine of one virtual router (RFC 5798 section 6.4, with keepalived's rules where it adds to them).
 * Pure: time and packets are told to it, what it wants done goes to its port. It touches no socket and no clock, so a
 * conversation of two of them is a test, and a bug can be replayed. Nothing is allocated between transitions.
 *
 * Times are milliseconds of one monotonic clock; fractions matter (the skew of two priorities at 10 ms apart is 40 us).
 */
import { InstanceCounters } from './counters.ts';
import { type InstancePort, PeerRecord } from './instance-port.ts';
import type { InstanceModel } from './model.ts';
import { BACKUP, FAULT, INIT, MASTER, type State } from './states.ts';
import type { SyncGroup } from './sync-group.ts';
import { TransitionLog } from './transitions.ts';

export const PRIORITY_OWNER = 255;
export const PRIORITY_STOP = 0;

/** Time for a master that stood still with us to say something before we do. */
const LEAST_MORE_MS = 10;

const SLEPT = 'we were silent for longer than the others wait';

export class Instance {
  readonly model: InstanceModel;
  readonly counters: InstanceCounters = new InstanceCounters();
  readonly transitions: TransitionLog = new TransitionLog();
  /** The last advertisement taken, whatever it led to. */
  readonly peer: PeerRecord = new PeerRecord();
  /** Who we believe to be master; all zero: nobody, or we. */
  readonly masterAddress: Uint8Array;
  group: SyncGroup | undefined;

  state: State = INIT;
  /** What we would be if no sync group held us (keepalived's `wantstate`). */
  wantState: State;
  basePriority: number;
  effectivePriority: number;
  masterPriority = 0;
  /** Of the last master that we gave way to, also when we are master again (keepalived's `master_priority`). */
  obeyedPriority = 0;
  masterAdvertIntervalMs: number;
  addressesSet = false;
  /** When the timer of the state expires; Infinity: never. */
  deadlineMs = Number.POSITIVE_INFINITY;
  /** Wall clock. */
  lastTransitionMs = 0;
  /** Why we cannot run, empty when we can: `interface eth0 is down`. */
  faults: readonly string[] = [];
  /** Trackers that have not said anything yet. */
  pending = false;
  /** Sum of the weights of all tracks. */
  weight = 0;
  /** A rehearsal keeps us BACKUP until then. */
  holdUntilMs = Number.NEGATIVE_INFINITY;
  /** When preemption is allowed; -Infinity: no delay is running. */
  preemptAtMs = Number.NEGATIVE_INFINITY;
  lastSentMs = Number.NEGATIVE_INFINITY;

  readonly #port: InstancePort;
  readonly #addressLength: number;
  readonly #source: Uint8Array;
  #started = false;

  constructor(model: InstanceModel, port: InstancePort) {
    this.model = model;
    this.#port = port;
    this.#addressLength = model.family === 4 ? 4 : 16;
    this.masterAddress = new Uint8Array(this.#addressLength);
    this.#source = new Uint8Array(this.#addressLength);
    this.wantState = model.initialState === 'MASTER' || model.priority === PRIORITY_OWNER ? MASTER : BACKUP;
    this.basePriority = model.priority;
    this.effectivePriority = model.priority;
    this.masterAdvertIntervalMs = model.advertIntervalMs;
  }

  /** Our own address on the wire: it decides between equal priorities. */
  setSource(address: Uint8Array): void {
    this.#source.set(address.subarray(0, this.#addressLength));
  }

  /** `(256 - priority) / 256` of a second (v2) or of the master's interval (v3). */
  get skewMs(): number {
    return this.#skewOf(this.effectivePriority);
  }

  /** How long a BACKUP waits for the next advertisement. */
  get masterDownMs(): number {
    return this.model.downTimerAdverts * this.masterAdvertIntervalMs + this.skewMs;
  }

  #skewOf(priority: number): number {
    return ((256 - priority) / 256) * (this.model.version === 3 ? this.masterAdvertIntervalMs : 1000);
  }

  /** Can we run, our sync group left aside? */
  get ready(): boolean {
    return this.faults.length === 0 && !this.pending;
  }

  /** Begins to run; faults and trackers have been told before. */
  start(nowMs: number): void {
    this.#started = true;
    this.#settleAll(nowMs, 'start');
  }

  /** As a clean end: the peer takes over after its skew. */
  stop(): void {
    this.#started = false;
    if (this.state === MASTER) {
      this.#send(PRIORITY_STOP);
      this.#drop();
      this.counters.releaseMaster++;
    }
    this.#setDeadline(Number.POSITIVE_INFINITY);
    this.state = INIT;
  }

  /** After a reload: `before` was this instance, and goes on as it was, without a gap. */
  takeOver(before: Instance, nowMs: number): void {
    this.#started = true;
    this.state = before.state;
    this.addressesSet = before.addressesSet;
    this.lastTransitionMs = before.lastTransitionMs;
    this.masterPriority = before.masterPriority;
    this.obeyedPriority = before.obeyedPriority;
    this.masterAddress.set(before.masterAddress);
    this.peer.address.set(before.peer.address);
    this.peer.priority = before.peer.priority;
    this.peer.intervalMs = before.peer.intervalMs;
    this.peer.atMs = before.peer.atMs;
    this.lastSentMs = before.lastSentMs;
    this.wantState = this.state === MASTER ? MASTER : BACKUP;
    for (const entry of before.transitions.entries) this.transitions.add(entry);
    this.counters.takeOver(before.counters);
    if (this.state === MASTER) this.#setDeadline(nowMs);
    else if (this.state === BACKUP) this.#restart(nowMs);
  }

  /** Trackers, interface and address have been looked at: everything that now speaks against running, and the weights. */
  setTracking(faults: readonly string[], weight: number, pending: boolean, nowMs: number): void {
    this.faults = faults;
    this.pending = pending;
    // One that stops tells of its stop alone, not first of a priority that it will not use.
    if (faults.length > 0) this.#settleAll(nowMs, faults[0] as string);
    if (weight !== this.weight) {
      this.weight = weight;
      this.#updatePriority();
    }
    if (faults.length === 0) this.#settleAll(nowMs, 'all tracks are fine');
  }

  #updatePriority(): void {
    if (this.basePriority === PRIORITY_OWNER) return;
    const before = this.effectivePriority;
    const now = Math.min(PRIORITY_OWNER - 1, Math.max(1, this.basePriority + this.weight));
    if (now === before) return;
    const downBefore = this.masterDownMs;
    this.effectivePriority = now;
    if (this.state === BACKUP) this.#setDeadline(this.deadlineMs + this.masterDownMs - downBefore);
    this.#port.remark(`Changing effective priority from ${before} to ${now}`);
    this.#port.priorityChanged(before, now);
  }

  #settleAll(nowMs: number, cause: string): void {
    if (!this.#started) return;
    if (this.group === undefined) this.settle(this.ready, this.faults.length > 0, nowMs, cause);
    else this.group.settle(nowMs, `${this.model.name}: ${cause}`);
  }

  /**
   * Moves between running and not running; a sync group calls it for all its members with the group's verdict. Neither
   * ready nor faulty: some tracker has not said anything yet, and who runs goes on (a reload may add a tracker).
   */
  settle(ready: boolean, faulty: boolean, nowMs: number, cause: string): void {
    if (!this.#started) return;
    if (ready) {
      if (this.state === INIT || this.state === FAULT) this.#comeUp(nowMs, cause);
      return;
    }
    if (!faulty || this.state === FAULT) return;
    this.wantState = FAULT;
    if (this.state === MASTER) {
      this.#send(PRIORITY_STOP);
      this.#leaveMaster(FAULT, this.faults[0] ?? cause);
    } else this.#enter(FAULT, this.faults[0] ?? cause);
    this.#setDeadline(Number.POSITIVE_INFINITY);
  }

  #comeUp(nowMs: number, cause: string): void {
    const first = this.state === INIT;
    this.masterAdvertIntervalMs = this.model.advertIntervalMs;
    const owner = this.basePriority === PRIORITY_OWNER;
    const eager = owner || (first && this.model.initialState === 'MASTER');
    this.wantState = eager ? MASTER : BACKUP;
    if (owner && (this.group === undefined || this.group.allWantMaster(this))) {
      this.#becomeMaster(nowMs, `${cause}; we own the address (priority 255)`);
      return;
    }
    this.#enter(BACKUP, cause);
    // Held by the group while it wants to be master itself: one interval is enough to hear another master.
    const wait = eager && this.group !== undefined ? this.#leastDownMs() : this.masterDownMs;
    this.#setDeadline(nowMs + wait);
  }

  #leastDownMs(): number {
    return this.masterAdvertIntervalMs + this.#skewOf(255);
  }

  /** The deadline has passed. */
  onTimer(nowMs: number): void {
    if (this.state === MASTER) {
      this.#send(this.effectivePriority);
      this.lastSentMs = nowMs;
      // The cadence is kept, unless we are a whole interval late.
      const next = this.deadlineMs + this.model.advertIntervalMs;
      this.#setDeadline(next > nowMs ? next : nowMs + this.model.advertIntervalMs);
      return;
    }
    if (this.state !== BACKUP) {
      this.#setDeadline(Number.POSITIVE_INFINITY);
      return;
    }
    if (nowMs < this.holdUntilMs) {
      this.#setDeadline(this.holdUntilMs);
      return;
    }
    this.wantState = MASTER;
    this.#port.detail('Receive advertisement timeout');
    if (this.group !== undefined && !this.group.allWantMaster(this)) {
      this.#restart(nowMs);
      return;
    }
    this.#becomeMaster(nowMs, this.#reasonToTakeOver(nowMs));
  }

  /**
   * We stood still for `sleptMs` while we waited, so that much of the silence was ours, or the whole machine's: a master
   * that was well until then is waited for as much longer, twice the wait in all at most. Less than a tenth of an interval
   * is nothing that a wait of three of them cannot bear.
   */
  overslept(sleptMs: number, nowMs: number): void {
    const { masterAdvertIntervalMs: intervalMs, peer } = this;
    if (this.state !== BACKUP || peer.atMs === Number.NEGATIVE_INFINITY || sleptMs < intervalMs / 10) return;
    if (peer.priority === PRIORITY_STOP || peer.priority < this.effectivePriority) return;
    const moreMs = Math.max(sleptMs, Math.min(intervalMs, LEAST_MORE_MS));
    const longestMs = peer.atMs + 2 * this.masterDownMs;
    const deadlineMs = Math.min(Math.max(this.deadlineMs, nowMs) + moreMs, longestMs);
    if (deadlineMs > this.deadlineMs) this.#setDeadline(deadlineMs);
  }

  /**
   * We are master and have been silent for so long that another had to take over, if there is one: then it has the
   * address by now, whatever the priorities say. Before `onTimer`, what the others have sent meanwhile is to be told.
   */
  sleptTooLong(nowMs: number): boolean {
    const { downTimerAdverts, advertIntervalMs } = this.model;
    return nowMs - this.lastSentMs > downTimerAdverts * advertIntervalMs + this.#skewOf(255);
  }

  #reasonToTakeOver(nowMs: number): string {
    const { peer } = this;
    if (peer.atMs === Number.NEGATIVE_INFINITY) return 'nobody advertises';
    if (peer.priority === PRIORITY_STOP && nowMs - peer.atMs < this.masterDownMs)
      return 'the master said that it stops (priority 0)';
    if (nowMs - peer.atMs < this.masterDownMs && peer.priority < this.effectivePriority) {
      return `we have a higher priority than the master (${this.effectivePriority} over ${peer.priority})`;
    }
    return `no advertisement for ${((nowMs - peer.atMs) / 1000).toFixed(3)} s`;
  }

  /** A member of our sync group has become master and takes us along. */
  followToMaster(nowMs: number, cause: string): void {
    if (this.state !== BACKUP) return;
    this.wantState = MASTER;
    this.#becomeMaster(nowMs, cause);
  }

  /** `succeeded`: the other's place has been taken by a master that takes ours with it. */
  followToBackup(nowMs: number, cause: string, succeeded: boolean): void {
    if (this.state !== MASTER) return;
    this.wantState = BACKUP;
    this.#stepBack(nowMs, cause, succeeded);
  }

  #becomeMaster(nowMs: number, cause: string): void {
    this.masterAdvertIntervalMs = this.model.advertIntervalMs;
    this.preemptAtMs = Number.NEGATIVE_INFINITY;
    const from = this.state;
    this.state = MASTER;
    this.wantState = MASTER;
    this.masterAddress.fill(0);
    this.masterPriority = this.effectivePriority;
    this.counters.becomeMaster++;
    // The advertisement first: it silences the others before the address moves.
    this.#send(this.effectivePriority);
    this.lastSentMs = nowMs;
    this.addressesSet = true;
    this.#port.takeAddresses(nowMs);
    this.#setDeadline(nowMs + this.model.advertIntervalMs);
    this.#record(from, MASTER, cause);
    this.group?.memberBecameMaster(this, nowMs);
  }

  #leaveMaster(to: State, cause: string): void {
    this.counters.releaseMaster++;
    this.#drop();
    this.#enter(to, cause);
  }

  /** From MASTER to BACKUP; `succeeded`: another master has the addresses by now. */
  #stepBack(nowMs: number, cause: string, succeeded: boolean): void {
    if (succeeded) {
      this.counters.releaseMaster++;
      this.addressesSet = false;
      this.#port.yieldAddresses(nowMs);
      this.#enter(BACKUP, cause);
    } else this.#leaveMaster(BACKUP, cause);
    this.#restart(nowMs);
  }

  #drop(): void {
    this.addressesSet = false;
    this.#port.dropAddresses();
  }

  #enter(to: State, cause: string): void {
    const from = this.state;
    this.state = to;
    this.preemptAtMs = Number.NEGATIVE_INFINITY;
    this.#record(from, to, cause);
  }

  #record(from: State, to: State, cause: string): void {
    this.lastTransitionMs = this.#port.wallClockMs();
    this.transitions.add({ atMs: this.lastTransitionMs, from, to, cause, priority: this.effectivePriority });
    this.#port.stateChanged(from, to, cause);
  }

  /** Back to BACKUP because what the master holds is gone, by hand or because it expired: `address 10.0.0.1/24`. */
  loseAddress(nowMs: number, what: string): void {
    if (this.state !== MASTER) return;
    this.wantState = BACKUP;
    this.#send(PRIORITY_STOP);
    this.#backDown(nowMs, `${what} was removed`);
  }

  /** Gives up being master as a clean stop does, and stays BACKUP for `holdMs`. False: we are not master. */
  standDown(nowMs: number, holdMs: number, cause: string): boolean {
    if (this.state !== MASTER) return false;
    this.#send(PRIORITY_STOP);
    this.wantState = BACKUP;
    this.holdUntilMs = nowMs + holdMs;
    this.#backDown(nowMs, cause);
    return true;
  }

  /** Ends what `standDown` began: at once master again if nobody else is. */
  endHold(nowMs: number): void {
    this.holdUntilMs = Number.NEGATIVE_INFINITY;
    if (this.state === BACKUP && nowMs - this.peer.atMs > this.masterDownMs) this.#setDeadline(nowMs);
  }

  #backDown(nowMs: number, cause: string, succeeded = false): void {
    this.#stepBack(nowMs, cause, succeeded);
    this.group?.memberLeftMaster(this, nowMs, succeeded);
  }

  #restart(nowMs: number): void {
    this.#setDeadline(nowMs + this.masterDownMs);
  }

  #setDeadline(deadlineMs: number): void {
    this.deadlineMs = deadlineMs;
    this.#port.deadlineChanged(deadlineMs);
  }

  #send(priority: number): void {
    if (priority === PRIORITY_STOP) this.counters.priorityZeroSent++;
    this.counters.advertSent++;
    this.#port.sendAdvertisement(priority);
    if (priority === PRIORITY_STOP) this.#port.detail('sent 0 priority');
  }

  /**
   * An advertisement that passed all checks. `source` holds the sender's address at `at`; `intervalMs` is the
   * packet's. Told in INIT and FAULT, it only leaves a trace in `peer`.
   */
  onAdvertisement(priority: number, intervalMs: number, source: Uint8Array, at: number, nowMs: number): void {
    const { peer } = this;
    for (let index = 0; index < this.#addressLength; index++) peer.address[index] = source[at + index] as number;
    peer.priority = priority;
    peer.intervalMs = intervalMs;
    peer.atMs = nowMs;
    if (priority === PRIORITY_STOP) this.counters.priorityZeroReceived++;
    if (this.state === BACKUP) this.#heardAsBackup(priority, intervalMs, nowMs);
    else if (this.state === MASTER) this.#heardAsMaster(priority, intervalMs, nowMs);
  }

  #heardAsBackup(priority: number, intervalMs: number, nowMs: number): void {
    if (priority === PRIORITY_STOP) {
      // The first one counts: those that follow change nothing.
      if (this.deadlineMs - nowMs > this.skewMs) this.#port.detail('Backup received priority 0 advertisement');
      this.#setDeadline(nowMs + this.skewMs);
      return;
    }
    const { model } = this;
    if (
      priority < this.effectivePriority &&
      !model.nopreempt &&
      nowMs >= this.holdUntilMs &&
      (model.preemptDelayMs === 0 || (this.preemptAtMs !== Number.NEGATIVE_INFINITY && nowMs >= this.preemptAtMs))
    ) {
      // Discarded without touching the timer: when it expires we are master.
      this.#port.discardedLowerPriority(priority);
      this.masterAddress.set(this.peer.address.subarray(0, this.#addressLength));
      return;
    }
    if (model.version === 3) this.masterAdvertIntervalMs = intervalMs;
    this.masterAddress.set(this.peer.address.subarray(0, this.#addressLength));
    this.masterPriority = priority;
    this.obeyedPriority = priority;
    if (model.preemptDelayMs > 0) {
      if (priority >= this.effectivePriority) this.preemptAtMs = Number.NEGATIVE_INFINITY;
      else if (this.preemptAtMs === Number.NEGATIVE_INFINITY) this.preemptAtMs = nowMs + model.preemptDelayMs;
    }
    this.wantState = BACKUP;
    this.#restart(nowMs);
  }

  #heardAsMaster(priority: number, intervalMs: number, nowMs: number): void {
    const { model } = this;
    if (priority === PRIORITY_STOP) {
      this.#send(this.effectivePriority);
      return;
    }
    const order = this.#compareSource();
    if (this.sleptTooLong(nowMs)) {
      this.wantState = BACKUP;
      this.#yield(priority, intervalMs, nowMs, SLEPT);
      return;
    }
    if (priority > this.effectivePriority || (priority === this.effectivePriority && order > 0)) {
      if (this.effectivePriority === PRIORITY_OWNER) this.#twoOwners();
      this.#port.heardHigherPriority(priority);
      if (model.higherPrioritySendAdvert) this.#send(this.effectivePriority);
      this.wantState = BACKUP;
      const why =
        priority > this.effectivePriority
          ? `a higher priority (${priority})`
          : 'the same priority and a higher address';
      this.#yield(priority, intervalMs, nowMs, `another master has ${why}`);
      return;
    }
    if (priority === this.effectivePriority) {
      if (order === 0) {
        this.#port.remark('WARNING - equal priority advert received from remote host with our IP address.');
        return;
      }
      if (this.effectivePriority === PRIORITY_OWNER) this.#twoOwners();
    }
    this.#port.heardLowerPriority(priority);
    if (!model.lowerPriorityNoAdvert) this.#send(this.effectivePriority);
    this.#port.announceAgain(nowMs);
    this.group?.announceOthers(this, nowMs);
  }

  /** Another member of our sync group heard a lower priority. */
  announceAgain(nowMs: number): void {
    if (this.state === MASTER) this.#port.announceAgain(nowMs);
  }

  #twoOwners(): void {
    this.#port.remark(
      'CONFIGURATION ERROR: local instance and a remote instance are both configured as address owner, please fix - reducing local priority',
    );
    this.basePriority = PRIORITY_OWNER - 1;
    this.effectivePriority = PRIORITY_OWNER - 1;
  }

  #yield(priority: number, intervalMs: number, nowMs: number, cause: string): void {
    if (this.model.version === 3) this.masterAdvertIntervalMs = intervalMs;
    this.masterPriority = priority;
    this.obeyedPriority = priority;
    this.masterAddress.set(this.peer.address.subarray(0, this.#addressLength));
    // After a sleep the other has been master for long: nothing that is meant for us is still on its way.
    this.#backDown(nowMs, cause, cause !== SLEPT);
  }

  /** Above 0: the peer's address is higher than ours. */
  #compareSource(): number {
    for (let index = 0; index < this.#addressLength; index++) {
      const difference = (this.peer.address[index] as number) - (this.#source[index] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

/** Connects a rehearsal (vrrp/control/rehearsal.ts) to the running agent, and refuses what would only do harm. */

import type { Reactor } from '../loop/reactor.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import { AddressProbe, REHEARSAL_QUESTION } from '../net/neighbours/address-probe.ts';
import type { Agent } from '../vrrp/agent.ts';
import { ControlRefusal } from '../vrrp/control/control-server.ts';
import { type RehearsalPlan, type RehearsalPort, type RehearsalReport, rehearse } from '../vrrp/control/rehearsal.ts';
import { addressText, macText } from '../vrrp/control/text-formats.ts';
import { PRIORITY_OWNER } from '../vrrp/instance.ts';
import { MASTER } from '../vrrp/states.ts';
import type { VirtualRouter } from '../vrrp/virtual-router.ts';

/** Beyond the peer's own time to take over: it has to put the address on, and a bridge to learn where it is. */
const MARGIN_MS = 1000;
/** A preempt_delay may be long; nobody waits for more than this. */
const LONGEST_RETURN_MS = 60_000;

/** Nobody can be asked: the rehearsal sees the peer's advertisements only, and says so. */
const NO_QUESTION = { close: (): void => {} };

/** Calls again and again, on the reactor's timers. */
class Repeater implements TimerOwner {
  readonly #reactor: Reactor;
  readonly #intervalMs: number;
  readonly #call: () => void;
  readonly #timer = new Timer(this);

  constructor(reactor: Reactor, intervalMs: number, call: () => void) {
    this.#reactor = reactor;
    this.#intervalMs = intervalMs;
    this.#call = call;
    reactor.timers.arm(this.#timer, reactor.refresh() + intervalMs);
  }

  onTimer(_timer: Timer, nowMs: number): void {
    this.#reactor.timers.arm(this.#timer, nowMs + this.#intervalMs);
    this.#call();
  }

  stop(): void {
    this.#reactor.timers.cancel(this.#timer);
  }
}

function planOf(router: VirtualRouter): RehearsalPlan {
  const { model, instance } = router;
  const [address] = model.addresses;
  if (address === undefined)
    throw new ControlRefusal('refused', `${model.name} has no address that could be asked for`);
  // The peer waits for its skew, at most a whole second (v2) or interval (v3).
  const skewMs = model.version === 3 ? model.advertIntervalMs : 1000;
  const returnMs = 2 * instance.masterDownMs + model.preemptDelayMs + MARGIN_MS;
  return {
    address: addressText(address.address),
    boundMs: skewMs + MARGIN_MS,
    returnMs: Math.min(returnMs, LONGEST_RETURN_MS),
    staysBackup: model.nopreempt,
  };
}

function refuseUnready(router: VirtualRouter, confirmed: boolean): void {
  const { model, instance } = router;
  if (instance.state !== MASTER) {
    throw new ControlRefusal('not-master', `${model.name} is not master: there is nothing to hand over`);
  }
  if (instance.effectivePriority === PRIORITY_OWNER) {
    throw new ControlRefusal('refused', `${model.name} owns its addresses (priority 255): it never hands them over`);
  }
  if (confirmed || Number.isFinite(instance.peer.atMs)) return;
  // A backup is silent in VRRP: nobody can tell whether there is one.
  throw new ControlRefusal(
    'no-peer-known',
    `no other unit has been heard since the start of ${model.name}${model.unicast ? ` (${model.unicastPeers.length} unicast peers are configured)` : ''}; ` +
      'a backup is silent, so there may be one: --yes tries it, and takes back at once when nobody answers',
  );
}

export class Rehearsals {
  readonly #agent: Agent;
  readonly #reactor: Reactor;
  readonly #probe: AddressProbe;
  #running = false;

  constructor(agent: Agent, reactor: Reactor) {
    this.#agent = agent;
    this.#reactor = reactor;
    this.#probe = new AddressProbe(reactor);
  }

  close(): void {
    this.#probe.close();
  }

  /** Throws ControlRefusal for what will not be done. */
  async run(name: string, confirmed: boolean, progress: (text: string) => void): Promise<RehearsalReport> {
    const router = this.#agent.routers.find((candidate) => candidate.model.name === name);
    if (router === undefined) throw new ControlRefusal('unknown-instance', `there is no instance '${name}'`);
    if (this.#running) throw new ControlRefusal('busy', 'another rehearsal is running');
    refuseUnready(router, confirmed);
    const plan = planOf(router);
    this.#running = true;
    try {
      return await rehearse(this.#port(router), plan, progress);
    } finally {
      this.#running = false;
      router.instance.endHold(this.#reactor.refresh());
    }
  }

  #port(router: VirtualRouter): RehearsalPort {
    const reactor = this.#reactor;
    const { instance } = router;
    return {
      nowMs: () => performance.now(),
      standDown: (holdMs) => instance.standDown(reactor.refresh(), holdMs, 'rehearsal'),
      endHold: () => instance.endHold(reactor.refresh()),
      peerHeardMs: () => (instance.peer.priority > 0 ? instance.peer.atMs : Number.NEGATIVE_INFINITY),
      isMaster: () => instance.state === MASTER,
      askForAddress: (onAnswer) => this.#ask(router, onAnswer),
      every: (intervalMs, call) => {
        const repeater = new Repeater(reactor, intervalMs, call);
        return () => repeater.stop();
      },
    };
  }

  #ask(router: VirtualRouter, onAnswer: (mac: string) => void): { close(): void } {
    const { model } = router;
    const [address] = model.addresses;
    if (address === undefined) return NO_QUESTION;
    // Both units have the same virtual MAC: from the interface below it the other's answer can be told from our own.
    const name = address.interfaceName === '' ? model.interfaceName : address.interfaceName;
    const device = this.#agent.interfaces.byName(name);
    if (device === undefined) return NO_QUESTION;
    const question = this.#probe.ask(device, address.address, REHEARSAL_QUESTION, {
      onAnswer: (mac) => onAnswer(macText(mac)),
    });
    return typeof question === 'number' ? NO_QUESTION : question;
  }
}

/**
 * After addresses were claimed: does somebody else still answer for them? A host that was given the address by mistake,
 * a master that is cut off from our advertisements, a crashed agent that left it behind: clients then reach whom chance
 * decides, and keepalived says nothing. Asked a moment after the claim, when a master that stepped down has let go of
 * it; the address is kept in any case. One address at a time, so that two hundred cost no more sockets than one.
 */
import type { Reactor } from '../../loop/reactor.ts';
import { Timer, type TimerOwner } from '../../loop/timer-wheel.ts';
import {
  type AddressProbe,
  type AddressQuestion,
  DUPLICATE_QUESTION,
  macText,
} from '../../net/neighbours/address-probe.ts';
import type { LinkEnd } from '../../net/neighbours/link-sender.ts';
import type { AddressModel } from '../model.ts';

const SETTLE_MS = 1500;

/** Told once a claim and stranger. */
export type DuplicateReport = (address: AddressModel, on: LinkEnd, mac: string) => void;

interface Claim {
  readonly on: LinkEnd;
  readonly address: AddressModel;
}

export class DuplicateWatch implements TimerOwner {
  readonly #reactor: Reactor;
  readonly #probe: AddressProbe;
  readonly #report: DuplicateReport;
  readonly #timer = new Timer(this);
  #claims: Claim[] = [];
  #asking: { readonly claim: Claim; readonly question: AddressQuestion } | undefined;

  constructor(reactor: Reactor, probe: AddressProbe, report: DuplicateReport) {
    this.#reactor = reactor;
    this.#probe = probe;
    this.#report = report;
  }

  /** These addresses are on the interface now. */
  claimed(on: LinkEnd, addresses: readonly AddressModel[]): void {
    this.dropped(addresses);
    for (const address of addresses) this.#claims.push({ on, address });
    if (this.#asking === undefined) this.#reactor.timers.arm(this.#timer, this.#reactor.refresh() + SETTLE_MS);
  }

  /** We gave them back: whoever answers now does so rightly. */
  dropped(addresses: readonly AddressModel[]): void {
    this.#claims = this.#claims.filter((claim) => !addresses.includes(claim.address));
    if (this.#asking === undefined || !addresses.includes(this.#asking.claim.address)) return;
    this.#asking.question.close();
    this.#asking = undefined;
    if (this.#claims.length > 0) this.#reactor.timers.arm(this.#timer, this.#reactor.refresh() + SETTLE_MS);
  }

  close(): void {
    this.#claims = [];
    this.#asking?.question.close();
    this.#asking = undefined;
    this.#reactor.timers.cancel(this.#timer);
  }

  onTimer(): void {
    if (this.#asking === undefined) this.#askNext();
  }

  #askNext(): void {
    this.#asking = undefined;
    for (let claim = this.#claims.shift(); claim !== undefined; claim = this.#claims.shift()) {
      const { on, address } = claim;
      const told = new Set<string>();
      const question = this.#probe.ask(on, address.address, DUPLICATE_QUESTION, {
        onAnswer: (bytes) => {
          const mac = macText(bytes);
          if (told.has(mac)) return;
          told.add(mac);
          this.#report(address, on, mac);
        },
        onDone: () => this.#askNext(),
      });
      if (typeof question === 'number') continue; // the interface is gone, and the address with it
      this.#asking = { claim, question };
      return;
    }
  }
}

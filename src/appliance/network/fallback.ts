/**
 * A link that asked for a lease and got no answer has addresses nevertheless, so that a laptop at the other end of the
 * cable reaches the unit: a link-local one (RFC 3927), which laptops give themselves as well and the unit's name leads
 * to; and a fixed one for people, 10.77.77.1 (10.77.78.1 at the second port), for which they set their own by hand.
 * Nobody else has either when it is taken (asked by ARP), and it is given up when somebody else says to have it.
 */
import { createHash } from 'node:crypto';
import type { Reactor } from '../../loop/reactor.ts';
import { AddressProbe, type AddressQuestion } from '../../net/neighbours/address-probe.ts';
import type { LinkEnd } from '../../net/neighbours/link-sender.ts';
import type { Prefix } from './prefix.ts';

/** RFC 3927 section 9: PROBE_NUM, about PROBE_MIN to PROBE_MAX apart, then ANNOUNCE_WAIT. */
const CLAIM = { intervalMs: 1_000, times: 3, waitMs: 2_000 };
/** Once a claim stands we only listen; a question in ten minutes finds who plugged in meanwhile and kept silent. */
const GUARD = { intervalMs: 600_000, times: Number.POSITIVE_INFINITY, waitMs: 0 };
/** RFC 3927: MAX_CONFLICTS. */
const MOST_CONFLICTS = 10;
const LINK_LOCAL_LENGTH = 16;
const FIXED_LENGTH = 24;

export class Fallbacks {
  readonly #probe: AddressProbe;
  readonly #onChange: (link: string) => void;
  readonly #links = new Map<string, readonly Claim[]>();

  /** @param onChange the addresses of the link are others now */
  constructor(reactor: Reactor, onChange: (link: string) => void) {
    this.#probe = new AddressProbe(reactor);
    this.#onChange = onChange;
  }

  /**
   * Begins to look for addresses for the link; nothing when it has begun. Two links in one network confuse both: only
   * the `first` has a link-local address.
   */
  begin(on: LinkEnd, first: boolean): void {
    if (this.#links.has(on.name)) return;
    const tell = (): void => this.#onChange(on.name);
    const fixed = Uint8Array.of(10, 77, first ? 77 : 78, 1);
    const claims = [
      new Claim(this.#probe, on, FIXED_LENGTH, (conflicts) => (conflicts === 0 ? fixed : undefined), tell),
    ];
    if (first) {
      const candidate = (conflicts: number) => (conflicts < MOST_CONFLICTS ? linkLocal(on.mac, conflicts) : undefined);
      claims.push(new Claim(this.#probe, on, LINK_LOCAL_LENGTH, candidate, tell));
    }
    this.#links.set(on.name, claims);
    for (const claim of claims) claim.begin();
  }

  #end(link: string): void {
    for (const claim of this.#links.get(link) ?? []) claim.close();
    this.#links.delete(link);
  }

  /** Ends all others. */
  keepOnly(links: readonly string[]): void {
    for (const link of [...this.#links.keys()]) if (!links.includes(link)) this.#end(link);
  }

  addresses(link: string): readonly Prefix[] {
    return (this.#links.get(link) ?? []).flatMap(({ held }) => held ?? []);
  }

  close(): void {
    for (const link of [...this.#links.keys()]) this.#end(link);
    this.#probe.close();
  }
}

/** The same each time on the same card; 169.254.1.0 to 169.254.254.255 (RFC 3927 section 2.1). Pure. */
export function linkLocal(mac: Uint8Array, attempt: number): Uint8Array {
  const digest = createHash('sha256').update(mac).update(`${attempt}`).digest();
  return Uint8Array.of(169, 254, 1 + (digest.readUInt16BE(0) % 254), digest[2] as number);
}

/** One address that is looked for, held, and given up for another. */
class Claim {
  held: Prefix | undefined;
  readonly #probe: AddressProbe;
  readonly #on: LinkEnd;
  readonly #length: number;
  readonly #candidate: (conflicts: number) => Uint8Array | undefined;
  readonly #tell: () => void;
  #question: AddressQuestion | undefined;
  #conflicts = 0;

  /** @param candidate the next address to try; undefined: no more */
  constructor(
    probe: AddressProbe,
    on: LinkEnd,
    length: number,
    candidate: (conflicts: number) => Uint8Array | undefined,
    tell: () => void,
  ) {
    this.#probe = probe;
    this.#on = on;
    this.#length = length;
    this.#candidate = candidate;
    this.#tell = tell;
  }

  begin(): void {
    const bytes = this.#candidate(this.#conflicts);
    if (bytes === undefined) return;
    this.#ask(bytes, CLAIM, () => {
      this.held = { family: 4, bytes, length: this.#length };
      this.#ask(bytes, GUARD, () => {});
      this.#tell();
    });
  }

  close(): void {
    this.#question?.close();
    this.#question = undefined;
    this.held = undefined;
  }

  #ask(bytes: Uint8Array, options: typeof CLAIM, onDone: () => void): void {
    const onAnswer = (mac: Uint8Array): void => {
      if (Buffer.compare(mac, this.#on.mac) !== 0) this.#conflict();
    };
    const question = this.#probe.ask(this.#on, bytes, options, { onAnswer, onDone });
    // Without a socket nothing can be asked: no address rather than one that another may have.
    this.#question = typeof question === 'number' ? undefined : question;
  }

  #conflict(): void {
    const held = this.held !== undefined;
    this.close();
    this.#conflicts++;
    if (held) this.#tell();
    this.begin();
  }
}

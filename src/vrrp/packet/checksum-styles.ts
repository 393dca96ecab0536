/**
 * How a peer computes the checksum of VRRPv3 over IPv4. RFC 5798 left room for two readings, RFC 9568 settled for the
 * one that keepalived had not chosen (keepalived issue 2324, FRR issue 14024), and keepalived's unicast of before 2018
 * put the multicast group into the pseudo-header. We take each, and remember which one a peer uses: unicast answers it
 * in kind, and the status tells it.
 *
 * Only packets that passed every check teach, and the table has eight places, so a storm of invented sources neither
 * grows it nor, without valid packets, pushes anybody out.
 */

/** With the pseudo-header of the packet's own addresses: keepalived. */
export const STYLE_PSEUDO_HEADER = 1;
/** VRRP only: RFC 9568, `v3_checksum_as_v2`. */
export const STYLE_PLAIN = 2;
/** With a pseudo-header whose destination is the multicast group: `old_unicast_checksum`. */
export const STYLE_OLD_UNICAST = 4;

/** One of the above, 0: none. As bits, a set of them. */
export type ChecksumStyle = number;

const PLACES = 8;

export class ChecksumStyles {
  readonly #preferred: ChecksumStyle;
  readonly #sources = new Uint32Array(PLACES);
  readonly #styles = new Uint8Array(PLACES);
  readonly #lastUse = new Float64Array(PLACES);
  #uses = 0;

  /** `preferred`: the configured one, taken of a newcomer whose packet is right by several. */
  constructor(preferred: ChecksumStyle) {
    this.#preferred = preferred;
  }

  /** The style to believe a packet of `source` by, of those that it is right by (`valid`, a set); 0 when that is empty. */
  judge(source: number, valid: number): ChecksumStyle {
    const known = this.styleOf(source);
    if ((valid & known) !== 0) return known;
    return (valid & this.#preferred) !== 0 ? this.#preferred : valid & -valid;
  }

  /** A packet that passed all checks was right by `style`. */
  teach(source: number, style: ChecksumStyle): void {
    let place = this.#find(source);
    if (place < 0) {
      place = 0;
      for (let index = 1; index < PLACES; index++) {
        if ((this.#lastUse[index] as number) < (this.#lastUse[place] as number)) place = index;
      }
      this.#sources[place] = source;
    }
    this.#styles[place] = style;
    this.#lastUse[place] = ++this.#uses;
  }

  /** What the peer was last heard to use; 0: nothing heard. */
  styleOf(source: number): ChecksumStyle {
    const place = this.#find(source);
    return place < 0 ? 0 : (this.#styles[place] as number);
  }

  #find(source: number): number {
    for (let index = 0; index < PLACES; index++) {
      if (this.#sources[index] === source && this.#styles[index] !== 0) return index;
    }
    return -1;
  }
}
